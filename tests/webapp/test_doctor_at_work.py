"""`vireille doctor` says what the start would say, and what a running system leaves undone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import pytest

from engine.bootstrap import build_engine
from engine.commands.health import Beat
from engine.domain.access_log import Verification
from engine.domain.administration import Act
from engine.domain.people import SYSTEM
from engine.executor import Engine, Work
from engine.storage.database import new_id
from tests.support.terminal import run
from tests.support.working import Doing
from tests.webapp.test_start import right as right
from webapp.wsgi import read_settings, ready_engine


@pytest.fixture
def settled(right: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    for name, value in right.items():
        monkeypatch.setenv(name, value)
    return right


@pytest.fixture
def runs(settled: dict[str, str]) -> Iterator[Engine]:
    """An engine of the settled system, whose worker beats."""
    settings, _ = read_settings(settled)
    with closing(build_engine(settings)) as engine:
        engine.perform(Beat(new_id(), {}), SYSTEM)
        yield engine


def test_the_doctor_finds_nothing_in_a_sound_system(runs: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webapp.doctor.os.geteuid", lambda: 1000)  # root is warned of what root owns
    result = run("doctor", "--deep")
    assert result.exit_code == 0, result.output
    assert result.stdout == "Kaikki on kunnossa.\n"


def test_the_doctor_says_that_no_worker_does_what_is_due(settled: dict[str, str]) -> None:
    result = run("doctor")
    assert result.exit_code == 0, "a restored system is examined before it begins"
    assert "vireille worker" in result.stdout
    assert "Kaikki on kunnossa." not in result.stdout


def test_the_doctor_says_what_waits_for_a_person_and_what_does_not_leave(runs: Engine) -> None:
    now = runs.now()

    def fails(work: Work) -> None:
        work.stores.incidents.open(
            "timer", case_id=None, subject_id=None, element_id=None, message="", moment=now
        )
        work.stores.outbox.add(
            "mail_message",
            recipient={"email": "joku@example.invalid", "name": ""},
            language="fi",
            template_values={},
            moment=now - timedelta(hours=2),
        )

    runs.perform(Doing(fails), SYSTEM)
    found = run("doctor").stdout
    assert "Häiriöt" in found
    assert "1 viestiä" in found
    assert "Kaikki on kunnossa." not in found


def test_an_entry_of_a_time_to_come_is_named_and_stops_no_start(
    runs: Engine, settled: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A clock leapt and was set back. The entry can't be altered, and people wait."""
    monkeypatch.setattr("webapp.doctor.os.geteuid", lambda: 1000)
    ahead = runs.now() + timedelta(days=90)
    with closing(build_engine(runs.settings, now=lambda: ahead)) as then:
        then.perform(Doing(_signs_in), SYSTEM)
    warned: list[str] = []
    begun, _ = ready_engine(settled, warned.append)
    begun.close()
    found = run("doctor")
    assert found.exit_code == 0
    for shown in ("\n".join(warned), found.stdout):
        assert f"lokin viimeinen merkintä on {ahead:%d.%m.%Y}" in shown
        assert "ohjelma toimii" in shown


def _signs_in(work: Work) -> None:
    work.stores.access.log_administration(work.actor, Act.SIGNED_IN, work.now, "kasittelija")


def _finds_a_change(work: Work) -> None:
    found = Verification(done_at=work.now, entries=1, checkpoints=0, faults=1, found=())
    work.stores.log_verifications.store(found, work.actor)


def test_the_doctor_says_that_the_log_was_changed(runs: Engine) -> None:
    runs.perform(Doing(_finds_a_change), SYSTEM)
    assert run("doctor").exit_code == 1


def test_the_doctor_says_what_the_start_would(
    settled: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIREILLE_PROXY", "1")
    monkeypatch.setenv("VIREILLE_CHECKPOINT_COPY", "/etc")
    result = run("doctor", "--json")
    assert result.exit_code == 1
    found = json.loads(result.stdout)
    assert not found["is_right"]
    assert {each["about"] for each in found["mistakes"]} >= {"settings", "checkpoints"}
