"""The master key at a terminal: made once, looked for where the settings say, and never exchanged for another unnoticed."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import pytest

from engine.errors import MisconfiguredEnvironment
from tests.support.terminal import Names, refused, run
from webapp.cli import main
from webapp.wsgi import application

OTHER = bytes(32)
OPENING = (
    ("serve",),
    ("worker",),
    ("demo",),
    ("migrate",),
    ("backup", "copy.db"),
    ("access-log", "verify"),
    ("access-log", "checkpoint"),
    ("case", "export", "2026-000001"),
    ("count-times",),
    ("people", "list"),
    ("process", "list"),
    ("process", "deploy"),
    ("process", "move", "--dry-run"),
    ("process", "replay", "1"),
    ("rotate-key",),
    ("webhooks", "list"),
)
"""Commands of each kind that opens the database."""
ALONE = {"doctor", "feel", "dmn", "key", "policy", "restore", "texts", "verify"}
"""Commands that open no database, or none but an archive's, the one that makes the key, and the one whose answer is a list
of what is wrong."""


@pytest.mark.parametrize(
    "arguments",
    [
        ("migrate",),
        ("process", "list"),
        ("process", "deploy"),
        ("access-log", "verify"),
        ("backup", "copy.db"),
    ],
    ids=" ".join,
)
def test_without_a_key_it_says_how_to_get_one(place: Path, arguments: Names) -> None:
    refused(run(*arguments), "vireille key")


def test_a_key_is_made_once_and_never_replaced(place: Path) -> None:
    file = place / "keys" / "master.key"
    assert run("key", str(file)).exit_code == 0
    made = file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0
    refused(run("key", str(file)), "jo olemassa")
    assert file.read_bytes() == made


@pytest.mark.parametrize("command", ["key", "demo"])
def test_a_new_key_goes_to_where_it_is_looked_for(
    place: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("VIREILLE_VAR", str(place / "elsewhere"))
    # Refused after the key and before anything else: only the key is asked about here.
    monkeypatch.setenv("VIREILLE_WORKER_INTERVAL", "never")
    run(command)
    assert [str(each.relative_to(place)) for each in place.rglob("master.key")] == ["elsewhere/master.key"]


def test_every_command_that_opens_the_database_is_among_these() -> None:
    assert {arguments[0] for arguments in OPENING} == set(main.commands) - ALONE


@pytest.fixture
def exchanged(populated: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A database in use whose key was lost, and another key in its file. Returns the file."""
    assert run("access-log", "verify").exit_code == 0
    monkeypatch.delenv("VIREILLE_MASTER_KEY")
    monkeypatch.setenv("VIREILLE_DEMONSTRATION", "yes")
    file = populated / "master.key"
    file.write_bytes(b64encode(OTHER))
    return file


def contents(folder: Path) -> dict[str, str]:
    """The digest of each file; SQLite's own beside the database come and go with a connection."""
    return {
        each.name: sha256(each.read_bytes()).hexdigest()
        for each in folder.iterdir()
        if not each.name.endswith(("-wal", "-shm"))
    }


@pytest.mark.parametrize("arguments", OPENING, ids=" ".join)
def test_with_another_key_no_command_reads_or_writes(exchanged: Path, arguments: Names) -> None:
    before = contents(exchanged.parent)
    result = run(*arguments)
    refused(result, str(exchanged))
    assert "vireille key" not in result.output
    assert "Palauta" in result.output
    assert contents(exchanged.parent) == before


def test_with_another_key_no_server_of_another_kind_starts(exchanged: Path) -> None:
    with pytest.raises(MisconfiguredEnvironment, match=str(exchanged)):
        application()


@pytest.mark.parametrize("arguments", OPENING, ids=" ".join)
def test_without_the_key_of_sealed_data_none_is_made_or_proposed(exchanged: Path, arguments: Names) -> None:
    exchanged.unlink()
    before = contents(exchanged.parent)
    result = run(*arguments)
    refused(result, "Palauta")
    if arguments != ("demo",):
        assert str(exchanged) in result.output
    assert "vireille key" not in result.output
    assert contents(exchanged.parent) == before


def test_no_second_key_is_made_for_sealed_data(exchanged: Path) -> None:
    exchanged.unlink()
    for arguments in (("key",), ("key", "keys/master.key")):
        refused(run(*arguments), "Uutta avainta ei luotu")
    assert not exchanged.exists()
    assert not (exchanged.parent / "keys").exists()


def test_no_key_is_made_for_a_database_that_cannot_be_looked_at(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for url in (f"postgresql://nobody@/none?host={place}", "mysql://nowhere", "nothing"):
        monkeypatch.setenv("VIREILLE_DATABASE_URL", url)
        refused(run("key"), "Tietokantaan ei saada yhteyttä")
        assert "vireille key" not in run("people", "list").stderr
    assert list(place.iterdir()) == []


@pytest.mark.parametrize(
    ("address", "sentence"),
    [("https://apu.example/app", "polkua sivut eivät tunne"), ("hello", "täydellinen osoite")],
)
def test_a_worker_does_not_begin_with_an_address_that_its_mails_cannot_name(
    populated: Path, monkeypatch: pytest.MonkeyPatch, address: str, sentence: str
) -> None:
    monkeypatch.setenv("VIREILLE_BASE_URL", address)

    refused(run("worker"), sentence)
