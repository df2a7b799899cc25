"""JSON of the programming interface, written by orjson with sorted names."""

from __future__ import annotations

from typing import Any, Final

import orjson
from flask.json.provider import DefaultJSONProvider

_LIKE_FLASK: Final = orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS
"""Dates and dataclasses are left to Flask's own `default`, so that they read as before."""


class OrjsonProvider(DefaultJSONProvider):
    def dumps(self, obj: Any, **kwargs: Any) -> str:
        try:
            return orjson.dumps(obj, default=self.default, option=_LIKE_FLASK).decode()
        except orjson.JSONEncodeError:
            # orjson refuses numbers of more than 64 bits and keys that are no text; Flask writes them.
            return super().dumps(obj, **kwargs)
