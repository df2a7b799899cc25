"""Archives that are torn, swapped, of others, too new or too old, and targets that hold something: each is refused with a
sentence and a way out, and nothing is written."""

from __future__ import annotations

import json
import resource
import shutil
import signal
from base64 import b64encode
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, event, text

from engine.storage.archives import MANIFEST, ROWS
from engine.storage.database import Database
from engine.storage.row_copies import opened_copy, write_copy
from engine.storage.tables import METADATA
from tests.engine.backups.conftest import House
from tests.support.key_stores import CANARY, applied
from tests.support.postgres import Cluster
from tests.support.story import Story
from tests.support.terminal import refused, run
from tests.support.world import Template

OTHER = bytes(32)


@pytest.fixture
def kept(house: House, story: Story) -> House:
    """A house with an archive of each kind."""
    applied(story)
    house.sign()
    assert run("backup", str(house.data)).exit_code == 0
    assert run("backup", "--keys", str(house.keys)).exit_code == 0
    return house


def changed(archive: Path, **facts: object) -> None:
    """Change facts of a manifest."""
    file = archive / MANIFEST
    file.write_text(json.dumps({**json.loads(file.read_text()), **facts}))


def described_anew(archive: Path) -> None:
    """Write the digests of the parts as they are now, as somebody does who has exchanged one and hides it."""
    parts = [
        {"name": each.name, "size": each.stat().st_size, "sha256": sha256(each.read_bytes()).hexdigest()}
        for each in sorted(archive.iterdir())
        if each.name != MANIFEST
    ]
    changed(archive, parts=parts)


def ask(archive: Path, statement: str) -> None:
    with opened_copy(archive / ROWS) as copy, copy.transaction() as connection:
        connection.execute(text(statement))


def torn(house: House) -> None:
    with (house.data / ROWS).open("r+b") as opened:
        opened.truncate(4096)


def exchanged(house: House) -> None:
    shutil.copyfile(house.keys / ROWS, house.data / ROWS)


def with_a_changed_byte(house: House) -> None:
    content = bytearray((house.data / ROWS).read_bytes())
    content[-1] ^= 1
    (house.data / ROWS).write_bytes(content)


def without_a_part(house: House) -> None:
    (house.data / ROWS).unlink()


def without_a_manifest(house: House) -> None:
    (house.data / MANIFEST).unlink()


def with_half_a_manifest(house: House) -> None:
    (house.data / MANIFEST).write_bytes((house.data / MANIFEST).read_bytes()[:200])


def of_a_newer_kind(house: House) -> None:
    changed(house.data, format=2, program="9.9.9")


def with_a_hidden_change(house: House) -> None:
    ask(house.data, "update people set name = 'Joku Muu'")
    described_anew(house.data)


def with_tables_of_later(house: House) -> None:
    ask(house.data, "update alembic_version set version_num = 'later'")
    described_anew(house.data)


def of_another_house(house: House) -> None:
    changed(house.data, store_id="0196b8f0-0000-7000-8000-000000000000")


def under_another_key(house: House) -> None:
    house.patch.setenv("VIREILLE_MASTER_KEY", b64encode(OTHER).decode())


def without_a_key(house: House) -> None:
    house.patch.delenv("VIREILLE_MASTER_KEY")


DAMAGES: dict[Callable[[House], None], str] = {
    torn: "on 4096 tavua, ja sen pitäisi olla",
    exchanged: "Hae se uudelleen",
    with_a_changed_byte: "on muuttunut, tai se on toisesta kopiosta",
    without_a_part: "puuttuu",
    without_a_manifest: "ei ole varmuuskopio",
    with_half_a_manifest: "on rikki",
    of_a_newer_kind: "uudempi ohjelma (9.9.9)",
    with_a_hidden_change: "sen sinetti ei täsmää",
    with_tables_of_later: "Asenna se tai sitä uudempi",
    of_another_house: "eivät kuulu yhteen",
    under_another_key: "uutta ei pidä luoda",
    without_a_key: "Uutta ei pidä luoda",
}


def test_a_damaged_archive_is_neither_proved_nor_restored(kept: House, tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    shutil.copytree(kept.data, whole)
    for damage, sentence in DAMAGES.items():
        machine = kept.another_machine()
        assert run("restore", str(kept.keys)).exit_code == 0
        damage(kept)
        refused(run("restore", str(kept.data)), sentence)
        assert not (machine.folder / "new.db").exists(), damage.__name__
        refused(run("verify", str(kept.data)), sentence)
        shutil.rmtree(kept.data)
        shutil.copytree(whole, kept.data)
    kept.another_machine()
    assert run("restore", str(kept.data), str(kept.keys)).exit_code == 0, "the whole one is"


@pytest.mark.databases
def test_nothing_is_restored_over_anything(kept: House, database_kind: str) -> None:
    full = "createdb" if database_kind == "postgresql" else "siirrä se"
    for archive in (kept.data, kept.keys):
        refused(run("restore", str(archive)), full)
    machine = kept.another_machine()
    assert run("restore", str(kept.data), str(kept.keys)).exit_code == 0
    for archive in (kept.data, kept.keys):
        refused(run("restore", str(archive)), full)
    # The checkpoints that outlive a database prove what it has lost.
    kept.another_machine()
    kept.patch.setenv("VIREILLE_CHECKPOINT_FILE", str(machine.folder / "checkpoints.jsonl"))
    (machine.folder / "checkpoints.jsonl").write_bytes(b"{}\n")
    refused(run("restore", str(kept.data), str(kept.keys)), "Säilytä se todisteena")


@pytest.mark.parametrize("ending", ["-wal", "-shm", "-journal"])
def test_the_log_of_a_database_that_was_moved_aside_is_not_played_into_a_restored_one(
    kept: House, ending: str
) -> None:
    """After a `kill -9` it lies there, and SQLite would take it for the new file's own."""
    for name, archive in (("new.db", kept.data), ("keys.db", kept.keys)):
        machine = kept.another_machine()
        left = machine.folder / f"{name}{ending}"
        left.touch()
        refused(run("restore", str(archive)), f"mv {left} {machine.folder / name}.vanha{ending}")
        assert [each.name for each in machine.folder.iterdir()] == [left.name]


@pytest.mark.databases
def test_data_wait_for_their_keys(kept: House, story: Story) -> None:
    kept.another_machine()
    refused(run("restore", str(kept.data)), "Palauta ensin avaimet")
    # An archive of the data that is younger than the keys.
    kept.own.enter(kept.patch)
    late = Story(story.world)
    applied(late)
    younger = kept.place("data") / "two"
    assert run("backup", str(younger)).exit_code == 0
    kept.another_machine()
    assert run("restore", str(kept.keys)).exit_code == 0
    refused(run("restore", str(younger)), "--keys-lost")
    proved = run("verify", str(younger))
    assert proved.exit_code == 1
    assert "vanhempi kuin" in proved.stderr + proved.stdout
    restored = run("restore", str(younger), "--keys-lost")
    assert restored.exit_code == 0, restored.output
    assert "Avaimet on menetetty 1 asialta" in restored.stdout
    assert CANARY in run("case", "export", story.reference).stdout
    assert CANARY not in run("case", "export", late.reference).stdout


def test_a_proof_names_what_the_doctor_names(kept: House) -> None:
    """A fault that was in the database already when it was copied."""
    kept.own.enter(kept.patch)
    with kept.world.engine.database.transaction() as connection:
        connection.execute(text("update access_entries set purpose = 'toinen' where seq = 1"))
    younger = kept.place("data") / "two"
    assert run("backup", str(younger)).exit_code == 0
    proved = run("verify", str(younger), str(kept.keys))
    assert proved.exit_code == 1
    assert "VIKA  access_entries" in proved.stdout
    assert "merkintää on muutettu" in proved.stdout
    assert run("verify", str(younger), "--only-digests").exit_code == 0


def test_keys_that_the_master_key_does_not_open_are_named(kept: House) -> None:
    with kept.world.engine.key_store.database.transaction() as connection:
        connection.execute(text("update data_keys set wrapped = x'0102' where sealing_class = 'contact'"))
    other = kept.place("keys") / "two"
    assert run("backup", "--keys", str(other)).exit_code == 0
    assert "1 avainta ei aukea" in run("verify", str(other)).stdout
    assert run("verify", str(kept.keys)).exit_code == 0


def test_a_place_that_cannot_take_a_backup_is_named(kept: House, tmp_path: Path) -> None:
    refused(run("backup", "/nope/x.db"), "mkdir -p /nope")
    refused(run("backup", str(kept.data)), "on jo olemassa")
    for keys, beside in ((("--keys",), kept.data), ((), kept.keys)):
        refused(run("backup", *keys, str(beside.parent / "other")), "eivät saa olla samassa paikassa")
    (kept.place("data") / "three.unfinished").mkdir()
    refused(run("backup", str(kept.place("data") / "three")), "rm -r")
    refused(run("restore", str(kept.place("data") / "three.unfinished")), "jäi kesken")
    file = tmp_path / "file"
    file.touch()
    refused(run("backup", str(file / "x")), "ei ole")
    refused(run("verify", str(kept.data), str(kept.data)), "samaa lajia")
    for each in (kept.data, kept.keys):
        assert [oct(at.stat().st_mode & 0o777) for at in (each, *each.iterdir())] == [
            "0o700",
            *["0o600"] * len(list(each.iterdir())),
        ]


def test_a_full_disk_leaves_nothing_behind(kept: House, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(kept.place("data"))
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage._replace(free=4096))
    refused(run("backup", str(kept.place("data") / "two")), "Vapauta tilaa")
    assert [each.name for each in kept.place("data").iterdir()] == ["one"]


@pytest.mark.databases
def test_a_disk_that_fills_up_meanwhile_leaves_nothing_behind(kept: House) -> None:
    """A limit on the size of a file ends the writing as a full disk does."""
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, usual[1]))
    try:
        result = run("backup", str(kept.place("data") / "two"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
        signal.signal(signal.SIGXFSZ, before)
    refused(result, "ei voi kirjoittaa")
    assert [each.name for each in kept.place("data").iterdir()] == ["one"]


def test_a_backup_on_a_host_without_the_checkpoints_says_that_they_are_not_in_it(kept: House) -> None:
    kept.patch.setenv("VIREILLE_CHECKPOINT_FILE", str(kept.place("another host") / "checkpoints.jsonl"))
    taken = run("backup", str(kept.place("data") / "two"))
    assert taken.exit_code == 0
    assert "Aja komento koneella, joka allekirjoittaa lokin." in taken.stderr
    assert run("verify", str(kept.place("data") / "two")).exit_code == 1


def test_a_server_that_is_away_is_named_when_an_archive_is_restored_or_proved(kept: House) -> None:
    nowhere = "postgresql+psycopg://nobody@127.0.0.1:1/none"
    kept.another_machine()
    kept.patch.setenv("VIREILLE_KEY_STORE", nowhere)
    for command in ("restore", "verify"):
        refused(run(command, str(kept.data)), f"Avainvarastoon {nowhere} ei saada yhteyttä")
    kept.another_machine()
    kept.patch.setenv("VIREILLE_DATABASE_URL", nowhere)
    refused(run("restore", str(kept.data), str(kept.keys)), f"Tietokantaan {nowhere} ei saada yhteyttä")


def test_the_copy_of_a_server_is_written_once(postgres: Cluster, template: Template, tmp_path: Path) -> None:
    """A log of writes would hold all of it a second time, and the room for it was not looked for."""
    file, logs = tmp_path / "rows.sqlite", list[Path]()

    def notes(connection: Connection) -> None:
        if connection.engine.url.database == str(file):
            logs[:] = file.parent.glob("rows.sqlite-wal")

    name = template.copy_on(postgres)
    event.listen(Engine, "commit", notes)
    try:
        with closing(Database(postgres.url(name))) as database:
            assert write_copy(database, METADATA, file)["people"]
    finally:
        event.remove(Engine, "commit", notes)
        postgres.drop_database(name)
    assert logs == []
