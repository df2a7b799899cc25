"""A child for tests: it says who it is, or does what a child must not."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
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
        case "environment":
            return sum(name.startswith("VIREILLE") for name in os.environ)
    return os.getpid()


if __name__ == "__main__":
    isolation.serve(answer, 20)
