"""The units and the page for those who run the service: what a command or a night needs, where it is repeated."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conventions.tracked import ROOT

UNITS = sorted((ROOT / "docs/samples").glob("*.service"))
PAGE = (ROOT / "docs/operations.md").read_text()


@pytest.mark.parametrize("unit", UNITS, ids=lambda each: each.stem)
def test_a_unit_does_one_thing_and_waits_for_the_clock(unit: Path) -> None:
    """One that did two could not be repeated after the second failed: the first refuses to write over its archive."""
    lines = unit.read_text().splitlines()
    assert sum(each.startswith("ExecStart=") for each in lines) == 1
    for name in ("After", "Wants"):
        (line,) = [each for each in lines if each.startswith(f"{name}=")]
        assert "time-sync.target" in line.split("=")[1].split()


def test_a_command_with_the_owners_address_lays_the_file_of_the_programs_aside() -> None:
    """With both set it is refused."""
    blocks = re.findall(r"```\n(.*?)```", PAGE, re.DOTALL)
    owners = [each for each in blocks if "VIREILLE_DATABASE_URL=postgresql://vireille-owner@" in each]
    assert len(owners) == 2
    for each in owners:
        assert re.search(r"(env -u|unset) VIREILLE_DATABASE_URL_FILE", each)
