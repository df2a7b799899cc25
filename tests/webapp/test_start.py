"""A process begins only when all is right; else it names every mistake at once, each with its way out."""

from __future__ import annotations

import socket
from base64 import b64encode
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from engine.bootstrap import drop_older_versions, new_master_key, rotate_master_key
from engine.errors import MisconfiguredEnvironment
from engine.letters import fonts
from engine.readiness import mistakes
from engine.settings import SETTINGS
from engine.storage.database import Database, new_id
from engine.storage.durability import AHEAD, SKEW, clock_apart, not_durable, wrong_schema
from engine.storage.tables.access import ACCESS_ENTRIES
from tests.support.terminal import refused, run
from tests.support.world import MASTER_KEY, Template, World, key_store_beside
from webapp.wsgi import ready_engine

Changes = dict[str, str | None]


@pytest.fixture
def right(tmp_path: Path, template: Template) -> dict[str, str]:
    """An environment, outside the demonstration, with which a server begins."""
    template.copy(tmp_path / "vireille.db")
    own = {
        each.name: "040 123 4567" if "LINE" in each.name else f"Oikea {each.name.lower()}"
        for each in SETTINGS
        if each.is_owed
    }
    return {
        **own,
        "VIREILLE_VAR": str(tmp_path),
        "VIREILLE_KEY_STORE": key_store_beside(f"sqlite:///{tmp_path / 'vireille.db'}", tmp_path),
        "VIREILLE_MASTER_KEY": b64encode(MASTER_KEY).decode(),
        "VIREILLE_SMTP_HOST": "127.0.0.1",
        "VIREILLE_SMTP_SENDER": "post@mail.example",
    }


def problems_of(environment: dict[str, str]) -> tuple[str, ...]:
    with pytest.raises(MisconfiguredEnvironment) as refused:
        ready_engine(environment, lambda _: None)
    return refused.value.problems


def test_processes_sign_alike_whichever_versions_of_the_master_key_they_have(
    right: dict[str, str], tmp_path: Path
) -> None:
    """A form of one process is accepted by the others, also by one that began after the old version was dropped."""
    file = tmp_path / "master.key"
    file.write_text(right.pop("VIREILLE_MASTER_KEY"))
    file.chmod(0o600)
    right["VIREILLE_MASTER_KEY_FILE"] = str(file)
    before, settings = ready_engine(right, lambda _: None)
    new_master_key(before)
    list(rotate_master_key(before))
    before.close()
    dropping, both = ready_engine(right, lambda _: None)
    assert drop_older_versions(dropping) == (1,)
    dropping.close()
    after, newest = ready_engine(right, lambda _: None)
    after.close()
    assert settings.secret == both.secret == newest.secret
    assert len(newest.secret) >= 32
    assert MASTER_KEY not in newest.secret


def test_what_is_right_begins(right: dict[str, str]) -> None:
    engine, settings = ready_engine(right, lambda _: None)
    engine.close()
    assert settings.base_url == "http://localhost:8080"


OUT_OF_REACH = "n" * 300
"""The system refuses even root an answer about it, as it does the service's user under /home or in /etc/vireille."""
WRONG: tuple[tuple[str, Changes, tuple[str, ...]], ...] = (
    (
        "another database",
        {"VIREILLE_DATABASE_URL": "mysql://a:secret@h/v"},
        ("DATABASE_URL", "alkaa mysql://"),
    ),
    ("no address", {"VIREILLE_DATABASE_URL": "hello"}, ("DATABASE_URL ei ole osoite", "postgresql://")),
    ("an old scheme", {"VIREILLE_DATABASE_URL": "postgres://h/v"}, ("alkaa postgres://", "postgresql://")),
    (
        "another driver",
        {"VIREILLE_DATABASE_URL": "postgresql+psycopg2://h/v"},
        ("alkaa postgresql+psycopg2://", "kirjoita sen tilalle postgresql://"),
    ),
    ("two slashes", {"VIREILLE_DATABASE_URL": "sqlite://vireille.db"}, ("kolme vinoviivaa",)),
    ("a port of words", {"VIREILLE_DATABASE_URL": "postgresql://h:x/v"}, ("portti ei ole luku",)),
    ("a port too large", {"VIREILLE_DATABASE_URL": "postgresql://h:99999/v"}, ("portti ei ole luku",)),
    ("no name", {"VIREILLE_DATABASE_URL": "postgresql://h/"}, ("tietokannan nimi puuttuu",)),
    ("no file", {"VIREILLE_DATABASE_URL": "sqlite:////nowhere/v.db"}, ("ei ole", "'vireille migrate'")),
    (
        "nobody listens",
        {"VIREILLE_DATABASE_URL": "postgresql://u:secret@127.0.0.1:1/v"},
        ("ei saada yhteyttä", "127.0.0.1"),
    ),
    ("a key of letters", {"VIREILLE_MASTER_KEY": "not base64!"}, ("VIREILLE_MASTER_KEY ei ole base64",)),
    ("a short key", {"VIREILLE_MASTER_KEY": "AAAA"}, ("on 3 tavua", "32")),
    ("no key", {"VIREILLE_MASTER_KEY": None}, ("VIREILLE_MASTER_KEY puuttuu", "varmuuskopiosta")),
    (
        "another key",
        {"VIREILLE_MASTER_KEY": b64encode(bytes(32)).decode()},
        ("ei ole tietokannan avain", "Palauta"),
    ),
    ("a folder as key", {"VIREILLE_MASTER_KEY": None, "VIREILLE_MASTER_KEY_FILE": "/"}, ("ei voi lukea",)),
    (
        "no key store",
        {"VIREILLE_KEY_STORE": "postgresql://127.0.0.1:1/k"},
        ("Avainvarasto", "VIREILLE_KEY_STORE"),
    ),
    ("no place of keys", {"VIREILLE_KEY_STORE": "keys.db"}, ("VIREILLE_KEY_STORE ei ole osoite",)),
    (
        "checkpoints under a file",
        {"VIREILLE_CHECKPOINT_FILE": "/etc/passwd/c.jsonl"},
        ("VIREILLE_CHECKPOINT_FILE", "on tiedosto"),
    ),
    (
        "a folder for the copy",
        {"VIREILLE_CHECKPOINT_COPY": "/etc"},
        ("VIREILLE_CHECKPOINT_COPY", "on kansio"),
    ),
    *(
        (f"{name} out of reach", {name: f"/{OUT_OF_REACH}/file"}, (name, "File name too long"))
        for name in ("VIREILLE_CHECKPOINT_FILE", "VIREILLE_CHECKPOINT_COPY", "VIREILLE_CHECKPOINT_KEY_FILE")
    ),
    (
        "a key store out of reach",
        {"VIREILLE_KEY_STORE": f"sqlite:////{OUT_OF_REACH}/keys.db"},
        ("Avainvarasto", "File name too long"),
    ),
    (
        "a database out of reach",
        {"VIREILLE_DATABASE_URL": f"sqlite:////{OUT_OF_REACH}/vireille.db"},
        ("Tietokantaan", "File name too long"),
    ),
    ("a path behind the name", {"VIREILLE_BASE_URL": "http://localhost/app"}, ("Kirjoita http://localhost",)),
    ("half an address", {"VIREILLE_BASE_URL": "vireille.fi"}, ("VIREILLE_BASE_URL", "https://")),
    ("open to listeners", {"VIREILLE_BASE_URL": "http://vireille.fi"}, ("pitää alkaa https://",)),
    ("a name in the address", {"VIREILLE_BASE_URL": "https://u:p@v.fi"}, ("käyttäjätunnusta",)),
    (
        "nobody in front",
        {"VIREILLE_BASE_URL": "https://v.fi"},
        ("VIREILLE_PROXIES on 0", "Aseta VIREILLE_PROXIES=1"),
    ),
    ("many proxies", {"VIREILLE_PROXIES": "many"}, ("VIREILLE_PROXIES", "0-5")),
    ("never", {"VIREILLE_WORKER_INTERVAL": "0"}, ("VIREILLE_WORKER_INTERVAL", "1-3600")),
    ("an endless session", {"VIREILLE_SESSION_LENGTH": "99"}, ("VIREILLE_SESSION_LENGTH", "1-24")),
    (
        "no sender",
        {"VIREILLE_SMTP_HOST": "mail", "VIREILLE_SMTP_SENDER": "virasto"},
        ("VIREILLE_SMTP_SENDER", "ei ole sähköpostiosoite"),
    ),
    ("an invented sender", {"VIREILLE_SMTP_SENDER": None}, ("VIREILLE_SMTP_SENDER", "keksitty")),
    (
        "a port of mail",
        {"VIREILLE_SMTP_HOST": "mail", "VIREILLE_SMTP_SENDER": "a@v.fi", "VIREILLE_SMTP_PORT": "99999"},
        ("VIREILLE_SMTP_PORT", "1-65535"),
    ),
    (
        "ssl",
        {"VIREILLE_SMTP_HOST": "mail", "VIREILLE_SMTP_SENDER": "a@v.fi", "VIREILLE_SMTP_SECURITY": "ssl"},
        ("none, starttls, tls",),
    ),
    ("a scanner without a port", {"VIREILLE_CLAMD": "clamd"}, ("VIREILLE_CLAMD", "127.0.0.1:3310")),
    (
        "nearly a name",
        {"VIREILLE_BASEURL": "https://v.fi"},
        ("VIREILLE_BASEURL", "Tarkoititko VIREILLE_BASE_URL?"),
    ),
    ("a singular", {"VIREILLE_PROXY": "1"}, ("VIREILLE_PROXY:", "tällaista asetusta ei ole")),
    ("no name at all", {"VIREILLE_FROBNICATE": "1"}, ("VIREILLE_FROBNICATE", "docs/reference/settings.md")),
    ("no court", {"VIREILLE_COURT_ADDRESS": None}, ("VIREILLE_COURT_ADDRESS puuttuu",)),
    ("a demonstration, perhaps", {"VIREILLE_DEMONSTRATION": "true"}, ("yes ja no",)),
    ("no telephone", {"VIREILLE_HELP_LINE": "call us"}, ("VIREILLE_HELP_LINE", "puhelinnumero")),
    ("a short secret", {"VIREILLE_WEB_SECRET": "short"}, ("VIREILLE_WEB_SECRET", "32 merkkiä")),
    ("a title in one language", {"VIREILLE_TITLES": "johtaja"}, ("VIREILLE_TITLES", "ruotsiksi")),
    ("half an identification", {"VIREILLE_IDENTIFICATION_ISSUER": "https://id.fi"}, ("CLIENT_ID puuttuu",)),
)
"""Each with its settings (None: not set) and what its one sentence holds."""


@pytest.mark.parametrize(("changes", "words"), [each[1:] for each in WRONG], ids=[each[0] for each in WRONG])
def test_each_wrong_setting_has_its_sentence(
    right: dict[str, str], changes: Changes, words: tuple[str, ...]
) -> None:
    environment = {name: value for name, value in {**right, **changes}.items() if value is not None}
    found = problems_of(environment)
    assert any(all(word in sentence for word in words) for sentence in found), found
    assert "secret" not in "".join(found).replace("WEB_SECRET", "").replace("SECRET_FILE", "")


def test_all_of_them_are_named_together(right: dict[str, str], tmp_path: Path) -> None:
    """Settings, the machine and the database, though the settings alone would keep it from beginning."""
    with Database(f"sqlite:///{tmp_path / 'vireille.db'}").transaction() as connection:
        connection.execute(text("update alembic_version set version_num = 'of tomorrow'"))
    found = problems_of(
        {
            **right,
            "VIREILLE_BASE_URL": "https://v.fi",
            "VIREILLE_PROXI": "1",
            "VIREILLE_CHECKPOINT_FILE": "/etc/passwd/c.jsonl",
        }
    )
    for words in (
        "VIREILLE_PROXIES on 0",
        "Tarkoititko VIREILLE_PROXIES?",
        "CHECKPOINT_FILE",
        "uusin versio",
    ):
        assert any(words in each for each in found), (words, found)


TOGETHER: tuple[tuple[str, Changes, tuple[str, ...]], ...] = (
    (
        "the key and the authority beside settings",
        {
            "VIREILLE_SESSION_IDLE": "never",
            "VIREILLE_COURT_ADDRESS": None,
            "VIREILLE_MASTER_KEY": b64encode(bytes(32)).decode(),
            "VIREILLE_CHECKPOINT_FILE": "/etc/passwd/c.jsonl",
        },
        (
            "VIREILLE_SESSION_IDLE",
            "VIREILLE_COURT_ADDRESS puuttuu",
            "ei ole tietokannan avain",
            "CHECKPOINT_FILE",
        ),
    ),
    (
        "both servers",
        {
            "VIREILLE_DATABASE_URL": "postgresql://u@127.0.0.1:1/v",
            "VIREILLE_KEY_STORE": "postgresql://u@127.0.0.1:1/k",
        },
        ("Tietokantaan", "Avainvarastoon"),
    ),
    (
        "both servers beside no key",
        {
            "VIREILLE_DATABASE_URL": "postgresql://u@127.0.0.1:1/v",
            "VIREILLE_KEY_STORE": "postgresql://u@127.0.0.1:1/k",
            "VIREILLE_MASTER_KEY": "short",
            "VIREILLE_BASE_URL": "http://localhost/app",
        },
        ("VIREILLE_MASTER_KEY", "Kirjoita http://localhost", "Tietokantaan", "Avainvarastoon"),
    ),
)
"""Each with settings (None: not set) and what the sentences hold that are shown together."""


@pytest.mark.parametrize("command", ["serve", "worker"])
@pytest.mark.parametrize(
    ("changes", "words"), [each[1:] for each in TOGETHER], ids=[each[0] for each in TOGETHER]
)
def test_serve_and_worker_name_all_of_it_at_once(
    right: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    changes: Changes,
    words: tuple[str, ...],
) -> None:
    for name, value in {**right, **changes}.items():
        monkeypatch.delenv(name, raising=False) if value is None else monkeypatch.setenv(name, value)
    monkeypatch.setenv("VIREILLE_BASE_URL", changes.get("VIREILLE_BASE_URL") or "http://localhost:8080")
    monkeypatch.setenv("VIREILLE_PROXI", "1")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        result = run(command, *(("--port", port, "--no-worker") if command == "serve" else ()))
    refused(result, "Tarkoititko VIREILLE_PROXIES?")
    lines = result.stderr.splitlines()
    for each in (*words, *((f"127.0.0.1:{port}",) if command == "serve" else ())):
        assert [line for line in lines if each in line], (each, lines)
    assert len(lines) == len(set(lines))


@pytest.mark.databases
def test_a_server_that_may_lose_commits_is_named_beside_wrong_settings(
    right: dict[str, str], world: World, database_url: str
) -> None:
    """As soon as the address is right, whatever else is wrong; in the demonstration it only warns."""
    environment = {**right, "VIREILLE_DATABASE_URL": database_url, "VIREILLE_MASTER_KEY": "short"}
    lost = not_durable(world.engine.database)
    assert set(lost) <= set(problems_of(environment))
    assert not set(lost) & set(problems_of({**environment, "VIREILLE_DEMONSTRATION": "yes"}))


@pytest.mark.databases
def test_tables_of_another_version_are_refused_with_the_command_to_run(world: World) -> None:
    database = world.engine.database
    assert wrong_schema(database) is None
    with database.transaction() as connection:
        connection.execute(text("update alembic_version set version_num = 'of tomorrow'"))
    assert "uusin versio" in str(wrong_schema(database))
    with database.transaction() as connection:
        connection.execute(text("update alembic_version set version_num = '2026_11_28_sign_in'"))
    assert "'vireille migrate'" in str(wrong_schema(database))
    with database.transaction() as connection:
        connection.execute(text("delete from alembic_version"))
    assert "'vireille migrate'" in str(wrong_schema(database))


@pytest.mark.databases
def test_a_database_that_may_lose_commits_is_refused_outside_the_demonstration(world: World) -> None:
    engine = world.engine
    lost = not_durable(engine.database)
    if engine.database.is_sqlite:
        assert lost == ()
        with engine.database.engine.connect() as connection:
            connection.exec_driver_sql("pragma journal_mode=delete")
        assert "koneen omalle levylle" in not_durable(engine.database)[0]
        return
    # The tests' server is fast and forgets.
    assert {each.split()[1] for each in lost} == {"fsync", "full_page_writes", "synchronous_commit"}
    assert all("ALTER SYSTEM SET" in each for each in lost)
    assert set(lost) <= {each.sentence for each in mistakes(engine) if each.is_grave}
    engine.settings = replace(engine.settings, is_demonstration=True)
    assert not any(each.is_grave for each in mistakes(engine))


@pytest.mark.databases
def test_a_clock_that_differs_from_the_databases_is_named(world: World) -> None:
    database, now = world.engine.database, world.clock()
    if database.is_sqlite:
        _entry(database, now + AHEAD + timedelta(seconds=1))
        assert "timedatectl" in str(clock_apart(database, now))
        assert clock_apart(database, now + timedelta(seconds=2)) is None
        return
    with database.view() as connection:
        theirs = connection.execute(text("select clock_timestamp()")).scalar_one()
    assert clock_apart(database, theirs) is None
    assert "timedatectl" in str(clock_apart(database, theirs - SKEW * 2))


def _entry(database: Database, at: Any) -> None:
    with database.transaction() as connection:
        connection.execute(
            ACCESS_ENTRIES.insert(),
            {
                "id": new_id(),
                "chain_id": uuid4(),
                "seq": 1,
                "actor_name": "",
                "roles": [],
                "action": "",
                "subjects": [],
                "at": at,
                "previous": "",
                "digest": "",
            },
        )


def test_a_letter_could_not_print_every_script(
    right: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.readiness.covered", lambda: fonts.covered() - {ord("ক"), ord("က")})
    (sentence,) = problems_of(right)
    assert "က" in sentence
    assert "uudelleen" in sentence


def test_a_port_that_is_taken_is_a_sentence(right: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in right.items():
        monkeypatch.setenv(name, value)
    # The command sets it where it is not; afterwards it is as before.
    monkeypatch.setenv("VIREILLE_BASE_URL", "http://localhost:8080")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        result = run("serve", "--port", port, "--no-worker")
    refused(result, f"127.0.0.1:{port}")
    assert "Vireille: http" not in result.output, "its address is not shown before it listens"
    assert run("serve", "--port", "99999").exit_code == 2


def test_a_start_without_a_mail_server_says_that_nothing_leaves(right: dict[str, str]) -> None:
    right["VIREILLE_SMTP_HOST"] = ""
    warned: list[str] = []
    ready_engine(right, warned.append)[0].close()
    assert any("VIREILLE_SMTP_HOST" in each for each in warned)


@pytest.mark.parametrize("name", ["VIRELLE_SMTP_HOST", "VIREILE_SMTP_HOST", "vireille_SMTP_HOST"])
def test_a_misspelt_prefix_is_named_with_what_was_meant(right: dict[str, str], name: str) -> None:
    (sentence,) = problems_of({**right, name: "mail.example"})
    assert sentence.startswith(f"{name}: ")
    assert "Tarkoititko VIREILLE_SMTP_HOST?" in sentence
