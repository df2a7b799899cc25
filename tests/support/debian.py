"""What the tests need from Debian: installed as root when CI, otherwise a test is skipped with the command."""

from __future__ import annotations

import fcntl
import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest

CI = os.environ.get("CI", "").lower() in {"1", "true"}


def needed(what: str, package: str, find: Callable[[], Path | None]) -> Path:
    """Where `what` stands. In CI it is installed when missing, and what can't be had fails the test."""
    if found := find():
        return found
    if CI:
        _install(package)
        if found := find():
            return found
        pytest.fail(f"{what} is missing and apt-get install {package} did not bring it.")
    pytest.skip(f"{what} is missing. It comes with: sudo apt-get install {package}")


@cache
def _install(package: str) -> None:
    if os.geteuid() != 0:
        pytest.fail(f"CI needs {package}, and only root can install it: sudo apt-get install {package}")
    with _alone():
        _install_now(package)


@contextmanager
def _alone() -> Iterator[None]:
    """Several processes test at once, and Debian installs for one at a time."""
    with (Path(tempfile.gettempdir()) / "vireille-debian.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _install_now(package: str) -> None:
    # Debian's PostgreSQL starts a server of its own when it arrives; policy-rc.d says no to every service.
    policy = Path("/usr/sbin/policy-rc.d")
    ours = not policy.exists()
    if ours:
        policy.write_text("#!/bin/sh\nexit 101\n")
        policy.chmod(0o755)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        for command in (["update", "-qq"], ["install", "-qq", "--no-install-recommends", "-y", package]):
            subprocess.run(["apt-get", *command], check=True, env=environment, capture_output=True, text=True)
    except subprocess.CalledProcessError as failure:
        pytest.fail(f"apt-get could not install {package}: {failure.stderr[-500:]}")
    finally:
        if ours:
            policy.unlink()
