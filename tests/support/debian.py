"""Debian packages for tests: CI installs them as root; elsewhere the test is skipped and names the command."""

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
    """Return the path of `what`. CI installs it when missing; the test fails when it can't be installed."""
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
    """Lock the installation: several processes test at once, and Debian installs for one at a time."""
    with (Path(tempfile.gettempdir()) / "vireille-debian.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _install_now(package: str) -> None:
    # Debian's PostgreSQL starts its own server when installed; this policy-rc.d forbids every service.
    policy = Path("/usr/sbin/policy-rc.d")
    made_here = not policy.exists()
    if made_here:
        policy.write_text("#!/bin/sh\nexit 101\n")
        policy.chmod(0o755)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        for command in (["update", "-qq"], ["install", "-qq", "--no-install-recommends", "-y", package]):
            subprocess.run(["apt-get", *command], check=True, env=environment, capture_output=True, text=True)
    except subprocess.CalledProcessError as failure:
        pytest.fail(f"apt-get could not install {package}: {failure.stderr[-500:]}")
    finally:
        if made_here:
            policy.unlink()
