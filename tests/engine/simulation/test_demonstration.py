"""The demonstration plays to its end: it is everybody's first look at the program."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from sqlalchemy import update

from engine.bootstrap import build_engine
from engine.simulation.demonstration import Demonstration
from engine.simulation.environment import Clock
from engine.storage.tables.people import PEOPLE
from tests.support.world import BEGINNING, READ_ONCE, Template, settings_for


def test_it_answers_every_form_as_the_forms_are(template: Template, tmp_path: Path) -> None:
    template.copy(tmp_path / "demonstration.db")
    clock = Clock(BEGINNING)
    engine = build_engine(settings_for(f"sqlite:///{tmp_path / 'demonstration.db'}", tmp_path), now=clock)
    engine.compiled_models = READ_ONCE
    shown: list[str] = []

    with closing(engine):
        with engine.database.unit_of_work() as unit:
            # The demonstration brings people of its own.
            unit.execute(update(PEOPLE).values(username=PEOPLE.c.username + ".before"))
        Demonstration(engine, clock, shown.append).play()

    assert len(shown) == 12
