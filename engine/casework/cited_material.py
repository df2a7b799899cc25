"""Material that a decision cites, beside the documents and answers of its case."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from engine.casework.appeals import REMOVAL
from engine.domain.cases import Case
from engine.executor import Work
from engine.feel.values import from_json
from engine.storage.resolutions import Resolution

_STEM: Final = 5
"""Letters of a word that its Finnish and Swedish endings leave alone."""
_ENDING: Final = 4
"""Letters of the longest usual ending."""
_WORD: Final = re.compile(rf"\w{{{_STEM},}}")
_OPENING: Final = "hakija henkilö hakemus esitys sökande person ansökan framställning"
"""Usual names of what opened the case, and of who wrote it."""
_SAYS_NOTHING: Final = frozenset(
    {"kerto", "selvi", "ainei", "lausu", "asiak", "berät", "utred", "mater", "utlåt", "handl"}
)
"""Stems of words that any document may be called."""
_OUTSIDE: Final = re.compile(
    r"\b(?:poliisi|työsuojel|maahanmuut|migri|rajavartio|hyvinvointialue|esitutki|pöytäkirj|lausun|todistaj|viranomai|"
    r"polis|arbetarskyd|migrations|gränsbevak|välfärdsområd|förundersök|protokoll|utlåtand|vittne|myndighet)\w*",
    re.IGNORECASE,
)
"""Words with which the text of a decision names others than the person as its source."""
_OWN_WORDS: Final = re.compile(
    r"\s*(?:kerroit|olet kertonut|hakemuksessasi|du berättade|du har berättat|i din ansökan)\b", re.IGNORECASE
)
"""Beginnings of a sentence that repeats the person's own account."""
_SENTENCE: Final = re.compile(r"(?<=[.!?])\s+|\n+")
_LONGEST_SHOWN: Final = 120
_CITING: Final = frozenset(
    {
        "assessment",
        "prepare_resolution",
        "sign_resolution",
        "removal_assessment",
        "prepare_removal",
        "sign_removal",
    }
)
"""Forms that cite: what stands there alone bears nothing."""


def unborne(work: Work, case: Case, resolution: Resolution) -> tuple[str, ...]:
    """Return the cited lines of which no word of substance stands in a document's title, a file's name, an arrival, a
    party or an answer of the case.

    A hint for the signer, who judges: a line may be named in other words than its document.
    """
    known = {stem for text in _texts_of(work, case) for stem in _stems(text)}
    lines = dict.fromkeys(_cited(work, case, resolution))
    return tuple(each for each in lines if _stems(each) and not _stems(each) & known)


def rests_on(work: Work, case: Case, paper: str, ids: Collection[UUID | None], came_at: datetime) -> bool:
    """Return True if a decision signed since the paper came cites it, and nothing else in the case bears that line as well:
    no other paper, party or answer. `ids`: of the paper itself."""
    decisions = [
        each
        for each in work.stores.resolutions.of_case(case.id)
        if each.signed_at and each.signed_at >= came_at
    ]
    if not decisions:
        return False
    own, papers = _stems(paper), [_stems(text) for text in _papers_of(work, case, ids)]
    running = [_words(text) for text in _other_texts_of(work, case)]
    for line in (line for each in decisions for line in _cited(work, case, each)):
        named = _stems(line)
        others = [len(named & each) for each in papers] + [_alike(_words(line), each) for each in running]
        if len(named & own) > max(others, default=0):
            return True
    return False


def outside_sources(clarifications: str, reasons: str, heard_on: str) -> tuple[str, ...]:
    """Return the lines and sentences of a decision that name a source outside the person which the subject and the material
    of the hearing do not name (434/2003 34 § 1 mom., 36 §).

    Sentences of the person's own account are left out. A hint, as `unborne`: who prepares answers it with reasons.
    """
    known = {word[:_STEM].lower() for word in _WORD.findall(heard_on)}
    lines = (each.strip() for each in clarifications.splitlines())
    sentences = (each.strip() for each in _SENTENCE.split(reasons) if not _OWN_WORDS.match(each))
    return tuple(
        each[:_LONGEST_SHOWN] for each in dict.fromkeys((*lines, *sentences)) if _sources(each) - known
    )


def _sources(line: str) -> set[str]:
    """Return the stems of the outside sources that the line names: of an authority, where it names one beside its paper."""
    named = {each[:_STEM].lower() for each in _OUTSIDE.findall(line)}
    return named - _SAYS_NOTHING or named


def _stems(line: str) -> set[str]:
    return {each[:_STEM] for each in _words(line)}


def _words(line: str) -> set[str]:
    return {each for each in map(str.lower, _WORD.findall(line)) if each[:_STEM] not in _SAYS_NOTHING}


def _alike(line: Collection[str], text: Collection[str]) -> int:
    """Return how many words of the line stand in running text, but for their endings: pay in a story bears no payslip."""
    return len({each[:_STEM] for each in line if any(_differ_in_ending(each, other) for other in text)})


def _differ_in_ending(word: str, other: str) -> bool:
    kept = max(_STEM, len(word) - _ENDING, len(other) - _ENDING)
    return word[:kept] == other[:kept]


def _cited(work: Work, case: Case, resolution: Resolution) -> Iterator[str]:
    prepared = from_json(resolution.content.get("answers") or {})
    form = "removal_assessment" if resolution.kind == REMOVAL else "assessment"
    assessed = work.stores.submissions.latest(case.id, form)
    answers = from_json(assessed.answers) if assessed else {}
    for text in (prepared.get("clarifications"), answers.get("hearing_material")):
        if isinstance(text, str):
            yield from (line.strip() for line in text.splitlines() if line.strip())


def _texts_of(work: Work, case: Case) -> Iterator[str]:
    yield from _papers_of(work, case)
    yield from _other_texts_of(work, case)


def _other_texts_of(work: Work, case: Case) -> Iterator[str]:
    """Yield what may bear a line beside papers: names of parties, answers, and the usual names of what opened the case."""
    stores = work.stores
    for party in stores.parties.ever_of_case(case.id):
        yield party.name
    models = work.instances.models(case.deployment_id)
    for submission in stores.submissions.of_case(case.id):
        if submission.form_key not in _CITING:
            yield models.form(submission.form_key).title
            yield from _words_in(submission.answers)
    yield _OPENING


def _papers_of(work: Work, case: Case, without: Collection[UUID | None] = ()) -> Iterator[str]:
    for document in work.stores.documents.of_case(case.id):
        if document.kind != "resolution":
            yield document.title
    for attachment in work.stores.attachments.of_case(case.id):
        if attachment.id not in without:
            yield f"{attachment.name} {attachment.description}"
    for arrival in work.stores.arrivals.of_case(case.id):
        if arrival.id not in without:
            yield f"{arrival.about} {arrival.sender}"


def _words_in(answers: Mapping[str, Any]) -> Iterator[str]:
    for value in from_json(dict(answers)).values():
        if isinstance(value, str):
            yield value
