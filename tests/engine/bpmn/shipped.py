"""The models of the repository as files."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parents[3] / "processes"


def processes() -> dict[str, bytes]:
    return {
        path.relative_to(FOLDER).as_posix(): path.read_bytes() for path in sorted(FOLDER.glob("*/*.bpmn"))
    }
