"""The packages that an operator installs hold all that the program needs, and nothing of a checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

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
    """An environment with the wheel that was built from the source archive. It borrows the libraries, not the checkout."""
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
    (libraries / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n", "utf-8")
    return place / "bin"


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
