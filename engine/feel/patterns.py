"""Regular expressions as XPath defines them, run by RE2 in linear time."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import re2

from .problems import Unfit
from .run import Run

LONGEST = 1_000


@dataclass(frozen=True, slots=True)
class Pattern:
    engine: Any

    def found(self, run: Run, text: str) -> bool:
        run.spend_text(len(text) * 4)
        return self.engine.search(text) is not None

    def replaced(self, run: Run, text: str, replacement: str) -> str:
        run.spend_text(len(text) * 4)
        return str(self.engine.sub(replacement, text))

    def parts(self, run: Run, text: str) -> list[str]:
        run.spend_text(len(text) * 4)
        return list(self.engine.split(text))


@lru_cache(maxsize=512)
def compiled(pattern: str, flags: str) -> Pattern:
    if len(pattern) > LONGEST:
        raise Unfit("bad_pattern", pattern=pattern[:40])
    try:
        return Pattern(re2.compile(pattern))
    except re2.error:
        raise Unfit("bad_pattern", pattern=pattern[:40]) from None
