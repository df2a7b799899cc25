"""A crowd of hostile connections of every kind beside one honest person. `make deep NAME=connections` asks it of a thousand."""

from __future__ import annotations

from itertools import count

import pytest

from tests.support.browsing import application
from tests.support.hostile_connections import KINDS, Crowd, HonestPerson
from tests.support.server import bare
from tests.support.world import World
from tests.webapp.test_connections import in_the_loop
from webapp import serving
from webapp.http import connections
from webapp.http.bodies import FREE

MEMORY = 4 * 1024 * 1024
PLACES = 45
CROWD = 4 * len(KINDS)
"""More than there are places."""


@pytest.mark.parametrize("is_proxied", [True, False], ids=["behind a proxy", "bare"])
def test_an_honest_person_gets_through_a_crowd_of_every_kind(
    world: World, monkeypatch: pytest.MonkeyPatch, is_proxied: bool
) -> None:
    monkeypatch.setattr(serving, "MOST_CONNECTIONS", PLACES)
    monkeypatch.setattr(connections, "CROWDED", PLACES - 10)
    monkeypatch.setattr(connections, "MOST_AN_ADDRESS", 15)
    with bare(application(world), is_proxied=is_proxied, memory=MEMORY) as server:
        address = f"http://127.0.0.1:{server.effective_port}"
        crowd = Crowd(address, CROWD, from_everywhere=not is_proxied)
        with crowd.attacks():
            # Until one of each kind has looked for its answer: by then it has done what it does. Which of them the server
            # ends by then is chance: a place may be free just when one comes.
            for person in count():
                # Each from a home of their own: on a busy machine more come than one address may send files.
                HonestPerson(address, comes_from=f"127.0.2.{1 + person % 250}").applies()
                held, places = in_the_loop(
                    server,
                    lambda: (server.channel_class.args[0].budget.held, len(server.active_channels)),
                )
                assert held <= MEMORY + FREE * PLACES
                assert places <= PLACES
                if len(crowd.looked) == len(KINDS):
                    break
