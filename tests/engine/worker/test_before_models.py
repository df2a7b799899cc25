"""Between `vireille migrate` and `vireille process deploy` a worker may run: it has nothing to do, and complains of nothing."""

from __future__ import annotations

import logging
from contextlib import closing
from pathlib import Path

import pytest

from engine.bootstrap import build_engine, prepare_database
from engine.commands.time_figures import CountTimes
from engine.domain.people import SYSTEM
from engine.storage.signing import create_signing_key
from engine.worker import Worker
from tests.support.working import Post
from tests.support.world import Clock, settings_for


@pytest.mark.databases
def test_a_worker_without_models_waits_for_them_quietly(
    database_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    clock, settings = Clock(), settings_for(database_url, tmp_path)
    create_signing_key(settings.checkpoints.key_file, settings.checkpoints.public_key_file)
    with closing(build_engine(settings, now=clock)) as engine:
        prepare_database(engine)
        worker = Worker(engine, Post())
        with caplog.at_level(logging.INFO):
            worker.round()
            clock.passes(days=2)
            worker.round()
            assert engine.perform(CountTimes(anew=True), SYSTEM) is False
    assert [each.getMessage() for each in caplog.records if each.levelno >= logging.WARNING] == []
