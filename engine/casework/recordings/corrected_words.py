"""The words and days of a decision with a clerical error replaced. What changes the decision itself is refused (434/2003 51 §)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, Final

from engine.casework.decision_corrections import WORDED, answers_in, decision_kind
from engine.casework.recordings.recording import Recording
from engine.casework.resolution_letter import as_worded, draft_of
from engine.domain.decision_corrections import (
    Decision,
    FixedWords,
    NotADay,
    NothingChanges,
    NotInDecision,
    ShortensRight,
    delays,
    shortens,
)
from engine.domain.wording import Wording
from engine.executor import Work
from engine.storage.resolutions import Resolution
from engine.texts import day as words_of_day

_PREPARED_WITH: Final[Mapping[str, str]] = {
    Decision.ADMISSION: "prepare_resolution",
    Decision.REFLECTION: "reflection_period",
    Decision.REMOVAL: "prepare_removal",
}
Place = tuple[str | int, ...]
"""Of an answer: its question; of one in a row, the question of the rows, the row's number and its own."""
_STOPS: Final = '.,;:!?)”"'


def corrected_answers(work: Work, recording: Recording, decision: Resolution) -> dict[str, Any]:
    """Return the decision's answers with the error replaced wherever it stands.

    A choice is no slip of the pen: it stays. Raise ShortensRight where the person would lose days that they were given.
    """
    answers = dict(answers_in(decision))
    wrong, right = recording.text("wrong_text"), recording.text("right_text")
    if not wrong:
        return answers
    written = _written(recording, decision, answers)
    language = decision.language
    corrected = _with(
        answers, {place: _replaced(value, wrong, right, language) for place, value in written.items()}
    )
    if corrected == answers:
        # Words copied from the letter: the preparer's day or word, and the letter's own words around it.
        differing = _differing(wrong, right)
        inside = {place: value for place, value in written.items() if _is_within(value, wrong, language)}
        corrected = _with(
            answers, {place: _replaced(value, *differing, language) for place, value in inside.items()}
        )
    if corrected == answers:
        if _spaced(wrong) == _spaced(right):
            raise NothingChanges(field="right_text")
        is_there = _stands_in(wrong, " ".join(_lines(_letter(work, recording, decision))))
        raise FixedWords(field="wrong_text") if is_there else NotInDecision(field="wrong_text")
    if shortens(answers, corrected) or delays(answers, corrected):
        raise ShortensRight(field="right_text")
    return corrected


def _written(recording: Recording, decision: Resolution, answers: Mapping[str, Any]) -> dict[Place, Any]:
    """Return what somebody wrote, in rows too, without what was chosen."""
    form = recording.models.form(_PREPARED_WITH[decision_kind(decision)])
    asked = [each for field in form.by_key.values() for each in (field, *field.fields)]
    chosen = {each.key for each in asked if each.is_choice}
    written: dict[Place, Any] = {}
    for name, value in answers.items():
        rows = value if isinstance(value, list | tuple) else ()
        cells: dict[Place, Any] = {
            (name, index, column): cell
            for index, row in enumerate(rows)
            if isinstance(row, Mapping)
            for column, cell in row.items()
        }
        written |= cells if cells else {(name,): value}
    return {place: value for place, value in written.items() if chosen.isdisjoint(place)}


def _with(answers: Mapping[str, Any], written: Mapping[Place, Any]) -> dict[str, Any]:
    """Return the answers with these values in their places."""
    changed = dict(answers)
    for place, value in written.items():
        match place:
            case (str(name),):
                changed[name] = value
            case (str(name), int(index), str(column)):
                if changed[name][index].get(column) != value:
                    rows = list(changed[name])
                    rows[index] = {**rows[index], column: value}
                    changed[name] = rows
    return changed


def _replaced(value: Any, wrong: str, right: str, language: str) -> Any:
    if isinstance(value, str):
        return _whole(wrong).sub(lambda _: right.strip(), value) if wrong.strip() else value
    if not _is_day(value):
        return value
    written = words_of_day(language, value)
    if written != wrong.strip():
        return value
    day, _, rest = right.strip().partition(".")
    month, _, year = rest.partition(".")
    try:
        return date(int(year), int(month), int(day))
    except (ValueError, OverflowError):
        raise NotADay(field="right_text", day=written) from None


def _is_day(value: Any) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime)


def _is_within(value: Any, wrong: str, language: str) -> bool:
    written = words_of_day(language, value) if _is_day(value) else value
    return isinstance(written, str) and bool(written.strip()) and _stands_in(written, _spaced(wrong))


def _stands_in(words: str, text: str) -> bool:
    return _whole(words).search(text) is not None


def _whole(words: str) -> re.Pattern[str]:
    """Return the pattern of these words where they stand whole: not in a longer word, number or day."""
    # A letter breaks its lines elsewhere than the preparer did.
    spaced = r"\s+".join(re.escape(word) for word in words.split())
    before = r"(?<!\w)" if re.match(r"\w", words.strip()) else ""
    before += r"(?<!\d[.,:])" if re.match(r"\d", words.strip()) else ""
    after = r"(?!\w)" if re.search(r"\w$", words.strip()) else ""
    after += r"(?![.,:]\d)" if re.search(r"\d$", words.strip()) else ""
    after += r"(?!\d)" if re.search(r"\d[.,:]$", words.strip()) else ""
    return re.compile(before + spaced + after)


def _differing(wrong: str, right: str) -> tuple[str, str]:
    """Return the words in which the two differ, without what is the same before and after them."""
    before, after = wrong.split(), right.split()
    while before and after and before[0] == after[0]:
        before, after = before[1:], after[1:]
    while before and after and before[-1] == after[-1]:
        before, after = before[:-1], after[:-1]
    return " ".join(before).rstrip(_STOPS), " ".join(after).rstrip(_STOPS)


def _letter(work: Work, recording: Recording, decision: Resolution) -> Wording:
    draft = draft_of(
        work,
        recording.case,
        recording.models,
        kind=decision.kind,
        outcome=decision.outcome,
        language=decision.language,
        content=decision.content,
    )
    return as_worded(draft, decision.content.get(WORDED)).preview


def _lines(wording: Wording) -> Iterator[str]:
    for each in wording.sections:
        yield from (
            _spaced(line) for line in (each.heading or "", *each.paragraphs, *each.items, *each.after)
        )
    for annex in wording.annexes:
        yield from _lines(annex)


def _spaced(words: str) -> str:
    return " ".join(words.split())
