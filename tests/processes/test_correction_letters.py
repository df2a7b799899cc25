"""The letters of a correction say what was corrected, whether a period begins, and nothing of another kind of correction."""

from __future__ import annotations

import re
from uuid import UUID

import pytest

from engine.bootstrap import shipped_files
from engine.bpmn.parsed_models import ParsedModels
from engine.casework.resolution_letter import FILLED_BY_SIGNING, Draft, as_worded
from engine.domain.decision_corrections import Letter as Corrected
from engine.instances import CompiledModels
from engine.letters import Letter, require_printable
from engine.letters.samples import invented
from engine.models.bundle import Bundle
from engine.operations.papers import COURT_HEARS
from tests.processes.made_letters import CORRECTING, EVERY, LETTERS, TEXTS, alone, decided, faults_of

PERIOD = {"fi": "oma valitusaika", "sv": "egen besvärstid"}
NO_PERIOD = {"fi": "valitusaika ei ala uudelleen", "sv": "börjar besvärstiden inte på nytt"}
STATES = {
    "fi": {
        "begun": "on tullut vireille",
        "decided_anew": "50 §",
        "corrected_copy": "51 §",
        "reissued_instructions": "49 §",
        "correction_refused": "ei korjattu",
    },
    "sv": {
        "begun": "har inletts",
        "decided_anew": "50 §",
        "corrected_copy": "51 §",
        "reissued_instructions": "49 §",
        "correction_refused": "rättades inte",
    },
}


def words(letter: Letter) -> str:
    require_printable(letter)
    return " ".join(
        line for each in letter.wording.sections for line in (each.heading or "", *each.paragraphs)
    )


@pytest.mark.parametrize("language", LETTERS)
def test_a_decision_that_corrects_nothing_says_nothing_of_correction(language: str) -> None:
    for made in EVERY:
        if made.language == language and not made.corrects:
            assert not {"corrected_copy", "new_decision"} & {each.key for each in made.letter.sections}
            assert NO_PERIOD[language] not in decided(made)


@pytest.mark.parametrize("language", LETTERS)
def test_a_copy_starts_no_period_and_a_new_decision_has_its_own(language: str) -> None:
    copy = words(alone("resolution", language, is_copy="yes"))
    assert NO_PERIOD[language] in copy
    assert PERIOD[language] not in copy
    assert "51 §" in copy
    new = words(alone("resolution", language, **CORRECTING["is_new_decision"]))
    assert PERIOD[language] in new
    assert NO_PERIOD[language] not in new
    assert "50 §" in new


@pytest.mark.parametrize("language", LETTERS)
def test_a_refusal_names_no_appeal_and_new_instructions_their_period(language: str) -> None:
    refusal = words(alone(Corrected.REFUSAL, language))
    assert {"fi": "ei saa hakea muutosta valittamalla", "sv": "får inte sökas genom besvär"}[
        language
    ] in refusal
    assert "53 §" in refusal
    kept = {
        "fi": "Aika valittaa päätöksestä P-2026-000122 ei ole",
        "sv": "överklaga beslutet P-2026-000122 har inte",
    }[language]
    for corrects, runs in (("admission", True), ("removal", True), ("reflection_period", False)):
        # No appeal lies against a decision on the reflection period (301/2004 191 §): there is no time to keep.
        assert (kept in words(alone(Corrected.REFUSAL, language, corrects_kind=corrects))) is runs
    instructions = words(alone(Corrected.INSTRUCTIONS, language))
    assert {"fi": "tämän kirjeen tiedoksisaannista", "sv": "delfåendet av detta brev"}[
        language
    ] in instructions
    assert "49 §" in instructions


@pytest.mark.parametrize("language", LETTERS)
@pytest.mark.parametrize("state", COURT_HEARS)
def test_a_court_hears_of_one_state_of_the_correction(language: str, state: str) -> None:
    given = {f"is_{name}": "yes" if name == state else "" for name in COURT_HEARS}
    notice = words(alone("correction_notice", language, **given))
    assert "53 §" in notice
    for name, says in STATES[language].items():
        assert (says in notice) == (name == state), (name, notice)


def test_a_correction_is_written_in_the_languages_of_decisions() -> None:
    for key in (Corrected.REFUSAL, Corrected.INSTRUCTIONS, "correction_notice"):
        assert set(LETTERS) <= set(TEXTS[key])


SIGNED = [
    key
    for key, text in TEXTS.items()
    if text.get("kind") in ("frame", "resolution") and "signer_name" in text.get("values", {})
]


@pytest.mark.parametrize("language", LETTERS)
@pytest.mark.parametrize("corrects", CORRECTING)
def test_the_letter_read_before_the_signature_is_the_letter_that_leaves(corrects: str, language: str) -> None:
    bundle = Bundle(shipped_files())
    models = CompiledModels(UUID(int=0), ParsedModels({}, {}, {}, {}, {}, {}, ""), bundle)
    signing = dict.fromkeys(FILLED_BY_SIGNING, "Allekirjoitettaessa")
    for key in SIGNED:
        values = {
            name: value
            for name, value in invented(TEXTS[key], language, {}).items()
            if name not in FILLED_BY_SIGNING and not name.startswith("is_")
        }
        values |= {"reference": "2026-000001"} | CORRECTING[corrects]
        draft = Draft(models, key, (), language, values)
        read = draft.unsigned("2026-000001-KJ1")
        left = draft.signed({**signing, "number": "2026-000001-KJ1"})
        assert [each.key for each in read.sections] == [each.key for each in left.sections]
        assert (read.reference, read.number) == (left.reference, left.number) == ("2026-000001-KJ1",) * 2
        assert ("corrected_copy" in {each.key for each in read.sections}) is (
            "is_copy" in CORRECTING[corrects] and key not in ("correction_refused", "reissued_instructions")
        )


@pytest.mark.parametrize("key", ("removal_notice", "removal_notice_guardian"))
def test_a_decision_whose_words_were_kept_before_it_had_a_name_for_what_it_replaces(key: str) -> None:
    models = CompiledModels(UUID(int=0), ParsedModels({}, {}, {}, {}, {}, {}, ""), Bundle(shipped_files()))
    values = {
        "outcome": "kept",
        "is_new_decision": "yes",
        "corrects_number": "2026-000001-P",
        "corrects_decided_on": "1.11.2026",
    }
    kept = as_worded(Draft(models, key, (), "fi", {}), {"key": key, "parts": [], "values": values})
    sections = {each.key: " ".join(each.paragraphs) for each in kept.preview.sections}
    assert "kumoaa päätöksen 2026-000001-P" in sections["operative_kept"]
    assert "2026-000001-P, joka on annettu 1.11.2026" in sections["new_decision"]


FROM_THE_DECISION = {
    "fi": r"(?i)päätöksen tiedoksisaannista|päätöksen tiedoksi,|päätöksen tiedoksi$|päätös saatiin|päätös annet|tämä päätös",
    "sv": r"(?i)delfåendet av beslutet|del av beslutet (beror|\")|del av beslutet$|beslutet (först|delges)|detta beslut",
}
"""Words that count the period from the decision, or call the letter a decision."""
FROM_THE_LETTER = {"fi": "tämän kirjeen tiedoksisaannista", "sv": "delfåendet av detta brev"}


@pytest.mark.parametrize("language", LETTERS)
def test_new_instructions_and_their_letter_count_the_period_from_the_same_day(language: str) -> None:
    letter = alone(Corrected.INSTRUCTIONS, language, "appeal_instructions", is_reissued_instructions="yes")
    (annex,) = letter.annexes
    require_printable(letter)
    for page in (letter.wording, annex):
        assert FROM_THE_LETTER[language] in " ".join(page.paragraphs)
        assert [line for line in page.paragraphs if re.search(FROM_THE_DECISION[language], line)] == []
    assert faults_of(annex, language) == []


@pytest.mark.parametrize("language", LETTERS)
@pytest.mark.parametrize("corrects", CORRECTING)
def test_the_instructions_of_a_decision_count_the_period_from_it(corrects: str, language: str) -> None:
    letter = alone("removal_notice", language, "appeal_instructions", **CORRECTING[corrects])
    written = letter.annexes[0].paragraphs
    assert FROM_THE_LETTER[language] not in " ".join(written)
    assert len([line for line in written if re.search(FROM_THE_DECISION[language], line)]) == 4
