"""A child tries to get out: as root and as another user, with every lock, and on kernels that lack some of them."""

from __future__ import annotations

import ctypes
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from engine import isolation
from engine.bootstrap import NAMES, build_engine, cage_warning
from engine.isolation import Lock
from tests.engine.isolation import attempts, on_an_old_kernel
from tests.support.world import settings_for

OTHER = 65533
"""A user who has no processes and no files."""


@pytest.fixture
def plan() -> Iterator[dict[str, Any]]:
    with planned() as made:
        yield made


@contextmanager
def planned() -> Iterator[dict[str, Any]]:
    """Give things to steal and places to reach, all within reach of an ordinary process."""
    # Not pytest's own folder: another user cannot enter that one.
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        abstract = f"\0{folder.name}"
        port = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        for address in (str(folder / "socket"), abstract):
            listening = stack.enter_context(socket.socket(socket.AF_UNIX))
            listening.bind(address)
            listening.listen()
        for name in ("key", "doomed"):
            (folder / name).write_text("secret")
        yield {
            "folder": str(folder),
            "key": str(folder / "key"),
            "port": port.getsockname()[1],
            "socket": str(folder / "socket"),
            "abstract": abstract,
            "caged": True,
            "hidden": True,
        }


def _as_user(plan: dict[str, Any], user: int) -> dict[str, str]:
    """Run the attempts as another user, whose process is the parent."""
    for each in (Path(plan["folder"]), *Path(plan["folder"]).iterdir()):
        os.chown(each, user, user)
    done = subprocess.run(
        [sys.executable, "-m", attempts.__name__, json.dumps({**plan, "as": user})],
        capture_output=True,
        check=True,
        env={**os.environ, "VIREILLE_MASTER_KEY": "secret"},
    )
    found: dict[str, str] = json.loads(done.stdout)
    return found


def _of_file(plan: dict[str, Any]) -> dict[str, str]:
    found: dict[str, str] = json.loads(
        isolation.run_once(attempts.__name__, (json.dumps(plan),), b"", 30, isolation.MEMORY)
    )
    return found


def _open(found: dict[str, str]) -> set[str]:
    return {name for name, became in found.items() if became == "open"}


needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")


def test_without_the_cage_every_attempt_succeeds(plan: dict[str, Any]) -> None:
    found = _of_file({**plan, "caged": False})

    assert _open(found) == set(found)


def test_the_child_of_a_file_gets_nowhere(plan: dict[str, Any]) -> None:
    assert _open(_of_file(plan)) == set()


def test_the_child_of_models_gets_nowhere(plan: dict[str, Any]) -> None:
    found = isolation.ask(attempts.__name__, plan, 30)
    isolation.end_all()

    assert _open(found) == set()


@needs_root
def test_the_child_of_another_user_gets_nowhere(plan: dict[str, Any]) -> None:
    assert _open(_as_user(plan, OTHER)) == set()


@needs_root
def test_without_a_cage_a_neighbour_of_the_same_user_cannot_read_the_keys_in_memory(
    plan: dict[str, Any],
) -> None:
    neighbour = {**plan, "caged": False}
    memory = {"read the parent's environment", "read the parent's memory", "stop the parent with a debugger"}

    assert _open(_as_user({**neighbour, "hidden": False}, OTHER)) >= memory
    assert not _open(_as_user(neighbour, OTHER)) & memory


def test_the_process_that_gets_the_master_key_hides_its_memory() -> None:
    prctl, get, put = ctypes.CDLL(None).prctl, 3, 4
    prctl(put, 1, 0, 0, 0)
    settings = replace(settings_for("sqlite://", Path("/nonexistent")), key_store_url="sqlite://")
    build_engine(settings).close()
    assert prctl(get, 0, 0, 0, 0) == 0


@pytest.fixture
def every_lock() -> None:
    """Skips where the machine's own kernel is an old one."""
    if missing := isolation.missing_locks():
        pytest.skip(f"this kernel lacks {sorted(missing)}")


ONE_OF_TWO = ("namespaces", "landlock")
WITHOUT_A_CAGE = (("seccomp",), ("namespaces", "landlock"), ("namespaces", "landlock", "seccomp"))
OldKernels = dict[tuple[str, ...], dict[str, Any]]


@pytest.fixture(scope="module")
def old_kernels() -> OldKernels:
    """Return the outcome on each old kernel, by the locks that it lacks."""
    lacking = [*((each,) for each in ONE_OF_TWO), *WITHOUT_A_CAGE]
    with ExitStack() as stack:
        asked = [(stack.enter_context(planned()), each) for each in lacking]
        done = subprocess.run(
            [sys.executable, "-m", on_an_old_kernel.__name__, json.dumps(asked)],
            capture_output=True,
            check=True,
        )
    return dict(zip(lacking, map(json.loads, done.stdout.splitlines()), strict=True))


@pytest.mark.usefixtures("every_lock")
@pytest.mark.parametrize("lacking", ONE_OF_TWO)
def test_without_one_of_two_locks_nothing_gets_out_and_the_start_says_it(
    old_kernels: OldKernels, lacking: str
) -> None:
    found = old_kernels[lacking,]

    assert found["missing"] == [lacking]
    assert found["got out"] == []
    assert found["refused"] == []
    assert NAMES[Lock(lacking)] in found["warning"]


@pytest.mark.usefixtures("every_lock")
@pytest.mark.parametrize("lacking", WITHOUT_A_CAGE)
def test_without_the_cage_papers_and_heic_are_refused_but_not_in_the_demonstration(
    old_kernels: OldKernels, lacking: tuple[str, ...]
) -> None:
    found = old_kernels[lacking]

    assert found["missing"] == sorted(lacking)
    assert found["refused"] == ["kuva.heic", "kirje.pdf"]
    assert found["refused in the demonstration"] == []
    assert "HEIC" in found["warning"]
    assert all(NAMES[Lock(each)] in found["warning"] for each in lacking)


@pytest.mark.usefixtures("every_lock")
def test_without_seccomp_the_other_locks_still_keep_files_and_the_network_shut(
    old_kernels: OldKernels,
) -> None:
    out = set(old_kernels["seccomp",]["got out"])

    assert not {name for name in out if name.startswith(("read", "connect to", "write"))}


@pytest.mark.usefixtures("every_lock")
def test_a_machine_with_every_lock_says_nothing() -> None:
    assert cage_warning(is_demonstration=False) is None
