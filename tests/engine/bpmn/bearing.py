"""A child for tests: it says who it is, or does what a child must not."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine import isolation


def answer(asked: Mapping[str, Any]) -> int:
    match asked["do"]:
        case "memory":
            len(bytearray(isolation.MEMORY))
        case "grow":
            len(bytearray(b"x") * (isolation.GROWN + 1))
        case "depth":
            return answer(asked)
        case "sleep":
            time.sleep(60)
        case "wait for a friend":
            _meet(Path(asked["at"]))
    return os.getpid()


def _meet(place: Path) -> None:
    """Until the other child is here as well."""
    (place / str(os.getpid())).touch()
    while len(list(place.iterdir())) < 2:
        os.sched_yield()


if __name__ == "__main__":
    isolation.serve(answer, 20)
