"""The places in which commands run."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

import pytest

from tests.support.world import MASTER_KEY, Template, key_store_beside


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, and no settings from the machine it runs on."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VIREILLE_VAR", str(tmp_path))
    for name in (
        "VIREILLE_DATABASE_URL",
        "VIREILLE_MASTER_KEY",
        "VIREILLE_MASTER_KEY_FILE",
        "VIREILLE_KEY_STORE",
    ):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def populated(place: Path, template: Template, monkeypatch: pytest.MonkeyPatch) -> Path:
    template.copy(place / "vireille.db")
    monkeypatch.setenv("VIREILLE_MASTER_KEY", b64encode(MASTER_KEY).decode())
    monkeypatch.setenv("VIREILLE_KEY_STORE", key_store_beside(f"sqlite:///{place / 'vireille.db'}", place))
    return place
