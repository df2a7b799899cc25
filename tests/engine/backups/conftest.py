"""A house at work on a database of either kind, and empty machines beside it."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from engine.clock import now
from engine.commands.access_log import SignCheckpoint
from engine.domain.people import SYSTEM
from tests.support.key_stores import key_store_url as key_store_url
from tests.support.postgres import Cluster
from tests.support.story import Story
from tests.support.world import MASTER_KEY, World


@dataclass(frozen=True)
class Machine:
    """Addresses and files that the settings name."""

    folder: Path
    database: str
    key_store: str

    def enter(self, patch: pytest.MonkeyPatch) -> None:
        """Let the commands that follow run here."""
        patch.setenv("VIREILLE_VAR", str(self.folder))
        patch.setenv("VIREILLE_DATABASE_URL", self.database)
        patch.setenv("VIREILLE_KEY_STORE", self.key_store)
        patch.setenv("VIREILLE_MASTER_KEY", b64encode(MASTER_KEY).decode())
        patch.setenv("VIREILLE_CHECKPOINT_FILE", str(self.folder / "checkpoints.jsonl"))


class House:
    """A world at work, places for its archives, and machines to restore them to."""

    def __init__(
        self, world: World, folder: Path, patch: pytest.MonkeyPatch, cluster: Cluster | None
    ) -> None:
        self.world = world
        self.patch = patch
        self._cluster = cluster
        self._folder = folder
        self._made: list[str] = []
        settings = world.engine.settings
        self.own = Machine(folder, settings.database_url, settings.key_store_url)
        self.data, self.keys = self.place("data") / "one", self.place("keys") / "one"
        self.own.enter(patch)

    def place(self, name: str) -> Path:
        place = self._folder / "places" / name
        place.mkdir(parents=True, exist_ok=True)
        return place

    def sign(self) -> None:
        self.world.engine.perform(SignCheckpoint(), SYSTEM)

    def another_machine(self, *, key_store: str = "", on: Cluster | None = None) -> Machine:
        """Enter an empty machine with the same master key; `key_store`: its key store survived; `on`: its database lies on
        this server, whatever the house has."""
        folder = self.place(f"machine {len(self._made)}")
        if on is not None:
            self._cluster = on
        if self._cluster is None:
            made = Machine(folder, f"sqlite:///{folder}/new.db", key_store or f"sqlite:///{folder}/keys.db")
        else:
            made = Machine(folder, self._new(), key_store or self._new())
        self._made.append("")
        made.enter(self.patch)
        return made

    def _new(self) -> str:
        assert self._cluster is not None
        name = self._cluster.new_database()
        self._made.append(name)
        return self._cluster.url(name)

    def leave(self) -> None:
        for each in filter(None, self._made):
            assert self._cluster is not None
            self._cluster.drop_database(each)


@pytest.fixture
def house(
    story: Story,
    database_kind: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> Iterator[House]:
    for name in ("VIREILLE_MASTER_KEY_FILE", "VIREILLE_CHECKPOINT_COPY"):
        monkeypatch.delenv(name, raising=False)
    cluster = None if database_kind == "sqlite" else request.getfixturevalue("postgres")
    # Commands at a terminal read the real time: what is an hour old there must be so here.
    story.world.clock.moment = now()
    made = House(story.world, tmp_path, monkeypatch, cluster)
    yield made
    made.leave()
