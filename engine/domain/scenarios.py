"""Try-outs and scenarios as data: how they begin, their steps in order, and what is expected at the end.

Answers that a person typed are kept as a page sends them (`sent`). A scenario written by hand gives `answers` as
JSON: only those that matter; the rest is invented, so that a new question in the form does not break it. Nothing
refers to a row of a database: a task is found by its form and its element.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from engine.errors import Invalid

FOLDER: Final = "scenarios/"
MOST_STEPS: Final = 80
MOST_CHARACTERS: Final = 300_000
KINDS: Final = ("start", "form", "wait", "message")
NEXT: Final = "next"
"""A wait until the next timer."""
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")

Sent = Mapping[str, Sequence[str]]


class NotAScenario(Invalid):
    sentence = "Tiedosto ei ole skenaario."


@dataclass(frozen=True, slots=True)
class Step:
    """One thing done in a try-out or a scenario."""

    kind: str
    """start, form, wait, message."""
    subject: str
    """The channel (and form, ``self:child_application``), the form's key, ``next`` or a moment or a number of days (``P8D``), the message's name."""
    element: str = ""
    """Of a form: the element whose task it was."""
    place: int = 0
    """The task's number among those with the same form and element, from zero."""
    sent: Sent | None = None
    answers: Mapping[str, Any] | None = None

    def to_json(self) -> dict[str, Any]:
        plain: dict[str, Any] = {"kind": self.kind, "subject": self.subject}
        if self.element:
            plain["element"] = self.element
        if self.place:
            plain["place"] = self.place
        if self.sent is not None:
            plain["sent"] = {name: list(texts) for name, texts in self.sent.items()}
        if self.answers is not None:
            plain["answers"] = dict(self.answers)
        return plain


@dataclass(frozen=True, slots=True)
class Counted:
    """How often something must have happened, how far apart, and what it must say."""

    kind: str
    """mail, letter or milestone."""
    name: str
    times: int | None = None
    days_apart: int = 0
    """The least days between one and the next."""
    says: tuple[str, ...] = ()
    """Words that stand in at least one of these mails or letters."""

    def to_json(self) -> dict[str, Any]:
        plain: dict[str, Any] = {self.kind: self.name}
        if self.times is not None:
            plain["times"] = self.times
        if self.days_apart:
            plain["days_apart"] = self.days_apart
        if self.says:
            plain["says"] = list(self.says)
        return plain


@dataclass(frozen=True, slots=True)
class Expectations:
    """Everything that must be true after the last step. If empty, it is only expected that every step can be taken."""

    milestones: tuple[str, ...] = ()
    letters: tuple[str, ...] = ()
    """Kinds of letters that were made."""
    mails: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    """Forms of tasks that must be open."""
    counted: tuple[Counted, ...] = ()
    outcome: str | None = None
    closed: bool | None = None

    def to_json(self) -> dict[str, Any]:
        lists: dict[str, Any] = {name: list(getattr(self, name)) for name in _LISTS if getattr(self, name)}
        if self.counted:
            lists["counted"] = [each.to_json() for each in self.counted]
        rest = {"outcome": self.outcome, "closed": self.closed}
        return {**lists, **{name: value for name, value in rest.items() if value is not None}}


_LISTS: Final = ("milestones", "letters", "mails", "waiting")
COUNTED: Final = ("mail", "letter", "milestone")


@dataclass(frozen=True, slots=True)
class Scenario:
    title: str
    begins: datetime
    steps: tuple[Step, ...]
    expect: Expectations = field(default_factory=Expectations)

    def dumped(self) -> bytes:
        """Return the content of its file: readable, and the same bytes for the same scenario."""
        plain = {
            "title": self.title,
            "begins": self.begins.isoformat(),
            "steps": [each.to_json() for each in self.steps],
            "expect": self.expect.to_json(),
        }
        return (json.dumps(plain, ensure_ascii=False, indent=1) + "\n").encode()


@dataclass(frozen=True, slots=True)
class TryOutRecord:
    """A try-out as it is stored."""

    id: UUID
    source_id: UUID
    """A draft or a deployment."""
    start: str
    """How its case comes in, as the first step will name it."""
    scenario: str | None
    """Path of the scenario it was begun from."""
    steps: tuple[Step, ...]
    version: int
    started_by: UUID | None
    begins_at: datetime
    changed_at: datetime
    expires_at: datetime


def with_step_between(steps: Sequence[Step], count: int, step: Step) -> tuple[Step, ...]:
    """Return the steps with a new one after the first `count`, where the recorded ones could not go on.

    If the next recorded step has the same kind, form and element, the new one replaces it; otherwise the rest follows
    it.
    """
    rest = steps[count:]
    is_same = bool(rest) and (rest[0].kind, rest[0].subject) == (step.kind, step.subject)
    if is_same and rest[0].element in ("", step.element):
        rest = rest[1:]
    return (*steps[:count], step, *rest)


def path_of(name: str) -> str:
    """Return the path of a scenario among the files. Raise Invalid for a name that no file can have."""
    if not _NAME.fullmatch(name):
        raise Invalid("Nimessä voi olla pieniä kirjaimia a–z, numeroita ja yhdysviivoja.", field="name")
    return f"{FOLDER}{name}.json"


def is_scenario(path: str) -> bool:
    return path.startswith(FOLDER) and path.endswith(".json")


def without_scenarios(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files by which a case runs."""
    return {path: data for path, data in files.items() if not is_scenario(path)}


def read_scenario(data: bytes) -> Scenario:
    """Return the scenario in a file. Raise NotAScenario, with the reason."""
    if len(data) > MOST_CHARACTERS:
        raise NotAScenario("Skenaario on liian suuri.")
    try:
        plain = json.loads(data)
    except (ValueError, RecursionError):
        raise NotAScenario("Skenaario ei ole JSON-tiedosto.") from None
    if not isinstance(plain, dict):
        raise NotAScenario
    return Scenario(
        title=_text(plain, "title"),
        begins=_moment(_text(plain, "begins")),
        steps=read_steps(plain.get("steps")),
        expect=read_expectations(plain.get("expect", {})),
    )


def read_steps(plain: Any) -> tuple[Step, ...]:
    if not isinstance(plain, list):
        raise NotAScenario("Skenaariosta puuttuvat vaiheet (steps).")
    if len(plain) > MOST_STEPS:
        raise NotAScenario("Skenaariossa on liian monta vaihetta.")
    return tuple(_step(each) for each in plain)


def _step(plain: Any) -> Step:
    if not isinstance(plain, dict) or plain.get("kind") not in KINDS:
        raise NotAScenario("Skenaariossa on vaihe, jota ei tunneta.")
    place = plain.get("place", 0)
    if type(place) is not int or place < 0:
        raise NotAScenario("Vaiheen järjestysluku ei ole luku.")
    answers = plain.get("answers")
    if answers is not None and not isinstance(answers, dict):
        raise NotAScenario("Vaiheen vastaukset eivät ole luettelo.")
    element = plain.get("element", "")
    if not isinstance(element, str):
        raise NotAScenario
    return Step(plain["kind"], _text(plain, "subject"), element, place, _sent(plain.get("sent")), answers)


def _sent(plain: Any) -> Sent | None:
    if plain is None:
        return None
    if not isinstance(plain, dict) or not all(_is_texts(texts) for texts in plain.values()):
        raise NotAScenario("Vaiheen vastaukset eivät ole luettelo.")
    return {str(name): tuple(texts) for name, texts in plain.items()}


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def read_expectations(plain: Any) -> Expectations:
    if not isinstance(plain, dict) or not plain.keys() <= {
        *_LISTS,
        "counted",
        "outcome",
        "closed",
    }:
        raise NotAScenario("Skenaarion odotuksissa (expect) on jotain, jota ei tunneta.")
    lists = {name: plain.get(name, []) for name in _LISTS}
    if not all(_is_texts(each) for each in lists.values()):
        raise NotAScenario("Skenaarion odotukset eivät ole luetteloita.")
    outcome, closed = plain.get("outcome"), plain.get("closed")
    if not isinstance(outcome, str | None) or not isinstance(closed, bool | None):
        raise NotAScenario("Skenaarion odotettu ratkaisu ei ole sana.")
    counted = plain.get("counted", [])
    if not isinstance(counted, list):
        raise NotAScenario("Skenaarion odotukset eivät ole luetteloita.")
    return Expectations(
        **{name: tuple(each) for name, each in lists.items()},
        counted=tuple(_counted(each) for each in counted),
        outcome=outcome,
        closed=closed,
    )


def _counted(plain: Any) -> Counted:
    kinds = [kind for kind in COUNTED if isinstance(plain, dict) and isinstance(plain.get(kind), str)]
    if len(kinds) != 1 or not plain.keys() <= {kinds[0], "times", "days_apart", "says"}:
        raise NotAScenario("Skenaariossa lasketaan jotain, jota ei tunneta (counted).")
    times, days_apart, says = plain.get("times"), plain.get("days_apart", 0), plain.get("says", [])
    numbers = [each for each in (times, days_apart) if each is not None]
    if any(type(each) is not int or each < 0 for each in numbers) or not _is_texts(says):
        raise NotAScenario("Skenaariossa määrä tai väli ei ole luku (counted).")
    return Counted(kinds[0], plain[kinds[0]], times, days_apart, tuple(says))


def _text(plain: Mapping[str, Any], name: str) -> str:
    value = plain.get(name)
    if not isinstance(value, str) or not value.strip() or len(value) > 300:
        raise NotAScenario(f"Skenaariosta puuttuu tieto: {name}.")
    return value


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise NotAScenario("Skenaarion alkuhetki (begins) ei ole hetki, jolla on aikavyöhyke.")
    return moment
