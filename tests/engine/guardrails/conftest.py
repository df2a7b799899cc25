"""The prover's memory, set aside for tests that begin with nothing known."""

from __future__ import annotations

import pytest
from cachetools import LRUCache

from engine.guardrails.prover.proof_cache import CLOSED, MOST, PROVED
from engine.models import diagram_gate


@pytest.fixture
def nothing_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the prover and the gate know nothing in this test. What they knew is there again for the next one, which need
    not prove the shipped bundle anew."""
    set_aside(monkeypatch)


def set_aside(patch: pytest.MonkeyPatch) -> None:
    for cache in (PROVED, CLOSED):
        patch.setattr(cache, "_found", LRUCache(MOST))
    patch.setattr(diagram_gate, "_KEPT", LRUCache(16))
