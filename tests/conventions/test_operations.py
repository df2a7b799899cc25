"""The page for operators and its samples: names that exist, units that systemd takes."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from engine.storage.durability import DURABLE
from tests.conventions.tracked import ROOT
from tests.support.debian import needed
from webapp.settings import EVERY_SETTING

PAGE = ROOT / "docs" / "operations.md"
SAMPLES = ROOT / "docs" / "samples"
UNITS = sorted(SAMPLES.glob("*.service"))
MOST_EXPOSED = 45
"""Tenths. The rest is what the children of the cage need: namespaces of their own, and system calls they then give up."""


def test_every_setting_that_an_operator_reads_of_exists() -> None:
    texts = "".join(file.read_text("utf-8") for file in [PAGE, *SAMPLES.iterdir()])
    named = set(re.findall(r"\bVIREILLE_[A-Z_]*[A-Z]\b", texts))
    assert len(named) > 8
    assert named - {each.name for each in EVERY_SETTING} == set()


def test_every_setting_of_the_server_that_the_start_asks_for_is_on_the_page() -> None:
    text = PAGE.read_text("utf-8")
    assert [name for name in DURABLE if f"{name} = on" not in text] == []


def test_prometheus_gets_every_number_that_an_alert_reads() -> None:
    given = (ROOT / "webapp" / "http" / "metrics.py").read_text("utf-8")
    named = set(re.findall(r"\bvireille_([a-z_]+)", PAGE.read_text("utf-8"))) - {"keys"}
    assert {name for name in named if f'"{name}"' not in given} == set()


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_systemd_takes_the_unit_and_finds_it_closed(unit: Path, tmp_path: Path) -> None:
    analyze = needed("systemd-analyze", "systemd", _analyze)
    # Neither program nor account of the sample is on this machine.
    text = unit.read_text("utf-8").replace("/opt/vireille/bin/vireille", sys.executable)
    mine = tmp_path / unit.name
    mine.write_text(re.sub(r"^(User|Group)=.*$", r"\1=root", text, flags=re.MULTILINE), "utf-8")
    for arguments in (
        ("verify", "--man=no", str(mine)),
        ("security", "--offline=true", f"--threshold={MOST_EXPOSED}", "--no-pager", str(mine)),
    ):
        done = subprocess.run([analyze, *arguments], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
    assert "LoadCredential=master.key" in text
    assert "VIREILLE_MASTER_KEY=" not in text


def _analyze() -> Path | None:
    found = shutil.which("systemd-analyze")
    return Path(found) if found else None
