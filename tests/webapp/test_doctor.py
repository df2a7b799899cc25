"""`vireille doctor` finds in the database what must never be there."""

from __future__ import annotations

import os
from base64 import b64encode
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import pytest

from engine.cli.context import FAULT_SENTENCES
from engine.commands.webhooks import AddReceiver
from engine.domain.people import OPERATOR, SYSTEM
from engine.queries.faults import FindFaults
from tests.support.answers import request
from tests.support.programs import token_of
from tests.support.story import Story
from tests.support.terminal import run
from tests.support.world import MASTER_KEY, Template, World, key_store_beside

SOMEBODY = 64_321


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can look as somebody else")
def test_as_root_it_looks_with_the_rights_of_the_services_user(
    template: Template, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that a command of root's left behind in the service's folder keeps the service from its start."""
    monkeypatch.setenv("VIREILLE_DEMONSTRATION", "yes")
    monkeypatch.setenv("VIREILLE_MASTER_KEY", b64encode(MASTER_KEY).decode())
    # Root hands it to the service (LoadCredential).
    (tmp_path / "checkpoint.key").touch(mode=0o600)
    monkeypatch.setenv("VIREILLE_CHECKPOINT_KEY_FILE", str(tmp_path / "checkpoint.key"))
    with TemporaryDirectory() as folder:
        monkeypatch.setenv("VIREILLE_VAR", folder)
        Path(folder).chmod(0o700)
        template.copy(Path(folder) / "vireille.db")
        store = key_store_beside(f"sqlite:///{folder}/vireille.db", Path(folder))
        monkeypatch.setenv("VIREILLE_KEY_STORE", store)
        assert "omistaa root" in run("doctor").stdout
        for each in (Path(folder), *Path(folder).iterdir()):
            os.chown(each, SOMEBODY, SOMEBODY)
        assert run("doctor").exit_code == 0
        left = Path(folder) / "access-checkpoints.jsonl"
        left.touch(mode=0o600)
        found = run("doctor")
        assert found.exit_code == 1
        assert f"tiedostoon {left} ei saa kirjoittaa" in found.stdout
    assert os.geteuid() == 0


def test_what_must_never_be_is_found(world: World) -> None:
    """Each thing is broken by hand, past the database's own constraints, as a restore or a repair may do it."""
    stories = [Story(world) for _ in range(4)]
    first = stories[0]
    for name in ("kumppani", "entinen"):
        token_of(world, name)
        world.engine.perform(
            AddReceiver(name, f"https://{name}.example/", frozenset({"registered"})), OPERATOR
        )
    for story in stories:
        story.applies()
        story.until("sufficiency")
    asked = [request("outside_authority", first.today + timedelta(days=14))]
    first.does("kasittelija", "sufficiency", enough="ask", reason="Ehdot puuttuvat.", missing="Työn ehdot")
    first.does("kasittelija", "new_information_request", requests=asked, round_reason="Toinen taho tietää.")
    engine = world.engine
    engine.key_store.add({(uuid4(), "contact"): b"wrapped"})
    assert engine.answer(FindFaults(opens_instances=True), SYSTEM) == (), "a key may be ahead of its case"
    world.clock.passes(hours=2)

    ids = [story.file.case.id.hex for story in stories]
    with engine.database.engine.connect() as connection:
        connection.exec_driver_sql("pragma foreign_keys=off")
        for statement in BREAKING:
            connection.exec_driver_sql(statement.format(*ids))
        connection.commit()
    with engine.key_store.database.transaction() as connection:
        connection.exec_driver_sql(f"delete from data_keys where case_id = '{ids[1]}'")

    found = {each.kind: each for each in engine.answer(FindFaults(opens_instances=True), SYSTEM)}
    assert set(found) == set(FAULT_SENTENCES)
    assert {kind: found[kind].place for kind in ("double", "data_without_key", "orphan")} == {
        "double": "timers",
        "data_without_key": "cases",
        "orphan": "incidents.case_id",
    }
    assert found["event_to_nobody"].count == len(stories)
    assert found["receiver_without_key"].count == 1
    assert first.reference not in str(found)


BREAKING = (
    "insert into incidents (id, case_id, kind, message, opened_at, attempts) "
    "values (hex(randomblob(16)), hex(randomblob(16)), 'timer', '', '2026-11-02 07:00:00', 0)",
    # A copy of a table has no constraints.
    "create table copied as select * from timers",
    "drop table timers",
    "alter table copied rename to timers",
    "insert into timers select hex(randomblob(16)), case_id, instance_id, timer_key, process_id, element_id, path, name, kind, "
    "business_key, due_at, attempts, next_attempt_at, is_suspended from timers where case_id = '{0}' limit 1",
    "update user_tasks set due_at = '2030-01-01 00:00:00.000000' where case_id = '{0}' and state in ('created', 'claimed')",
    "update instances set state = 'ended' where case_id = '{1}'",
    "delete from user_tasks where case_id = '{2}'",
    "delete from timers where case_id = '{2}'",
    "delete from message_subscriptions where case_id = '{2}'",
    "update instances set snapshot = x'0102' where case_id = '{3}'",
    "update access_entries set actor_name = 'nobody' where case_id = '{0}'",
    "update webhook_receivers set ended_at = added_at, signing_key = null where address like '%entinen%'",
    "update webhook_receivers set signing_key = null where address like '%kumppani%'",
)
