"""Wishes of a party to be heard orally (hallintolaki 434/2003 37 §), as a hearing was answered, until a decision answers them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from engine.casework.assessed_before import may_lack_own_say
from engine.casework.decision_corrections import signed_last
from engine.casework.parties_heard import speaks_for_a_child
from engine.clock import day_of
from engine.domain.cases import Case
from engine.executor.engine import Work
from engine.feel.values import from_json
from engine.storage.parties import Party
from engine.texts import text

ASKED: Final = "asked"
ROWS: Final = "oral_each"
_PERSON: Final = "person"
"""Stands for the person in a case whose record has nobody as the person."""
_WORDS: Final = {"held": "oral_words", "refused": "oral_reasons"}


@dataclass(frozen=True, slots=True)
class OralWish:
    name: str
    """Of the person who was heard; empty where it is not known."""
    wished_on: date
    asker: str
    """As `oral_askers` names them."""


@dataclass(frozen=True, slots=True)
class OralAnswer:
    """The answer to one who asked to state the case orally."""

    name: str
    """Empty where it is not known."""
    is_held: bool
    words: str
    """Of the one who asked, as they were heard; of a refusal, its reasons."""
    is_spoken_for: bool = False
    """True of a young child for whom others speak: they read the letter, so the child's words stay with the signer."""


def oral_wishes(work: Work, case: Case, kind: str, instance_id: UUID) -> tuple[OralWish, ...]:
    """Return who was heard before this kind of decision, asked to state their case orally, and took the wish back in no later
    hearing. Only a signed decision answers a wish: not another assessment, and not a hearing that was called off."""
    answered = signed_last(work, case, kind)
    heard = {
        each.reference: each
        for each in work.stores.requests.of_case(case.id)
        if each.kind == "hearing"
        and each.is_of(instance_id)
        and (answered is None or answered.signed_at is None or each.created_at > answered.signed_at)
    }
    person = work.stores.parties.applicant_of(case.id)
    newest: dict[UUID | None, OralWish | None] = {}
    for reply in work.stores.submissions.of_case(case.id, "hearing_reply"):
        wish = from_json(reply.answers).get("wants_oral_hearing")
        hearing = heard.get(reply.business_key or "")
        if wish and hearing is not None:
            asker = hearing.party_id or (person.id if person is not None else _PERSON)
            name = str(hearing.recipient.get("name") or "")
            wished = OralWish(name, day_of(reply.sent_at), str(asker))
            newest[hearing.party_id] = wished if wish == "yes" else None
    return tuple(each for each in newest.values() if each is not None)


def oral_askers(work: Work, case: Case) -> dict[str, str]:
    """Return whose request a decision may answer, by id: the person, each who speaks for a child, and each who was heard, also
    where they speak no more."""
    heard = {each.party_id for each in work.stores.requests.of_case(case.id) if each.kind == "hearing"}
    found = {
        str(each.id): each.name or each.kind
        for each in work.stores.parties.ever_of_case(case.id)
        if each.id in heard
        or (each.removed_at is None and (each.kind == "applicant" or speaks_for_a_child(each)))
    }
    return found or {_PERSON: text(case.language, "asianosainen")}


def oral_answers(work: Work, case_id: UUID, answers: Mapping[str, Any]) -> tuple[OralAnswer, ...]:
    """Return the answers to those who asked. A version before has one, and does not say whose."""
    request = answers.get("oral_request")
    if request in _WORDS:
        words = str(answers.get(_WORDS[request]) or "")
        # They may be the child's.
        return (OralAnswer("", request == "held", words, is_spoken_for(work, case_id)),)
    rows = answers.get(ROWS)
    if request != ASKED or not isinstance(rows, Sequence):
        return ()
    parties = {str(each.id): each for each in work.stores.parties.ever_of_case(case_id)}
    is_childs = is_spoken_for(work, case_id)
    return tuple(
        _answer(parties.get(str(row.get("oral_party"))), row, is_childs=is_childs)
        for row in rows
        if isinstance(row, Mapping)
    )


def _answer(party: Party | None, row: Mapping[str, Any], *, is_childs: bool) -> OralAnswer:
    answer = str(row.get("oral_answer"))
    words = str(row.get(_WORDS.get(answer, "")) or "")
    is_own = party is not None and party.kind == "applicant"
    return OralAnswer(party.name if party else "", answer == "held", words, is_own and is_childs)


def is_spoken_for(work: Work, case_id: UUID) -> bool:
    """True of a case whose letters others read, who speak for a child without a say of their own."""
    parties = work.stores.parties.ever_of_case(case_id)
    is_young = any(each.kind == "applicant" and may_lack_own_say(each, work.today) for each in parties)
    return is_young and any(speaks_for_a_child(each) for each in parties)


def withheld_words(language: str) -> str:
    """Return what stands in place of a child's words where a text of a version before has a place for words alone."""
    return text(language, "mitä silloin sanottiin, on asian asiakirjoissa.")


def oral_values(work: Work, case: Case, answers: Mapping[str, Any], language: str) -> dict[str, str]:
    """Return what the letter says became of each wish, one a line, from the answers with which its decision was prepared."""
    request = answers.get("oral_request")
    found = oral_answers(work, case.id, answers)
    is_withheld = any(each.is_spoken_for for each in found)
    held = withheld_words(language) if is_withheld else str(answers.get("oral_words") or "")
    return {
        "oral_answers": "\n".join(oral_line(each, language) for each in found),
        # Texts of versions before name these.
        "oral_held": held if request == "held" else "",
        "oral_refused": str(answers.get("oral_reasons") or "") if request == "refused" else "",
    }


def answered_once(values: Mapping[str, str], language: str) -> dict[str, str]:
    """Return the line of words kept before 1.12.2026: they had one answer to a wish to be heard orally, held or refused."""
    kept = [(name == "oral_held", values[name]) for name in ("oral_held", "oral_refused") if values.get(name)]
    lines = (oral_line(OralAnswer("", is_held, answer), language) for is_held, answer in kept)
    return {"oral_answers": "\n".join(lines)} if kept else {}


def oral_line(answer: OralAnswer, language: str) -> str:
    """Return the line of the letter that answers one who asked to state the case orally."""
    name = answer.name or text(language, "asianosainen").capitalize()
    # A line of the letter is one answer, whatever lines its writer made.
    values = {"name": name, "words": " ".join(answer.words.split())}
    if answer.is_held and answer.is_spoken_for:
        sentence = text(
            language, "%(name)s pyysi saada esittää asian suullisesti (hallintolaki 37 §), ja häntä kuultiin."
        )
    elif answer.is_held:
        sentence = text(
            language,
            "%(name)s pyysi saada esittää asian suullisesti (hallintolaki 37 §), ja häntä kuultiin: %(words)s",
        )
    else:
        sentence = text(
            language,
            "%(name)s pyysi saada esittää asian suullisesti (hallintolaki 37 §). Pyyntöä ei hyväksytty: %(words)s",
        )
    return sentence % values
