"""Form input is accepted or explained; conditions hide all that hangs on them; random answers are right."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.feel import parse
from forms.catalogue import form_keys, read_form
from forms.drafts import partial
from forms.errors import SENTENCES, AnswersRejected
from forms.random_answers import random_answers
from forms.submission import accept, accept_json
from forms.typed import as_typed
from forms.views import as_json, by_class, shown, variables
from tests.forms.writing import TODAY, asked, choices, form, rows

SHIPPED = {key: read_form(key, parse=parse) for key in form_keys()}
OFFERED = {
    source: {"1": "Tuuli Testinen", "2": "Esa Esimerkki"}
    for form in SHIPPED.values()
    for source in form.option_sources
}

MIXED = form(
    asked("a", "radio", properties={"skippable": "true"}, values=choices("yes", "no")),
    asked("b", "checklist", values=choices("x", "y"), hide='a != "yes"'),
    asked("c", "number", hide='list contains(b, "x") != true', validate={"required": True, "min": 1}),
    asked("d", "datetime", subtype="date", properties={"date_limit": "past", "skippable": "true"}),
    asked("e", validate={"maxLength": 5, "minLength": 2}),
    asked("f", "checkbox"),
    rows("g", asked("h", hide="f != true", validate={"required": True}), asked("i", "select")),
    asked("j", "filepicker", multiple=True),
)
names = st.sampled_from(["a", "b", "c", "d", "e", "f", "g", "j", "a.skip", "c.skip", "d.skip", "g.rows", "g.0.h", "g.0.i",
                         "g.1.h", "g.7.i", "z", "typename", "g.0.typename", "g.x", "g.0"]) | st.text(max_size=6)  # fmt: skip
texts = st.sampled_from(
    ["yes", "no", "x", "y", "true", "1", "0,5", "1.1.2020", "1.1.2030", "ab", "dont_know", "2", ""]
)
sent = st.dictionaries(names, st.lists(texts | st.text(max_size=7), max_size=3), max_size=8)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts | st.text(max_size=7),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=8,
)


def judged(judge, sent):
    """The answers, or None and the problems."""
    try:
        return judge(MIXED, sent, today=TODAY), {}
    except AnswersRejected as rejected:
        return None, rejected.problems


@given(sent)
def test_answers_of_a_page_are_accepted_or_explained(sent):
    answers, problems = judged(accept, sent)

    assert all(SENTENCES[problem.key] % problem.values for found in problems.values() for problem in found)
    assert (answers is None) is bool(problems)
    if answers is not None:
        assert accept(MIXED, as_typed(MIXED.fields, answers), today=TODAY) == answers
        assert accept_json(MIXED, as_json(answers), today=TODAY) == answers


@given(st.dictionaries(names, json_values, max_size=6) | json_values)
def test_answers_of_a_program_are_accepted_or_explained(data):
    answers, problems = judged(accept_json, data)

    assert all(SENTENCES[problem.key] % problem.values for found in problems.values() for problem in found)
    assert (answers is None) is bool(problems)
    if answers is not None:
        assert accept_json(MIXED, as_json(answers), today=TODAY) == answers


@given(sent)
def test_a_draft_keeps_all_that_a_form_asks_and_keeps_it_again(sent):
    draft = partial(MIXED, sent)

    assert partial(MIXED, draft) == draft
    assert all(draft[name] == sent[name] for name in draft if not any("\x00" in text for text in sent[name]))


@given(st.lists(st.integers(0, 9), min_size=1, max_size=10), st.integers(0, 9), st.data())
def test_hiding_a_question_hides_all_that_hang_on_it(parents, hidden, data):
    """A forest of questions, each asked only if its parent is answered with yes."""
    tree = {n: min(parent, n - 1) for n, parent in enumerate(parents, start=1)}
    definition = form(
        asked("q0", "radio"),
        *(asked(f"q{n}", "radio", hide=f'q{parent} != "yes"') for n, parent in tree.items()),
    )
    hidden %= len(parents) + 1
    sent = {f"q{n}": ["no" if n == hidden else "yes"] for n in range(len(parents) + 1)}
    stray = data.draw(st.sampled_from(["yes", "no", "nonsense"]))
    below = {n for n in tree if hidden in set(_above(tree, n))}
    sent |= {f"q{n}": [stray] for n in below}

    assert set(accept(definition, sent, today=TODAY)) == {
        f"q{n}" for n in range(len(parents) + 1) if n not in below
    }


def _above(tree, n):
    while n in tree:
        n = tree[n]
        yield n


@pytest.mark.parametrize("key", form_keys())
@given(seed=st.integers(0, 2**32))
def test_random_answers_to_a_shipped_form_are_accepted(key, seed):
    definition = SHIPPED[key]
    known = dict.fromkeys(definition.given_names)
    around = {"today": TODAY, "choices": OFFERED, "given": known}

    answers = accept(definition, random_answers(definition, Random(seed), **around), **around)

    assert accept(definition, as_typed(definition.fields, answers), **around) == answers
    assert set(variables(definition, answers)) == set(definition.variable_names)
    assert sum(len(part) for part in by_class(definition, answers).values()) == len(answers)
    assert all(
        words
        for step in shown(definition, answers, given=known, choices=OFFERED)
        for row in step.answers
        for words in row.words
    )


def test_random_answers_explore_every_condition():
    """Every question of the application is asked and answered in some of 300 tries."""
    definition = SHIPPED["application"]
    reached = set()
    for seed in range(300):
        reached |= set(random_answers(definition, Random(seed), today=TODAY, choices=OFFERED))

    assert {
        field.key
        for field in definition.fields
        if field.key not in reached and f"{field.key}.rows" not in reached
    } == set()
