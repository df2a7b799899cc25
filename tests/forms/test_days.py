"""Days as people write them: without a year, in words, and such as no calendar has."""

from __future__ import annotations

from datetime import date

import pytest
from babel.dates import get_month_names
from hypothesis import given
from hypothesis import strategies as st

from forms.definition import FormDefinition
from forms.errors import AnswersRejected
from forms.submission import accept, accept_json
from forms.texts import MONTHS
from forms.typed import as_typed
from forms.views import as_json, shown, variables
from tests.forms.writing import TODAY, asked, form, problems, rows

LANGUAGES = ("fi", "sv", "en", "ru", "uk", "ar", "fa", "so", "vi", "fr", "es")
ESTIMATES = ("ensi viikolla", "joulukuussa", "noin 5.12.", "ehkä 5 joulukuuta", "2027", "12/2026", "klo 10.30", "5 tai 6 joulukuuta",
             "next week", "w grudniu", "на следующей неделе", "الأسبوع القادم", "هفتهٔ آینده", "toddobaadka soo socda")  # fmt: skip


def day(limit: str = "", **more: object) -> FormDefinition:
    properties = {"date_limit": limit, **{k: v for k, v in more.items() if k != "disallowPassedDates"}}
    passed = {"disallowPassedDates": True} if "disallowPassedDates" in more else {}
    return form(asked("on", "datetime", subtype="date", properties=properties, **passed))


ROUGH = day("near", estimate="true", variable="true", skippable="true")


def offered(definition: FormDefinition, typed: str) -> str:
    """Return the day that is offered for confirmation, after seeing that going on with it is accepted as it stands."""
    with pytest.raises(AnswersRejected) as rejected:
        accept(definition, {"on": [typed]}, today=TODAY)
    (problem,) = rejected.value.problems["on"]
    assert problem.key == "year_guessed"
    assert as_typed(
        definition.fields, accept(definition, {"on": [str(problem.values["day"])]}, today=TODAY)
    ) == {"on": [problem.values["day"]]}
    return str(problem.values["day"])


# TODAY is 25.11.2026.
@pytest.mark.parametrize(
    ("limit", "typed", "meant"),
    [
        ("past", "5.12", "5.12.2025"),
        ("past", "25.11.", "25.11.2026"),
        ("near", "5.12.", "5.12.2026"),
        ("near", "20/11", "20.11.2026"),
        ("future_allowed", "20.11", "20.11.2026"),
        ("future_allowed", "1.9", "1.9.2027"),
        ("", "December 5", "5.12.2026"),
        ("past", "29.2", "29.2.2024"),
        ("future_allowed", "29 februari", "29.2.2028"),
    ],
)
def test_a_missing_year_is_the_nearest_that_makes_sense_and_is_shown_back(
    limit: str, typed: str, meant: str
) -> None:
    assert offered(day(limit), typed) == meant


def test_a_day_to_come_is_never_put_into_the_past() -> None:
    assert offered(day("future_allowed", disallowPassedDates=True), "24.11") == "24.11.2027"


def test_the_year_of_a_birth_is_never_guessed_nor_one_that_a_program_sends() -> None:
    assert problems(day("birth"), {"on": ["5.12"]}) == {"on": "not_a_date"}
    assert problems(day("birth"), {"on": ["26.11.2026"]}) == {"on": "date_in_future"}
    for sent in ("5.12", "12-05", "--12-05"):
        with pytest.raises(AnswersRejected) as rejected:
            accept_json(day("near"), {"on": sent}, today=TODAY)
        assert rejected.value.problems["on"][0].key == "not_a_date"


def test_a_row_without_a_year_is_asked_about_in_its_place() -> None:
    began = asked("began", "datetime", subtype="date", properties={"date_limit": "past"})
    sent = {"jobs.rows": ["2"], "jobs.0.began": ["1.2.2020"], "jobs.1.began": ["5.12"]}

    with pytest.raises(AnswersRejected) as rejected:
        accept(form(rows("jobs", began)), sent, today=TODAY)

    assert {path: found[0].values["day"] for path, found in rejected.value.problems.items()} == {
        "jobs.1.began": "5.12.2025"
    }


@pytest.mark.parametrize("typed", ESTIMATES)
def test_words_will_do_where_the_form_says_so_and_are_never_a_day(typed: str) -> None:
    answers = accept(ROUGH, {"on": [f" {typed} "]}, today=TODAY)

    assert answers == {"on": {"estimate": typed}}
    assert variables(ROUGH, answers) == {"on": None}, "no table may count days to it"
    assert accept_json(ROUGH, as_json(answers), today=TODAY) == answers
    (answer,) = shown(ROUGH, answers, say=str)[0].answers
    assert (answer.words, answer.state) == ((f"Arvio: {typed}",), "answered")
    assert set(problems(day("near"), {"on": [typed]}).values()) <= {"not_a_date", "year_guessed"}


def test_a_day_that_is_known_stays_a_day_beside_estimates() -> None:
    assert accept(ROUGH, {"on": ["5.12.26"]}, today=TODAY) == {"on": date(2026, 12, 5)}
    assert offered(ROUGH, "5.12") == "5.12.2026"
    assert accept(ROUGH, {"on.skip": ["dont_know"]}, today=TODAY) == {"on": {"skipped": "dont_know"}}


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("31.2.2026", "no_such_date"),
        ("noin 31.2.", "no_such_date"),
        ("ehkä 31 helmikuuta", "no_such_date"),
        ("13/2026", "no_such_date"),
        ("1066", "date_out_of_range"),
        ("about 5.12.1066", "date_out_of_range"),
        ("45", "not_a_date"),
        ("??", "not_a_date"),
        ("x" * 101, "too_long"),
    ],
)
def test_an_estimate_is_words_and_no_impossible_day(typed: str, key: str) -> None:
    assert problems(ROUGH, {"on": [typed]}) == {"on": key}


def test_a_program_estimates_only_where_the_form_does() -> None:
    for definition, value in ((day("near"), "next week"), (ROUGH, "31.2."), (ROUGH, 7)):
        with pytest.raises(AnswersRejected):
            accept_json(definition, {"on": {"estimate": value}}, today=TODAY)


def test_an_impossible_day_is_refused_in_every_language() -> None:
    taken = dict[str, int]()
    for language in (*LANGUAGES, "ar_SY", "ar_TN", "ar_MA"):
        for number, name in get_month_names("wide", "format", language).items():
            found = problems(day("future_allowed"), {"on": [f"32 {name} 2026"]})
            assert found == {"on": "no_such_date"}, (language, name)
            assert accept(day("future_allowed"), {"on": [f"7 {name} 2026"]}, today=TODAY) == {
                "on": date(2026, number, 7)
            }
            assert offered(day("near"), f"7 {name}").split(".")[:2] == ["7", str(number)]
            assert taken.setdefault(name.casefold(), number) == number, "one name, one month"
    assert set(taken) - MONTHS.keys() <= {name for name in taken if name.startswith("tháng")}


@given(st.text(max_size=30) | st.from_regex(r"[0-9 ./-]{1,12}[a-zä ]{0,8}", fullmatch=True))
def test_what_is_typed_for_an_estimate_is_accepted_again_or_explained(typed: str) -> None:
    found = problems(ROUGH, {"on": [typed]})

    assert found.keys() <= {"on"}
    if not found:
        answers = accept(ROUGH, {"on": [typed]}, today=TODAY)
        assert accept(ROUGH, as_typed(ROUGH.fields, answers), today=TODAY) == answers
