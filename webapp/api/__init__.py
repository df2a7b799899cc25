"""The programming interface, /api/v1: the same commands, permissions and access log as the pages."""

from webapp.api import cases, definitions, tasks
from webapp.api.document import blueprint, complete
from webapp.http.access import for_services

__all__ = ["blueprint"]

for_services("api", body_limit=512 * 1024)
for _part in (cases, tasks, definitions):
    _part.register(blueprint)
complete()
