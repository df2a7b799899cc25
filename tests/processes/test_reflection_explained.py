"""The letter about a reflection period, its explanation and the notice to the police say the same of what the police get."""

from __future__ import annotations

import pytest

from engine.casework.letter_readers import explained
from tests.processes.made_letters import CORRECTING, LETTERS, TEXTS
from tests.processes.test_other_letters_are_true import REFLECTIONS, reflection

EXPLAINED_IN = ("fi", "sv", "en")
DAYS = {
    "fi": ("harkinta-ajan päivät", "päivä, josta harkinta-aika on keskeytetty"),
    "sv": ("betänketidens dagar", "från och med vilken betänketiden har avbrutits"),
    "en": ("days of the reflection period", "from which the reflection period is interrupted"),
}
"""The days of the period, and the day of its interruption, as the notice gives them."""
NEWS = {
    "is_copy": {
        "fi": "kirjoitusvirhe, joka on korjattu",
        "sv": "skrivfel som har rättats",
        "en": "clerical error, which has been corrected",
    },
    "is_new_decision": {
        "fi": "päätös ole enää voimassa",
        "sv": "beslutet inte längre gäller",
        "en": "no longer in force",
    },
}
NEGATIVE = ("reflection_refused", "reflection_not_extended")
ENDED = {
    "reflection_refused": {
        "fi": "ettei sitä ole annettu",
        "sv": "inte har getts",
        "en": "has not been given",
    },
    "reflection_not_extended": {
        "fi": "ettei sitä jatketa",
        "sv": "inte förlängs",
        "en": "that it is not extended",
    },
}


def explanation(language: str, outcome: str, corrects: str = "") -> str:
    given = dict.fromkeys(("reflection_from", "reflection_until", "interrupted_from"), "24.11.2026")
    known = {"contact_name": "Kerttu Käsittelijä", "contact_phone": "000 000 0003", **given}
    known |= CORRECTING[corrects]
    return explained(TEXTS, language, outcome, known, letter_language="fi")["explanation"]


@pytest.mark.parametrize("language", EXPLAINED_IN)
@pytest.mark.parametrize("corrects", ("", *NEWS))
@pytest.mark.parametrize("outcome", REFLECTIONS)
def test_an_explanation_names_what_the_notice_to_the_police_holds(
    outcome: str, corrects: str, language: str
) -> None:
    written = explanation(language, outcome, corrects)
    of_period, of_interruption = DAYS[language]
    assert (of_period in written) is (outcome in ("reflection_period", "reflection_extended"))
    assert (of_interruption in written) is (outcome == "reflection_interrupted")
    for name, words in NEWS.items():
        is_named = name == corrects and not (name == "is_copy" and outcome in NEGATIVE)
        assert (words[language] in written) is is_named
    for name, words in ENDED.items():
        assert (words[language] in written) is (name == outcome and corrects == "is_new_decision")
    if language in LETTERS:
        letter = reflection("reflection_notice", language, outcome, **CORRECTING[corrects])
        says = " ".join(letter.wording.paragraphs)
        assert [words[language] in says for words in NEWS.values()] == [
            words[language] in written for words in NEWS.values()
        ]


@pytest.mark.parametrize(
    ("language", "says", "begins"),
    [("fi", "Harkinta-aikaa ei jatketa.", "alkaa"), ("sv", "Betänketiden förlängs inte.", "börjar")],
)
def test_the_police_do_not_read_a_period_that_is_not_extended_as_one_given_anew(
    language: str, says: str, begins: str
) -> None:
    letter = reflection(
        "notice_police_reflection",
        language,
        "reflection_not_extended",
        reflection_from="1.9.2026",
        reflection_until="25.12.2026",
        corrects_decided_on="24.11.2026",
    )
    written = " ".join(letter.wording.paragraphs)
    assert says in written
    assert begins not in written
    assert "1.9.2026" in written
    assert "25.12.2026" in written


def test_what_an_interruption_rests_on_is_no_ground_for_having_given_the_period() -> None:
    for key in ("reflection_notice", "reflection_notice_guardian"):
        letter = reflection(key, "fi", "reflection_interrupted", "section_36", decided_until="24.12.2026")
        operative = [each for each in letter.sections if each.key.startswith(("operative", "interrupted"))]
        assert operative[1].key == "interrupted_days"
        assert operative[2].paragraphs[0].startswith("Keskeyttämiseen on ")
