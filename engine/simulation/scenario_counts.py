"""Counts, times and reads the mails, letters and milestones of a scenario."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final, TypeAlias

from engine.domain.scenarios import Counted, Expectations
from engine.letters.reading import shown
from engine.simulation.try_out import TryOut
from engine.simulation.view import View, read_letter

Place: TypeAlias = tuple[str | None, str | None]
"""Process and element."""
NOWHERE: Final[Place] = (None, None)
AT_ONCE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Miss:
    """One expectation that was not met, or a step that could not be taken."""

    kind: str
    """step, added, milestone, letter, mail, waiting, outcome, closed, times, apart, says, twice, time."""
    expected: str
    happened: tuple[str, ...] = ()
    """Names of tasks as they are drawn, else the keys of what there was."""
    process_id: str | None = None
    element_id: str | None = None
    step: int | None = None
    """The number of the step that could not be taken, counted from one."""
    reason: str = ""
    """The refusal's own sentence."""


def counts(view: View) -> tuple[Counted, ...]:
    """Return how often each kind of mail was sent, and the least days between two."""
    kinds = Counter(each.kind for each in view.mails)
    return tuple(
        Counted("mail", kind, times, _least_days(_moments(view, "mail", kind)))
        for kind, times in kinds.items()
    )


def counted_misses(try_out: TryOut, view: View, expected: Expectations) -> Iterator[Miss]:
    for each in expected.counted:
        moments = _moments(view, each.kind, each.name)
        if each.times is not None and len(moments) != each.times:
            yield Miss("times", f"{each.name} × {each.times}", (str(len(moments)),))
        if each.days_apart and len(moments) > 1 and _least_days(moments) < each.days_apart:
            happened = tuple(f"{one:%d.%m.%Y %H.%M}" for one in moments)
            yield Miss("apart", f"{each.name}: {each.days_apart}", happened)
        text = _text_of(try_out, view, each) if each.says else ""
        for words in each.says:
            if " ".join(words.split()) not in text:
                yield Miss("says", f"{each.name}: {words}")
    yield from _sent_twice(view)


def _sent_twice(view: View) -> Iterator[Miss]:
    """Yield a miss for a mail that says the same to the same address as another within a minute."""
    for number, mail in enumerate(view.mails):
        before = view.mails[:number]
        if any(
            (each.kind, each.to, each.subject, each.paragraphs)
            == (mail.kind, mail.to, mail.subject, mail.paragraphs)
            and abs(mail.at - each.at) < AT_ONCE
            for each in before
        ):
            yield Miss("twice", mail.kind, (f"{mail.at:%d.%m.%Y %H.%M}",))


def _moments(view: View, kind: str, name: str) -> list[datetime]:
    found = {
        "mail": [each.at for each in view.mails if each.kind == name],
        "letter": [each.created_at for each in view.letters if each.kind == name],
        "milestone": [at for milestone, at, _ in view.milestones if milestone == name],
    }
    return sorted(found[kind])


def _least_days(moments: list[datetime]) -> int:
    return min(((after - before).days for before, after in pairwise(moments)), default=0)


def _text_of(try_out: TryOut, view: View, counted: Counted) -> str:
    """Return the text of all mails or letters of a kind, with one space between words."""
    if counted.kind == "letter":
        texts = [
            shown(read_letter(try_out, number))
            for number, each in enumerate(view.letters)
            if each.kind == counted.name
        ]
    else:
        texts = [
            " ".join((each.subject, *each.paragraphs)) for each in view.mails if each.kind == counted.name
        ]
    return " ".join(" ".join(texts).split())
