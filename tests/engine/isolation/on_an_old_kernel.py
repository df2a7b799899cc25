"""Runs on a kernel that lacks the named locks, and reports what the program says and does there."""

from __future__ import annotations

import json
import sys
from typing import Any

from engine import isolation
from engine.bootstrap import cage_warning
from engine.errors import FileRefused
from engine.uploads import cleaned
from tests.engine.isolation import attempts
from tests.support.old_kernel import forget
from tests.support.uploads import HEIC, paper, picture

FILES = {"kuva.jpg": picture(), "kuva.heic": HEIC, "kirje.pdf": paper()}


def main() -> None:
    forget(*sys.argv[2:])
    plan = json.loads(sys.argv[1])
    tried = isolation.run_once(attempts.__name__, (json.dumps(plan),), b"", 30, isolation.MEMORY)
    report: dict[str, Any] = {
        "missing": sorted(isolation.missing_locks()),
        "warning": cage_warning(is_demonstration=False),
        "refused": [name for name in FILES if _is_refused(name, caged_only=True)],
        "refused in the demonstration": [name for name in FILES if _is_refused(name, caged_only=False)],
        "got out": sorted(name for name, became in json.loads(tried).items() if became == "open"),
    }
    print(json.dumps(report))


def _is_refused(name: str, *, caged_only: bool) -> bool:
    try:
        cleaned(name, FILES[name], caged_only=caged_only)
    except FileRefused:
        return True
    return False


if __name__ == "__main__":
    main()
