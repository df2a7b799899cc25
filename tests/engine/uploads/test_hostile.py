"""More than a hundred files that somebody who means harm would send: none is taken, and each refusal is a sentence."""

from __future__ import annotations

import pytest

from engine.uploads import cleaned
from tests.support.hostile_uploads import Hostile, corpus

HOSTILE = tuple(corpus())


def test_there_are_enough_and_no_two_alike() -> None:
    assert len({each.what for each in HOSTILE}) == len(HOSTILE) >= 100
    assert len({each.content for each in HOSTILE}) >= 80, "bad names aside"


@pytest.mark.parametrize("sent", HOSTILE, ids=str)
def test_it_is_refused_with_a_sentence(sent: Hostile) -> None:
    with pytest.raises(sent.refused) as refused:
        cleaned(sent.name, sent.content)

    assert type(refused.value) is sent.refused
    assert refused.value.message.endswith(".")
