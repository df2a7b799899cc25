"""A starting server reads the models that run now, so that the first visitor does not wait."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import event

from engine.bootstrap import build_engine, prepare_database, read_ahead
from engine.domain.people import PUBLIC
from engine.executor import Engine
from engine.queries.public_form import PublicForm
from engine.settings import EngineSettings
from tests.support.world import World, settings_for


def asked_by_the_first(engine: Engine) -> list[str]:
    """Return the statements made for the first visitor who opens the application form."""
    statements: list[str] = []
    event.listen(
        engine.database.engine, "before_cursor_execute", lambda *arguments: statements.append(arguments[2])
    )
    assert engine.answer(PublicForm("application"), PUBLIC).fields
    return statements


def beginning(settings: EngineSettings) -> Engine:
    """Return an engine as in a new server process: nothing is read yet."""
    return build_engine(settings)


def test_the_first_who_asks_finds_the_models_read(world: World) -> None:
    cold, warm = beginning(world.engine.settings), beginning(world.engine.settings)
    read_ahead(warm)
    assert [each for each in asked_by_the_first(cold) if "deployments.specs" in each] != []
    assert [each for each in asked_by_the_first(warm) if "deployments.specs" in each] == []
    cold.database.close()
    warm.database.close()


@pytest.mark.parametrize("prepared", [False, True])
def test_a_server_begins_where_there_is_nothing_to_read(tmp_path: Path, prepared: bool) -> None:
    engine = beginning(settings_for(f"sqlite:///{tmp_path / 'empty.db'}", tmp_path))
    if prepared:
        prepare_database(engine)
    read_ahead(engine)
    engine.database.close()


def test_a_server_begins_where_the_database_is_away(tmp_path: Path) -> None:
    engine = beginning(settings_for(f"postgresql://nobody@/none?host={tmp_path}", tmp_path))
    read_ahead(engine)
    engine.database.close()
