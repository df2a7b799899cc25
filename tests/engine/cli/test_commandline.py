"""The command line as somebody at a terminal meets it: sentences, exit codes, help; never a traceback."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import zipfile
from contextlib import closing
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from engine.bootstrap import create_key, shipped_files
from engine.cli import COMMANDS
from engine.errors import Conflict
from engine.settings import create_master_key
from tests.engine.guardrails.fewer import only
from tests.engine.models.foreign.hostile import REFUSED as REFUSED_FILES
from tests.engine.models.foreign.shapes import files
from tests.support.finished import CANARY, finished, one_task_more
from tests.support.office import Office
from tests.support.terminal import Names, commands, refused, run
from tests.support.world import world_on
from webapp.cli import main

NOWHERE = "postgresql+psycopg://nobody@127.0.0.1:1/none"
"""Port 1 of this machine: nobody listens there."""


@pytest.mark.parametrize("path", list(commands(main)), ids=" ".join)
def test_every_command_explains_itself(path: Names) -> None:
    result = run(*path, "--help")
    assert result.exit_code == 0
    assert result.stdout.startswith("Usage: ")
    explained = result.stdout.split("\n\n")[1].strip()
    assert len(explained) > 15, "more than its name"


def test_every_command_of_the_engine_is_mounted() -> None:
    assert {command.name for command in COMMANDS} <= set(main.commands)


@pytest.mark.parametrize(
    "arguments",
    [("people", "add"), ("process", "walk", "--cases", "many"), ("nothing",), ("backup",)],
    ids=" ".join,
)
def test_a_call_that_makes_no_sense_is_exit_code_two(place: Path, arguments: Names) -> None:
    assert run(*arguments).exit_code == 2


def test_every_error_of_the_settings_is_reported_at_once(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIREILLE_MASTER_KEY", "not base64!")
    monkeypatch.setenv("VIREILLE_WORKER_INTERVAL", "²")
    result = run("process", "list")
    refused(result, "VIREILLE_MASTER_KEY")
    assert "VIREILLE_WORKER_INTERVAL" in result.stderr


def test_a_misspelt_setting_stops_what_would_write_to_another_place(
    populated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIREILLE_DATABSE_URL", "postgresql://nobody@127.0.0.1:1/none")
    meant = "Tarkoititko VIREILLE_DATABASE_URL?"
    for arguments in (("migrate",), ("backup", f"{populated}/copy"), ("restore", f"{populated}/copy")):
        refused(run(*arguments), meant)
    listed = run("people", "list")
    assert listed.exit_code == 0
    assert meant in listed.stderr
    assert meant not in listed.stdout


@pytest.mark.slow
def test_files_are_checked_and_compared_without_a_key_or_a_database(place: Path) -> None:
    """The shipped ones: every guardrail is proved and every scenario met."""
    checked = run("process", "check")
    assert (checked.exit_code, checked.stdout) == (0, "0 virhettä, 0 huomautusta.\n")
    assert re.fullmatch(r"Todistus: \d+ tilannetta, \d+,\d s\.\n", checked.stderr)
    assert run("process", "compare", "shipped", "shipped").stdout == "Eroja ei ole.\n"
    assert list(place.iterdir()) == []


def test_a_file_in_place_of_the_folder_is_named(tmp_path: Path) -> None:
    file = tmp_path / "var"
    file.write_text("")
    with pytest.raises(Conflict, match="on tiedosto"):
        create_key({"VIREILLE_VAR": str(file)})


def test_an_empty_database_says_what_to_run(place: Path) -> None:
    create_master_key(place / "master.key")
    for arguments in (("process", "list"), ("access-log", "verify"), ("access-log", "checkpoint")):
        refused(run(*arguments), "vireille migrate")


def test_a_server_that_is_not_there_is_named_with_its_reason(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_master_key(place / "master.key")
    monkeypatch.setenv("VIREILLE_DATABASE_URL", NOWHERE)
    for arguments in (("migrate",), ("process", "list")):
        result = run(*arguments)
        refused(result, f"Tietokantaan {NOWHERE} ei saada yhteyttä")
        assert "Connection refused" in result.stderr


def test_from_nothing_to_a_deployed_version(place: Path) -> None:
    create_master_key(place / "master.key")
    assert run("migrate").exit_code == 0
    assert run("migrate").exit_code == 0
    assert run("count-times").stdout.startswith("Laskettavaa ei ole")
    assert run("process", "deploy").stdout.startswith("Versio 1,")
    assert run("process", "deploy").stdout.startswith("Versio 1,"), "the same files change nothing"
    assert "0 avointa (uudet asiat)" in run("process", "list").stdout


def test_a_model_with_an_error_is_reported_and_not_deployed(populated: Path) -> None:
    broken = populated / "models" / "intake_to_decision"
    broken.mkdir(parents=True)
    (broken / "process.bpmn").write_bytes(b"<not-bpmn/>")
    checked = run("process", "check", str(populated / "models"))
    assert checked.exit_code == 1
    assert "error:" in checked.stdout
    shown = run("process", "check", str(populated / "models"), "--json")
    assert shown.exit_code == 1
    assert {"error"} <= {each["severity"] for each in json.loads(shown.stdout)}
    refused(run("process", "deploy", str(populated / "models")), "ei voi julkaista")
    assert run("process", "list").stdout.count("\n") == 1
    refused(run("process", "check", str(populated / "nowhere")), "ei ole")


def test_a_lane_whose_role_nobody_holds_is_named_where_people_are_known(
    populated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not without a database, and not where a service is being set up and nobody works yet."""
    with closing(sqlite3.connect(populated / "vireille.db")) as database, database:
        database.execute("update people set is_active = 0 where username = 'esihenkilo'")
    checked = run("process", "check")
    assert checked.exit_code == 0, "people come and go: nothing is refused for it"
    shown = "warning: reach_client reach_client_lane_manager: Kukaan ei voi tehdä uimaradan"
    assert shown in checked.stdout
    assert shown in run("process", "deploy").stdout
    assert "role_unheld" in {each["code"] for each in json.loads(run("process", "check", "--json").stdout)}

    with closing(sqlite3.connect(populated / "vireille.db")) as database, database:
        database.execute("update people set is_active = 0")
    assert shown not in run("process", "check").stdout
    monkeypatch.delenv("VIREILLE_MASTER_KEY")
    assert run("process", "check").stdout.startswith("0 virhettä")


def test_files_of_any_tool_are_checked_each_by_itself(populated: Path) -> None:
    foreign = {name: data for name, _, data in files() if name in {"camunda8-choice", "visio-straight-drawn"}}
    foreign["laughs"] = REFUSED_FILES["laughs.bpmn"]
    for name, data in foreign.items():
        (populated / f"{name}.bpmn").write_bytes(data)
    paths = [str(populated / f"{name}.bpmn") for name in foreign]

    checked = run("process", "check", "--each", "--json", *paths)

    assert checked.exit_code == 1
    shown = {
        Path(each["file"]).stem: {one["code"] for one in each["findings"]}
        for each in json.loads(checked.stdout)
    }
    assert set(shown) == set(foreign)
    assert {"other_language", "import_settings", "form_key_missing"} <= shown["camunda8-choice"]
    assert shown["laughs"] == {"refused_not_xml"}
    sentences = run("process", "check", "--each", *paths)
    assert "Camunda 8" in sentences.stdout
    assert f"{paths[-1]}: 1 virhettä" in sentences.stdout


def test_an_archive_and_a_form_are_laid_over_the_shipped_bundle_together(populated: Path) -> None:
    with zipfile.ZipFile(populated / "all.zip", "w") as packed:
        for path, data in {
            **shipped_files(),
            "guardrails.json": only("client_contacted_after_admission"),
        }.items():
            packed.writestr(path if path.startswith("forms/") else f"processes/{path}", data)
    (populated / "Kuule lasta.form").write_bytes(b'{"components": [{"type": "iframe", "key": "a"}]}')
    both = run("process", "check", str(populated / "all.zip"), str(populated / "Kuule lasta.form"))
    assert both.exit_code == 1
    assert "forms/kuule_lasta.form" in both.stdout
    assert "1 virhettä" in both.stdout, "nothing of the archive is lacking"


def test_people_are_added_and_refused(populated: Path) -> None:
    arguments = ("people", "add", "uusi", "--name", "Uusi Ihminen", "--role", "auditor")
    sentence, link = run(*arguments).stdout.splitlines()
    assert sentence.startswith("uusi: kutsu käy kerran, ")
    assert "/sign-in/invitation/" in link
    refused(run(*arguments), "jo käytössä")
    again = run("people", "invite", "uusi").stdout.splitlines()
    assert again[0].startswith("uusi: kutsu käy kerran, ")
    assert again[1] != link
    service = run("people", "add-service", "ohjelma", "--scope", "cases:read", "--role", "caseworker")
    assert len(service.stdout.strip()) >= 43


def test_people_leave_come_back_and_change(populated: Path) -> None:
    assert "kasittelija\t" in run("people", "list").stdout
    assert (
        run("people", "close", "kasittelija").stdout
        == "kasittelija: suljettu. Avoimia tehtäviä hallussa: 0.\n"
    )
    left = next(
        line for line in run("people", "list").stdout.splitlines() if line.startswith("kasittelija\t")
    )
    assert left.endswith("poistunut")
    assert run("people", "reopen", "kasittelija").exit_code == 0
    assert "poistunut" not in run("people", "list").stdout
    assert run("people", "roles", "kasittelija", "--role", "auditor").stdout == "kasittelija: auditor\n"
    assert (
        run("people", "add-service", "ohjelma", "--scope", "cases:read", "--role", "caseworker").exit_code
        == 0
    )
    assert run("people", "revoke-service", "ohjelma").stdout == "ohjelma: päätetty.\n"
    refused(run("people", "revoke-service", "ohjelma"), "ei ole")
    for command in ("close", "reopen", "invite"):
        refused(run("people", command, "kukaan"), "ei ole")


def test_an_official_is_appointed_for_a_time(populated: Path) -> None:
    """Without an entry in the register nobody but the director signs."""
    named = ("--name", "Uusi Päättäjä", "--role", "decision_maker")
    assert run("people", "add", "uusi", *named).exit_code == 0
    days = ("--from", "2026-12-01", "--until", "2026-12-31")
    shown = run("people", "appoint", "uusi", "sign_resolutions", *days)
    assert shown.stdout == "Uusi Päättäjä: sign_resolutions\n"
    with closing(sqlite3.connect(populated / "vireille.db")) as database:
        register = database.execute(
            "select power, valid_from, valid_until from appointments join people on people.id = person_id"
            " where username = 'uusi'"
        )
        assert register.fetchall() == [("sign_resolutions", "2026-12-01", "2026-12-31")]
    refused(run("people", "appoint", "kukaan", "sign_resolutions", *days), "ei ole")
    backwards = ("--from", "2026-12-31", "--until", "2026-12-01")
    refused(run("people", "appoint", "uusi", "sign_resolutions", *backwards), "ei voi päättyä")


def test_data_and_keys_are_copied_apart(populated: Path) -> None:
    tables = {}
    for kind, arguments in (("data", ()), ("keys", ("--keys",))):
        (populated / kind).mkdir()
        assert run("backup", *arguments, str(populated / kind / "one")).exit_code == 0
        with closing(sqlite3.connect(populated / kind / "one" / "rows.db")) as copy:
            tables[kind] = {
                row[0] for row in copy.execute("select name from sqlite_master where type = 'table'")
            }
    assert tables["keys"] == {"stores", "data_keys", "root_keys"}
    assert not tables["data"] & {"data_keys", "case_keys"}


@pytest.mark.parametrize(
    ("address", "why"),
    [("sqlite:///vireille.db", "sama kuin VIREILLE_DATABASE_URL"), ("mysql://nowhere", "sqlite:///")],
)
def test_a_key_store_in_the_wrong_place_is_refused(
    populated: Path, monkeypatch: pytest.MonkeyPatch, address: str, why: str
) -> None:
    monkeypatch.setenv("VIREILLE_DATABASE_URL", "sqlite:///vireille.db")
    monkeypatch.setenv("VIREILLE_KEY_STORE", address)
    refused(run("people", "list"), why)


@pytest.mark.parametrize(
    "arguments", [("migrate",), ("backup", "{}/copy"), ("backup", "--keys", "{}/copy"), ("people", "list")]
)
def test_a_key_store_that_is_away_is_named_with_the_servers_reason(
    populated: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.setenv("VIREILLE_KEY_STORE", NOWHERE)
    result = run(*(each.format(populated) for each in arguments))
    refused(result, f"Avainvarastoon {NOWHERE} ei saada yhteyttä")
    assert "Connection refused" in result.stderr


def test_the_master_key_is_changed_in_its_file(populated: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refused(run("rotate-key", "--new"), "2:BASE64")
    file = populated / "master.key"
    file.write_text(os.environ["VIREILLE_MASTER_KEY"])
    monkeypatch.delenv("VIREILLE_MASTER_KEY")
    monkeypatch.setenv("VIREILLE_DEMONSTRATION", "")
    file.chmod(0o644)
    refused(run("rotate-key"), f"chmod 600 {file}")
    file.chmod(0o600)
    assert "versio 2" in run("rotate-key", "--only-add").stdout
    assert "Poistettu versiot: ei yhtään." in run("rotate-key", "--drop-old").stdout
    assert "Käytössä on pääavaimen versio 2." in run("rotate-key").stdout
    assert "Käytössä on pääavaimen versio 2." in run("rotate-key").stdout, "run again"
    assert "Poistettu versiot: 1." in run("rotate-key", "--drop-old").stdout
    assert "--only-add" in run("rotate-key").stdout
    assert file.read_text().startswith("2:"), "no version that only this process knows"
    assert "Käytössä on pääavaimen versio 3." in run("rotate-key", "--new").stdout
    assert run("people", "list").exit_code == 0


def test_a_case_is_taken_out_whole_private_and_over_nothing(populated: Path) -> None:
    with world_on(f"sqlite:///{populated / 'vireille.db'}", populated) as world:
        story = Office(world).begins("sign_resolution")
        story.does("paattaja", "sign_resolution")
    target, folder = populated / "case.json", populated / "files"
    printed = run("case", "export", story.reference)
    assert printed.exit_code == 0
    assert json.loads(printed.stdout)["case"]["reference"] == story.reference
    arguments = ("case", "export", story.reference, "--to", str(target), "--files", str(folder))
    assert run(*arguments, "--purpose", "Pirkon pyyntö").exit_code == 2
    assert run(*arguments, "--purpose", "tarkastus").exit_code == 0
    assert target.read_text() == printed.stdout
    documents = {each["id"]: each["sha256"] for each in json.loads(printed.stdout)["documents"]}
    assert {each.name: sha256(each.read_bytes()).hexdigest() for each in folder.iterdir()} == documents
    assert not any(each.stat().st_mode & 0o077 for each in (target, folder, *folder.iterdir()))
    refused(run(*arguments), "jo olemassa")
    refused(run("case", "export", "2026-999999"), "Sivua ei ole")


def test_two_versions_are_compared_in_words_and_in_json(populated: Path) -> None:
    folder = populated / "models" / "information_request"
    folder.mkdir(parents=True)
    drawn = shipped_files()["information_request/process.bpmn"]
    (folder / "process.bpmn").write_bytes(drawn.replace("Lähetä pyyntö".encode(), "Lähetä kirje".encode()))

    words = run("process", "compare", "shipped", str(folder.parent))
    data = run("process", "compare", "shipped", str(folder.parent), "--json", "--language", "en")

    assert "Nimi: Lähetä pyyntö → Lähetä kirje" in words.stdout
    assert "1 tiedostoa on toisin." in words.stdout
    (part,) = json.loads(data.stdout)
    assert part["changes"][0]["details"][0]["label"] == "Name"
    assert "Eroja ei ole." in run("process", "compare", "1", "1").stdout


def test_comparing_with_a_missing_version_is_refused(populated: Path) -> None:
    refused(run("process", "compare", "1", "9"), "Versiota 9 ei ole.")
    refused(run("process", "compare", "1", "nowhere"), "Kansiota nowhere ei ole.")


@pytest.mark.slow
def test_running_cases_are_previewed_moved_and_returned(populated: Path) -> None:
    with world_on(f"sqlite:///{populated / 'vireille.db'}", populated) as world:
        office = Office(world)
        moving, staying = office.begins(), office.begins("assessment")
        office.publishes()
    shown = run("process", "move", "--dry-run").stdout
    assert "1 asiaa, versio 1, kesken Kirjaa asia vireille: voi siirtää" in shown
    assert "on lisätty ”Kuule lasta”" in shown
    assert "1 voi siirtää versioon 2, 1 jää." in shown
    refused(run("process", "move"), "Valitse ainakin yksi asia.")

    one = run("process", "move", staying.reference)
    assert one.exit_code == 1
    assert f"{staying.reference}  stayed  Vaiheiden" in one.stdout
    every = run("process", "move", "--all")
    assert every.exit_code == 0
    assert f"{moving.reference}  moved" in every.stdout
    move = every.stdout.split()[-1]
    back = run("process", "move", "--return", move)
    assert f"{moving.reference}  returned" in back.stdout
    refused(run("process", "move", "--return", move), "Yhtään siirrettyä asiaa ei ole palautettavana.")
    refused(run("process", "move", "--return", "what"), "Sivua ei ole")


def test_a_replay_prints_the_changes_and_gives_them_as_json(populated: Path) -> None:
    with world_on(f"sqlite:///{populated / 'vireille.db'}", populated) as world:
        world.clock.moment = datetime.now(UTC) - timedelta(days=150)
        refused(run("process", "replay", "1"), "Ajettavia asioita on liian vähän")
        finished(world)
    draft = populated / "draft"
    changed = one_task_more(shipped_files())["assess_and_resolve/process.bpmn"]
    (draft / "assess_and_resolve").mkdir(parents=True)
    (draft / "assess_and_resolve" / "process.bpmn").write_bytes(changed)

    same = run("process", "replay", "1")
    assert "Samalla tavalla 6, sama tie muin ajoin tai tuloksin 0, toisin 0, pysähtyisi 0." in same.output
    shown = run("process", "replay", str(draft))
    assert shown.exit_code == 0
    assert "     5  Tehtävä lisää: Kuule lasta." in shown.output.splitlines()[2:]
    report = json.loads(run("process", "replay", str(draft), "--json", "--language", "en").stdout)
    assert report["closed"]["figures"][0]["sentence"] == "One task more: Kuule lasta."
    assert CANARY not in shown.output


def test_diagrams_become_pictures_that_a_browser_opens(tmp_path: Path) -> None:
    drawn = run("process", "pictures", "processes/delivery", str(tmp_path / "seen"))

    assert run("process", "pictures", "README.md", str(tmp_path)).exit_code == 2
    (picture,) = (tmp_path / "seen").iterdir()
    assert drawn.stdout.strip() == str(picture)
    assert "Annettava tiedoksi" in picture.read_text("utf-8")
