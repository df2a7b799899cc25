"""The layers and doors of pyproject.toml hold. `python -m tests.conventions.test_layers` prints them all."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from importlinter.cli import lint_imports

ROOT = Path(__file__).resolve().parents[2]


def broken() -> bool:
    return lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True, no_logo=True) != 0


def test_the_layers_hold():
    """No import looks up, and each library has one door.

    In a process of its own: the linter sets up logging anew and so silences every logger the other tests listen to.
    """
    finished = subprocess.run([sys.executable, "-m", __name__], cwd=ROOT, capture_output=True, text=True)

    assert finished.returncode == 0, finished.stdout + finished.stderr


if __name__ == "__main__":
    sys.exit(broken())
