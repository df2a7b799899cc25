"""Plants a fault in the shipped diagrams, and looks for what turns red: a guardrail, another finding, a scenario, a story.

A fault that nothing catches has to stand in `survivors.toml`, with the reason why that is all right.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from engine.bootstrap import shipped_files
from engine.bpmn.findings import Finding
from engine.domain.scenarios import is_scenario, read_scenario
from engine.errors import ModelRejected
from engine.models.diagram_gate import THOROUGH, checked_and_proved
from engine.models.gate import references_of
from engine.operations import OPERATIONS
from engine.simulation.environment_images import EnvironmentImages
from engine.simulation.scenario_runner import run_scenario
from tests.deep.mutants import Mutant, mutants_of
from tests.support.trying import shipped_image

SURVIVORS: Final = Path(__file__).with_name("survivors.toml")
MUTANT: Final = "VIREILLE_MUTANT"
STORIES: Final[Mapping[str, tuple[str, ...]]] = {
    "age_change": ("corrected_ages",),
    "denied_decision": ("urgent_night",),
    "spoken_decision": ("urgent_night", "admitted_aloud"),
    "urgent_later": ("urgency_heard",),
    "after_decision": ("other_help", "appeals", "adverse_outcomes", "delivery", "sent_back", "grounds"),
    "appeal": ("appeals", "other_appeals", "own_appeals", "sent_back", "restored_decisions"),
    "appeal_arrival": ("appeals", "other_appeals"),
    "appeal_period": ("appeals", "delivery", "decision_corrections"),
    "assess_and_resolve": ("hearings", "adverse_outcomes"),
    "authority_notice": ("notices",),
    "client_contact": ("contact", "notices", "clients_who_left"),
    "contact_again": ("reaching",),
    "contact_change": ("changed_contact", "letters_under_way", "unsafe_parties"),
    "decision_correction": (
        "decision_corrections",
        "overtaken_corrections",
        "corrected_removals",
        "corrected_reflections",
        "corrections_of_the_dead",
        "new_instructions",
    ),
    "decide_orally": ("urgent_calls", "consents"),
    "delivery": ("delivery",),
    "enquiry_notice": ("enquiry_notices",),
    "examined_again": ("examined_again", "sent_back", "appeals", "restored_decisions"),
    "gather_information": ("information_requests", "posted_letters"),
    "hand_out_document": ("decision_corrections",),
    "hold_before_dispatch": ("delivery",),
    "information_request": ("information_requests", "posted_letters", "consents", "asking_aloud"),
    "intake_to_decision": (
        "notices",
        "adverse_outcomes",
        "consents",
        "delivery",
        "ended_requests",
        "referrals",
        "refusals",
        "urgent_calls",
        "restored_decisions",
    ),
    "letter": ("delivery", "receipts"),
    "make_enquiry_notice": ("enquiry_notices",),
    "make_notice": ("notices",),
    "no_safe_service": ("delivery", "children"),
    "post_paper": ("posted_letters",),
    "reach_client": ("contact",),
    "reflection_changed": ("reflection", "reflection_posted", "corrected_reflections", "periods_asked_later"),
    "reflection_period": (
        "reflection",
        "contact",
        "notices",
        "side_by_side",
        "corrected_reflections",
        "clients_who_left",
        "days_in_drafts",
    ),
    "removal": (
        "removal",
        "removal_of_children",
        "removal_sent_back",
        "side_by_side",
        "corrected_removals",
        "restored_decisions",
    ),
    "removal_decision": (
        "removal",
        "removal_sent_back",
        "corrected_removals",
        "wishes_to_leave",
        "days_in_drafts",
    ),
    "removal_service": ("removal", "removal_sent_back", "corrected_removals"),
    "resolution": ("grounds", "children", "adverse_outcomes"),
    "send_notice": ("notices", "corrected_reflections"),
    "serve_recipient": ("delivery", "appeals"),
    "served_again": ("appeals", "returned_post", "letters_under_way", "children"),
    "tell_court": ("decision_corrections",),
    "transfer": ("notices", "adverse_outcomes"),
    "urgency": ("urgent_calls", "children"),
    "verify_consent": ("consents", "referrals"),
    "wait_for_reply": ("information_requests",),
}
"""The stories that go through each process."""
SHAPES: Final = {name: each.shape for name, each in OPERATIONS.items()}


@dataclass(frozen=True, slots=True)
class Caught:
    """All that turned red, by kind. If it is empty, the mutant survived."""

    guardrails: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    scenario: str = ""
    story: str = ""

    def __str__(self) -> str:
        if self.guardrails:
            return f"guardrail {', '.join(self.guardrails)}"
        if self.findings:
            return f"finding {', '.join(self.findings)}"
        if self.scenario:
            return f"scenario {self.scenario}"
        return f"story {self.story}" if self.story else "survived"


def mutation(seed: int, _place: str) -> tuple[list[str], str]:
    """Judge the mutant of a seed, counted from one. Return its problems, and what caught it."""
    mutants = all_mutants()
    if seed > len(mutants):
        return [], "beyond the last"
    mutant = mutants[seed - 1]
    if mutant.is_alike:
        return [], f"{mutant.name}: alike"
    caught = judged(mutant)
    reason = survivors().get(mutant.name)
    problems = []
    if caught == Caught() and reason is None:
        problems.append(f"{mutant.name}: nothing catches it, and {SURVIVORS.name} gives no reason.")
    if caught != Caught() and reason is not None:
        problems.append(f"{mutant.name}: {caught} catches it; take it out of {SURVIVORS.name}.")
    return problems, f"{mutant.name}: {caught}"


def judged(mutant: Mutant) -> Caught:
    files = mutant.planted(shipped_files())
    findings = _findings(files)
    guardrails = tuple(
        dict.fromkeys(each.values["guardrail"] for each in findings if "guardrail" in each.values)
    )
    others = tuple(dict.fromkeys(each.code for each in findings if "guardrail" not in each.values))
    if guardrails or others:
        return Caught(guardrails, others)
    scenario = _failing_scenario(mutant, files)
    return Caught(scenario=scenario, story="" if scenario else failing_story(mutant))


def _findings(files: Mapping[str, bytes]) -> list[Finding]:
    found = checked_and_proved(files, references_of(SHAPES, files), files["guardrails.json"], THOROUGH)
    return [each for each in found if each.severity == "error" or each.code == "guardrail_empty"]


def _failing_scenario(mutant: Mutant, files: Mapping[str, bytes]) -> str:
    """Return the first scenario that is no longer met; empty if all are."""
    try:
        image = EnvironmentImages(1).of(files)
    except ModelRejected as rejected:
        return f"none runs: {rejected.findings[0].code}"
    for path, flows in _taken().items():
        is_touched = not flows.isdisjoint((mutant.process_id, each) for each in mutant.flows)
        if is_touched and not run_scenario(image, path, read_scenario(files[path])).is_met:
            return Path(path).stem
    return ""


def failing_story(mutant: Mutant) -> str:
    """Return the first story of the mutant's process that fails; empty if none does."""
    names = [f"tests/stories/test_{each}.py" for each in STORIES.get(mutant.process_id, ())]
    if not names:
        return ""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "tests.deep.planted", "-p", "no:randomly"]
    done = subprocess.run(
        [*command, "-k", "not postgresql", *names],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, MUTANT: mutant.name},
    )
    if done.returncode == 0:
        return ""
    failed = re.search(r"^(?:FAILED|ERROR) \S*/test_(\S+)", done.stdout, re.MULTILINE)
    if failed is None:
        raise RuntimeError(done.stdout[-2000:] + done.stderr[-2000:])
    return failed[1]


@cache
def _taken() -> Mapping[str, frozenset[tuple[str, str]]]:
    """The arrows that each shipped scenario takes, by its path; a scenario that takes none of a mutant's goes as before."""
    files, image = shipped_files(), shipped_image()
    return {
        path: run_scenario(image, path, read_scenario(files[path])).flows
        for path in sorted(files)
        if is_scenario(path)
    }


@cache
def all_mutants() -> tuple[Mutant, ...]:
    return mutants_of(shipped_files())


@cache
def survivors() -> Mapping[str, str]:
    """The mutants that nothing catches, each with the reason."""
    return {name: str(reason) for name, reason in tomllib.loads(SURVIVORS.read_text("utf-8")).items()}
