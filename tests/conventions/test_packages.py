"""The packages that an operator installs hold all that the program needs, and nothing of a checkout."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from importlib.metadata import distribution
from pathlib import Path
from typing import Final

import pytest
from packaging.requirements import Requirement

from tests.conventions.tracked import ROOT, tracked

ADDRESSES: Final = ("/fi/", "/sv/", "/static/css/base.css", "/sign-in", "/health/live")
BEGINS: Final = f"""
import engine, webapp
from webapp.cli import main
main(["migrate"], standalone_mode=False)
from webapp.wsgi import application
pages = application().test_client()
print(engine.__file__)
for address in {ADDRESSES}:
    print(address, pages.get(address).status_code)
"""
PACKED: Final = [
    name
    for each in tracked()
    if (name := each.relative_to(ROOT)).parts[0] in {"engine", "forms", "processes", "webapp"}
    and "frontend" not in name.parts
]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel that was built from the source archive, and the libraries of the lock: these alone, borrowed
    from the environment of the tests, since nothing is fetched here."""
    built, place = tmp_path_factory.mktemp("built"), tmp_path_factory.mktemp("installed") / "venv"
    asked = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(built), str(ROOT)]
    ran(asked, ROOT, {"VIREILLE_SKIP_FRONT": "yes"})
    ran([sys.executable, "-m", "venv", "--without-pip", str(place)], built)
    python = place / "bin" / "python"
    (wheel,) = built.glob("*.whl")
    uv = [sys.executable, "-m", "uv", "pip", "install", "--offline", "--no-deps", "--python", str(python)]
    ran([*uv, str(wheel)], built)
    (libraries,) = place.glob("lib/python*/site-packages")
    missing = {str(each) for each in PACKED if not (libraries / each).exists()}
    assert not missing
    for each in locked():
        borrow(each, libraries)
    return place / "bin"


def locked() -> Iterator[Requirement]:
    """Yield the libraries that the lock names for this machine."""
    lines = re.findall(
        r"^(\S+==[^\\\n]+?) *\\$", (ROOT / "requirements.txt").read_text("utf-8"), re.MULTILINE
    )
    for each in map(Requirement, lines):
        if each.marker is None or each.marker.evaluate():
            yield each


def borrow(library: Requirement, libraries: Path) -> None:
    held = distribution(library.name)
    assert library.specifier.contains(held.version), f"{library} is locked, {held.version} is here"
    for name in {each.parts[0] for each in held.files or () if each.parts[0] not in {"..", "__pycache__"}}:
        if not (libraries / name).exists():
            (libraries / name).symlink_to(Path(str(held.locate_file(name))))


def ran(asked: list[str], folder: Path, environment: Mapping[str, str] | None = None) -> str:
    outside = {name: value for name, value in os.environ.items() if not name.startswith("VIREILLE_")}
    done = subprocess.run(
        asked, cwd=folder, env=outside | dict(environment or {}), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


def test_the_wheel_of_the_source_archive_begins_in_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    own = {"VIREILLE_VAR": str(tmp_path / "var"), "VIREILLE_DEMONSTRATION": "yes"}
    ran([str(installed / "vireille"), "key"], tmp_path, own)
    printed = ran([str(installed / "python"), "-c", BEGINS], tmp_path, own).splitlines()
    lines = printed[-1 - len(ADDRESSES) :]
    assert Path(lines[0]).is_relative_to(installed.parent)
    assert [line.split() for line in lines[1:]] == [[address, "200"] for address in ADDRESSES]
    assert {each.name for each in tmp_path.iterdir()} == {"var"}


def test_each_library_is_asked_for_once_and_locked_at_that_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    groups = {
        "requirements.txt": project["project"]["dependencies"],
        "requirements-dev.txt": project["dependency-groups"]["dev"],
        "requirements-build.txt": project["dependency-groups"]["build"],
    }
    for lock, group in groups.items():
        asked = [re.sub(r"\[.*\]", "", each) for each in group if isinstance(each, str)]
        names = [each.partition("==")[0] for each in asked]
        assert names == sorted(set(names)), "each once, in the order of the alphabet"
        locked = set(
            re.findall(r"^(\S+==\S+) \\\n    --hash=sha256:", (ROOT / lock).read_text("utf-8"), re.MULTILINE)
        )
        assert {each.lower().replace("_", "-") for each in asked} <= locked, lock
