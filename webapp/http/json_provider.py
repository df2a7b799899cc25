"""What programs are answered: JSON by orjson, with names in order."""

from __future__ import annotations

from typing import Any, Final

import orjson
from flask.json.provider import DefaultJSONProvider

_AS_BEFORE: Final = orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS
"""What Flask knows to say is left to it."""


class Told(DefaultJSONProvider):
    def dumps(self, obj: Any, **kwargs: Any) -> str:
        """As Flask would, sooner."""
        try:
            return orjson.dumps(obj, default=self.default, option=_AS_BEFORE).decode()
        except orjson.JSONEncodeError:
            # A number of more than 64 bits, or a key that is no text: Flask's own way takes them.
            return super().dumps(obj, **kwargs)
