"""Power cuts on SQLite while a case is worked through: what was acknowledged is there, once, and the rest as if it never was."""

from __future__ import annotations

import shutil
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Final

from engine.bootstrap import build_engine
from tests.chaos.test_killed import Doomed, check
from tests.deep.disk import WAYS, Disk, recorded
from tests.support.world import Template, settings_for

CUTS: Final = 60
ACKNOWLEDGED: Final = "acknowledged"
LIVES: Final = """
import sys
from tests.support.doomed import live
with open(sys.argv[2] + "/acknowledged", "ab") as pipe:
    live(sys.argv[1], sys.argv[2], pipe, spoiled=False)
"""


def power_cuts(seed: int, _place: str) -> tuple[list[str], str]:
    """Record a case from its application to its end, and cut the power at moments of the record."""
    chance = Random(seed)
    with tempfile.TemporaryDirectory() as name:
        folder, before = Path(name) / "disk", Path(name) / "before"
        folder.mkdir()
        Template(Path(name)).copy(folder / "vireille.db")
        url = f"sqlite:///{folder / 'vireille.db'}"
        with closing(build_engine(settings_for(url, folder))) as engine:
            # A key store of its own, before the first cut.
            engine.prove_key()
        shutil.copytree(folder, before)
        command = [sys.executable, "-c", LIVES, url, str(folder)]
        events = recorded(command, folder, Path(name) / "record")
        acts = [number for number, each in enumerate(events, 1) if each.path == ACKNOWLEDGED]
        cuts = {chance.choice(acts) for _ in range(CUTS // 2)}
        cuts |= set(chance.sample(range(1, len(events)), CUTS - len(cuts)))
        disk, shown, problems = Disk(before), b"", []
        for number, event in enumerate(events, 1):
            disk.takes(event)
            if event.path == ACKNOWLEDGED:
                shown += event.content
            if number in cuts:
                way = chance.choice(WAYS)
                found = _after(disk, way, shown, chance, Path(name) / "after")
                problems += [f"cut after event {number}, {way} of the rest: {each}" for each in found]
    lost = f"{seed}: {len(cuts)} cuts, {len(acts)} acknowledged" if not problems else f"{seed}: problems"
    return problems, lost


def _after(disk: Disk, way: str, shown: bytes, chance: Random, folder: Path) -> list[str]:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    disk.after_cut(way, chance, folder)
    case = Doomed(f"sqlite:///{folder / 'vireille.db'}", folder, kills=1)
    # A line is there whole, or was never shown to anybody.
    case._takes(shown)
    found, _ = check(case)
    return found
