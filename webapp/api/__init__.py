"""The programming interface, /api/v1: the same commands, permissions and access log as the pages."""

from webapp.api import cases as cases
from webapp.api import definitions as definitions
from webapp.api import files as files
from webapp.api import reading as reading
from webapp.api import tasks as tasks
from webapp.api.document import blueprint as blueprint
from webapp.api.document import describe_on_registration

# After the modules with operations: only what is on the blueprint is described.
describe_on_registration()
