"""Runs on kernels that lack some locks, each in a process of its own, and reports what the program says and does there.

It is given pairs of a plan and the locks that are lacking, and has read the program once for all of them.
"""

from __future__ import annotations

import json
import os
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
    for plan, lacking in json.loads(sys.argv[1]):
        child = os.fork()
        if child == 0:
            print(json.dumps(report_of(plan, lacking)), flush=True)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if status:
            sys.exit(1)


def report_of(plan: dict[str, Any], lacking: list[str]) -> dict[str, Any]:
    forget(*lacking)
    tried = isolation.run_once(attempts.__name__, (json.dumps(plan),), b"", 30, isolation.MEMORY)
    return {
        "missing": sorted(isolation.missing_locks()),
        "warning": cage_warning(is_demonstration=False),
        "refused": [name for name in FILES if _is_refused(name, caged_only=True)],
        "refused in the demonstration": [name for name in FILES if _is_refused(name, caged_only=False)],
        "got out": sorted(name for name, became in json.loads(tried).items() if became == "open"),
    }


def _is_refused(name: str, *, caged_only: bool) -> bool:
    try:
        cleaned(name, FILES[name], caged_only=caged_only)
    except FileRefused:
        return True
    return False


if __name__ == "__main__":
    main()
