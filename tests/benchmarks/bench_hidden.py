"""Timing of a hidden case against one that is not there: `python -m tests.benchmarks.bench_hidden`.

Every route about a case is asked as a colleague from whom the case is hidden, in random order for the hidden one and for a new
unknown one each time, on both databases. Judged as in `bench_links`. VIREILLE_BENCH (1 by default) scales the two hundred rounds.
"""

from __future__ import annotations

import os
import sys
import time
from uuid import uuid4

from flask import Flask

from tests.benchmarks.bench_links import CHANCE, on_both, tells, trimmed
from tests.stories.test_who_sees import disqualified
from tests.support.browsing import application, signed_in
from tests.support.story import Story
from tests.support.world import World
from tests.webapp.conftest import values_of
from tests.webapp.test_hidden_is_absent import about_a_case, address_of
from webapp.http.access import access_of

ROUNDS = int(200 * float(os.environ.get("VIREILLE_BENCH", "1")))
WARMING = 10
WHO = "toinen"


def main() -> int:
    return on_both(measure)


def measure(name: str, world: World) -> int:
    story = Story(world)
    real = values_of(story)
    disqualified(story, WHO)
    app = application(world)
    browser = signed_in(world, WHO, app)
    token = browser.token(browser.get("/me"))
    missed = 0
    for method, address in routes(app, world):
        taken: dict[str, list[float]] = {"hidden": [], "unknown": []}
        statuses = set()
        for number in range(ROUNDS + WARMING):
            for why in CHANCE.sample(list(taken), 2):
                values = real if why == "hidden" else unknown_like(real)
                asked = address_of(address, values)
                began = time.perf_counter_ns()
                answer = browser.client.open(asked, method=method, headers={"X-Form-Token": token})
                took = (time.perf_counter_ns() - began) / 1e6
                statuses.add(answer.status_code)
                if number >= WARMING:
                    taken[why].append(took)
            if statuses != {404}:
                break
        if len(statuses) > 1:
            raise RuntimeError(f"{method} {address}: {statuses}")
        if statuses == {404}:
            # Another answer, a refused form say, comes before anybody looks for the case.
            cut = trimmed(taken)
            missed += tells(f"{name:10} {method:4} {address:60}", cut["hidden"], cut["unknown"])
    return missed


def routes(app: Flask, world: World) -> list[tuple[str, str]]:
    """Return method and address of each route that answers this colleague as if nothing were there."""
    roles = world.actor(WHO).roles
    found = []
    for rule in about_a_case(app):
        access = access_of(app, rule.endpoint)
        if access is not None and not access.roles.isdisjoint(roles):
            found += [(method, rule.rule) for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})]
    return found


def unknown_like(real: dict[str, str]) -> dict[str, str]:
    values = {name: str(uuid4()) for name in real}
    return {**values, "reference": f"2026-{CHANCE.randrange(900000, 999999)}", "key": "REQ-1"}


if __name__ == "__main__":
    sys.exit(main())
