"""Random cases through the shipped models, state through JSON at every step. A red seed tells its whole story."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import cache
from random import Random

import pytest

from engine.bpmn import ParsedModels, parse_models
from engine.guardrails import load_guardrails
from tests.engine.bpmn.shipped import FOLDER, processes
from tests.engine.bpmn.standins import environment, first_variables
from tests.support.random_walk import Walk, Walked

STARTS = {"self": "application_received", "referral": "referral_received", "urgent": "urgent_call_received"}


@cache
def shipped() -> ParsedModels:
    return parse_models(processes())


def walked(seed: int) -> Walked:
    rng = Random(seed)
    channel = rng.choice(sorted(STARTS))
    guardrails = load_guardrails((FOLDER / "guardrails.json").read_bytes())
    return Walk(shipped(), environment(seed), guardrails).run(
        STARTS[channel], first_variables(rng, channel), steps=400
    )


@pytest.mark.parametrize("seed", range(25))
def test_a_random_case_comes_to_an_end(seed: int) -> None:
    case = walked(seed)
    assert case.problem is None, "\n".join(case.trace)
    assert case.ended, "\n".join(case.trace[-10:])


def test_a_usual_case_stays_small() -> None:
    assert max(walked(seed).largest for seed in range(5)) < 20_000


def test_the_stored_bundle_is_the_parsed_one() -> None:
    again = ParsedModels.from_json(shipped().to_json(), processes())
    assert again.elements == shipped().elements
    assert again.flows == shipped().flows
    assert again.starts == shipped().starts


def test_cases_in_several_threads_on_one_bundle_go_as_they_would_alone() -> None:
    alone = [walked(seed).trace for seed in range(12)]
    with ThreadPoolExecutor(max_workers=6) as pool:
        together = list(pool.map(lambda seed: walked(seed).trace, range(12)))
    assert together == alone
