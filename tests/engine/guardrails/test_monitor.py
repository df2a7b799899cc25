"""Guardrails as automata: against plain definitions over all short words, and over a real case."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from itertools import product
from typing import Any

import pytest

from engine.bpmn.journal import ScopeEnded
from engine.guardrails import (
    Guardrail,
    GuardrailBroken,
    GuardrailsRefused,
    Monitor,
    Status,
    load_guardrails,
)
from engine.guardrails.definitions import BROKEN, TEMPLATES
from engine.storage.tables.processes import OWED
from tests.engine.bpmn.asking import Asking, asking_bundle

A, B, E = frozenset({"a"}), frozenset({"b"}), frozenset({"e"})
Word = Sequence[str]


def _followed(word: Word) -> bool:
    return all("b" in word[n + 1 :] or "e" in word[n + 1 :] for n, letter in enumerate(word) if letter == "a")


def _alternates(word: Word) -> bool:
    since = False
    for letter in word:
        if letter == "a":
            since = True
        elif letter == "b":
            if not since:
                return False
            since = False
    return True


def _renewed(word: Word) -> bool:
    """Each b has an a before it, and no e between that a and the b."""
    return all(
        word[:n] and "a" in word[:n] and "e" not in word[_last("a", word[:n]) : n]
        for n, letter in enumerate(word)
        if letter == "b"
    )


def test_what_something_has_set_going_and_nothing_has_met_is_one_state_by_name() -> None:
    """The database counts what is owed by it."""
    for name, template in TEMPLATES.items():
        owed = {each for each in template.moves if template.status(each) is Status.OWED} - {template.start}
        assert owed <= {OWED}, name
        assert OWED not in template.moves or owed, name


def _last(letter: str, word: Word) -> int:
    return max(n for n, each in enumerate(word) if each == letter)


PLAIN: dict[str, Callable[[Word], bool]] = {
    "existence": lambda word: "a" in word,
    "absence": lambda word: "a" not in word,
    "at_most_once": lambda word: word.count("a") <= 1,
    "precedence": lambda word: all("a" in word[:n] for n, letter in enumerate(word) if letter == "b"),
    "response": _followed,
    "responded_existence": lambda word: "a" not in word or "b" in word or "e" in word,
    "alternate_precedence": _alternates,
    "renewed_precedence": _renewed,
    "not_coexistence": lambda word: not ("a" in word and "b" in word),
    "not_succession": lambda word: all(
        "b" not in word[n + 1 :] for n, letter in enumerate(word) if letter == "a"
    ),
}


def guardrail(template: str, **more: Any) -> Guardrail:
    letters = TEMPLATES[template].letters
    sets = {"a": A, "b": B if "b" in letters else frozenset(), "unless": E if "e" in letters else frozenset()}
    return Guardrail("r", template, "asking", **(sets | more))


@pytest.mark.parametrize("template", sorted(TEMPLATES))
def test_each_automaton_says_what_its_plain_definition_says(template: str) -> None:
    given = guardrail(template)
    for length in range(7):
        for word in product("abex", repeat=length):
            state = given.automaton.start
            for letter in word:
                state = given.step(state, letter, {})
            assert (state != BROKEN and given.keeps(state, {})) == PLAIN[template](word), word


@pytest.mark.parametrize("template", sorted(TEMPLATES))
def test_the_four_values_tell_the_truth_about_what_may_still_come(template: str) -> None:
    given = guardrail(template)
    futures = [word for length in range(4) for word in product("abe", repeat=length)]
    for word in product("abe", repeat=3):
        state = given.automaton.start
        for letter in word:
            state = given.step(state, letter, {})
        kept = {PLAIN[template](word + future) for future in futures}
        status = given.automaton.status(state)
        assert (status is Status.BROKEN) == (kept == {False})
        assert (status is Status.KEPT_FOR_GOOD) == (kept == {True})
        assert (status is Status.OWED) == (kept == {True, False} and not PLAIN[template](word))


def test_a_guardrail_for_some_cases_asks_nothing_of_the_others() -> None:
    text = file_of(
        {
            "key": "r",
            "template": "precedence",
            "a": ["c"],
            "b": ["d"],
            "when": {"fact": "channel", "is": ["referral"]},
        }
    )
    (given,) = load_guardrails(text).on_paths
    assert given.step("before", "d", {"channel": "self"}) == "before"
    assert given.step("before", "d", {"channel": "referral"}) == BROKEN


def file_of(*written: dict[str, Any], **more: Any) -> str:
    shared = {"scope": "asking", "fi": "Lupaus.", "sv": "Löfte.", "en": "Promise.", "law": ""}
    whole = {
        "version": 1,
        "effective_from": "2026-12-01",
        "facts": {"channel": ["self", "referral"]},
        "guardrails": [shared | each for each in written],
    }
    return json.dumps(whole | more)


def watched(*written: dict[str, Any]) -> Monitor:
    return Monitor(load_guardrails(file_of(*written)), asking_bundle(), "asking")


PER_REQUEST = {
    "key": "answered",
    "template": "response",
    "scope": "ask_one",
    "a": ["answered"],
    "b": ["reviewed"],
}
DECIDED = {"key": "decided", "template": "existence", "a": ["decided"]}
WRITTEN = {"key": "written", "template": "precedence", "a": ["requests_written"], "b": ["decided"]}


def test_a_case_that_keeps_its_guardrails_passes_step_by_step() -> None:
    monitor = watched(DECIDED, WRITTEN)
    case = Asking()
    states = monitor.step(monitor.start(), case.happened)
    assert monitor.statuses(states)["", "decided"] is Status.OWED
    seen = len(case.happened)
    case.asks()
    case.does("judge", enough="yes")
    states = monitor.step(states, case.happened[seen:])
    assert monitor.statuses(states) == {
        ("", "decided"): Status.KEPT_FOR_GOOD,
        ("", "written"): Status.KEPT_FOR_GOOD,
    }
    assert json.loads(json.dumps(states)) == states


def test_a_step_that_would_break_a_guardrail_is_refused_with_its_element() -> None:
    monitor = watched({"key": "never", "template": "absence", "a": ["requests_written"]})
    case = Asking()
    case.asks()
    with pytest.raises(GuardrailBroken, match="Lupaus") as broken:
        monitor.step(monitor.start(), case.happened)
    assert (broken.value.guardrail.key, broken.value.element_id) == ("never", "write")


def test_a_case_may_not_end_while_a_guardrail_is_owed() -> None:
    monitor = watched(DECIDED)
    case = Asking()
    case.hears("withdrawn")
    case.does("confirm", sure="yes")
    with pytest.raises(GuardrailBroken):
        monitor.step(monitor.start(), case.happened)


def test_a_guardrail_about_one_call_is_kept_for_each_call() -> None:
    monitor = watched(PER_REQUEST)
    case = Asking()
    case.asks("A", "B")
    case.does("answer")
    with pytest.raises(GuardrailBroken) as broken:
        monitor.step(monitor.start(), case.happened)
    assert broken.value.path == "ask_all/requests_out[0]"


def test_a_call_that_was_cut_off_is_not_judged() -> None:
    monitor = watched(PER_REQUEST | {"template": "existence", "b": [], "a": ["reviewed"]})
    case = Asking()
    case.asks("A", "B")
    case.hears("go_on")
    assert monitor.step(monitor.start(), case.happened) == {"": {}}


def test_each_round_of_a_call_is_watched_anew() -> None:
    monitor = watched(PER_REQUEST | {"template": "at_most_once", "b": [], "a": ["answered"]})
    case = Asking()
    for _ in range(2):
        case.asks("A")
        case.does("answer")
        case.does("judge", enough="no")
    assert monitor.step(monitor.start(), case.happened) == {"": {}}


def test_an_end_without_any_step_inside_is_judged_too() -> None:
    monitor = watched(PER_REQUEST | {"template": "existence", "b": [], "a": ["answered"]})
    ended = ScopeEnded("ask_all/requests_out[0]", "ask_one", completed=True, facts={})
    with pytest.raises(GuardrailBroken):
        monitor.step(monitor.start(), [ended])


@pytest.mark.parametrize(
    "broken,says",
    [
        ({"template": "chain"}, "muotoa"),
        ({"a": []}, "kohta a puuttuu"),
        ({"a": "x"}, "luettelo"),
        ({"template": "existence", "b": ["x"]}, "ei kuulu"),
        ({"fi": ""}, "kielellä fi"),
        ({"when": {"fact": "colour", "is": ["red"]}}, "tosiseikkaa"),
        ({"when": {"fact": "channel", "is": ["pigeon"]}}, "arvo"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_mistake_in_the_file_is_named_with_its_guardrail(broken: dict[str, Any], says: str) -> None:
    good = {"key": "r", "template": "precedence", "a": ["x"], "b": ["y"]}
    with pytest.raises(GuardrailsRefused) as refused:
        load_guardrails(file_of(good | broken))
    assert any(each.startswith("r: ") and says in each for each in refused.value.problems), (
        refused.value.problems
    )


def test_two_guardrails_with_one_key_and_a_file_without_a_day_are_refused_together() -> None:
    with pytest.raises(GuardrailsRefused) as refused:
        load_guardrails(file_of(DECIDED, DECIDED, effective_from="soon"))
    assert len(refused.value.problems) == 2


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        '{"version": 1, "effective_from": "2026-12-01", "facts": {"colour": 5}, "guardrails": []}',
        '{"version": 1, "effective_from": "2026-12-01", "facts": 5, "guardrails": []}',
        '{"version": 1, "effective_from": "2026-12-01", "guardrails": [{"key": "r", "template": ["x"]}]}',
    ],
)
def test_values_of_another_kind_are_refused_and_no_fault(text: str) -> None:
    with pytest.raises(GuardrailsRefused):
        load_guardrails(text)


def test_text_that_is_no_json_is_refused() -> None:
    with pytest.raises(GuardrailsRefused):
        load_guardrails("{")


def test_guardrails_on_the_drawing_are_read_and_left_to_the_gate() -> None:
    found = load_guardrails(
        file_of({"key": "s", "template": "only_by_role", "a": ["decided"], "role": "director"})
    )
    assert found.on_paths == ()
    assert found.on_drawing[0].settings == {"a": ["decided"], "role": "director"}
