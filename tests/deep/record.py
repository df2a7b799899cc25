"""The record of a deep run: a line for each seed that is done, so that a killed run goes on where it stopped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

import orjson

ROOT: Final = Path(__file__).parents[2]
PACKAGES: Final = ("engine", "forms", "processes", "webapp", "tests")
KINDS: Final = frozenset({".py", ".bpmn", ".dmn", ".form", ".json", ".md", ".po", ".toml", ".typ"})


@dataclass(frozen=True, slots=True)
class Done:
    """One item that was run to its end."""

    seed: int
    problems: list[str]
    seconds: float
    code: str
    """Digest of the code and the models it was run on."""
    found: str = ""
    """The item, a colon, the kind of finding and the finding, in a run that looks for something."""

    @property
    def kind(self) -> str:
        return self.found.partition(": ")[2].partition(" ")[0]


def code_now() -> str:
    """Return the digest of all that decides how an item goes. What was done on other code counts no more."""
    digest = sha256()
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*")):
            if path.suffix in KINDS and "node_modules" not in path.parts:
                digest.update(f"{path.relative_to(ROOT)}\0".encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


class Record:
    def __init__(self, path: Path) -> None:
        self.path = path

    def done_on(self, code: str) -> dict[int, Done]:
        """By seed. A line that a kill tore is left out, and its seed runs again."""
        return {each.seed: each for each in self._lines() if each.code == code}

    def _lines(self) -> Iterator[Done]:
        if not self.path.exists():
            return
        for line in self.path.read_bytes().splitlines():
            try:
                yield Done(**orjson.loads(line))
            except (orjson.JSONDecodeError, TypeError):
                continue

    def add(self, done: Done) -> None:
        """One write, after a line end, so that a torn line before it spoils nothing."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("ab") as file:
            is_torn = file.tell() > 0 and self.path.read_bytes()[-1:] != b"\n"
            file.write(b"\n" * is_torn + orjson.dumps(asdict(done)) + b"\n")
