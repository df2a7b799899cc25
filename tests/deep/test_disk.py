"""The disk that loses power tells a database that waits for it from one that does not."""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path
from random import Random

import pytest

from tests.deep.disk import WAYS, Disk, recorded

COMMITS = """
import sqlite3, sys
path, synchronous = sys.argv[1:]
with open(path + "/acknowledged", "ab", buffering=0) as told:
    made = sqlite3.connect(path + "/a.db", isolation_level=None)
    made.execute("pragma journal_mode=wal")
    made.execute(f"pragma synchronous={synchronous}")
    for number in range(12):
        made.execute("insert into t values (?)", (number,))
        told.write(b"%d\\n" % number)
"""


@pytest.mark.parametrize(("synchronous", "is_durable"), [("full", True), ("normal", False)])
def test_only_what_waited_for_the_disk_survives_a_cut(
    synchronous: str, is_durable: bool, tmp_path: Path
) -> None:
    folder, before, after = (tmp_path / each for each in ("disk", "before", "after"))
    for each in (folder, before, after):
        each.mkdir()
    for place in (folder, before):
        made = sqlite3.connect(place / "a.db")
        made.execute("create table t (a)")
        made.close()
    command = [sys.executable, "-c", COMMITS, str(folder), synchronous]
    events = recorded(command, folder, tmp_path / "record")
    lost = 0
    for way in WAYS:
        disk, shown, chance = Disk(before), b"", Random(1)
        for event in events:
            disk.takes(event)
            shown += event.content if event.path == "acknowledged" else b""
            for old in after.iterdir():
                old.unlink()
            disk.after_cut(way, chance, after)
            opened = sqlite3.connect(after / "a.db")
            there = {row[0] for row in opened.execute("select a from t")}
            assert opened.execute("pragma integrity_check").fetchall() == [("ok",)]
            opened.close()
            lost += not set(map(int, shown.split())) <= there
    assert (lost == 0) is is_durable
