"""Finds the files of the shipped models: what a deployment is made of."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent
_DEPLOYED: Final = (
    "*/process.bpmn",
    "*/*.dmn",
    "*/texts/**/*.toml",
    "guardrails.json",
    "sections.json",
    "names/*.po",
    "scenarios/*.json",
)


def files(root: Path = ROOT) -> Mapping[str, bytes]:
    """Path inside the folder to content, in the order of the paths: the order decides nothing but the hash."""
    found = sorted(path for pattern in _DEPLOYED for path in root.glob(pattern) if path.is_file())
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in found}


def processes(root: Path = ROOT) -> tuple[str, ...]:
    """Keys of the processes: the names of their folders, which are the ids of their diagrams."""
    return tuple(sorted(path.parent.name for path in root.glob("*/process.bpmn")))
