"""Suggestions to the manager: what to do first, and why. One for each case, the most serious reason first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from engine.clock import day_of
from engine.queries.oversight import Oversight, WatchedDeadline
from engine.queries.watched_days import WatchedDay
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.catalogues import ngettext
from webapp.rendering.words.dates import day, short_day
from webapp.rendering.words.due import due_in_words
from webapp.rendering.words.labels import role_name, word

SHOWN = 6
STUCK, OWED_LATE, LEFT, AWAY, STILL, LATE, FREE = 5000, 4000, 3500, 3200, 3000, 2000, 1000
"""Weights: incidents, deadlines of the authority and what was promised, tasks of someone who has left, cases of someone away, stalled requests, late tasks, unassigned ones."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A suggestion: what is wrong and why it matters, with a button to the page where it is mended."""

    title: str
    why: str
    endpoint: str
    values: dict[str, object]
    button: str
    weight: float
    """The most serious has the highest weight; in days within one kind."""
    reference: str | None
    """The case's reference; None if it is about no single case."""


def suggestions(seen: Oversight) -> tuple[Suggestion, ...]:
    found: dict[str, Suggestion] = {}
    for each in sorted(
        (
            *_incidents(seen),
            *_deadlines(seen),
            *_days_beside(seen),
            *_of_former_staff(seen),
            *_of_absent(seen),
            *_stalled(seen),
            *_tasks(seen),
        ),
        key=lambda a: -a.weight,
    ):
        found.setdefault(each.reference or each.title, each)
    return (*tuple(found.values())[: SHOWN - 1], *_unassigned(seen))


def _incidents(seen: Oversight) -> Iterator[Suggestion]:
    if seen.incidents:
        oldest = min(each.opened_at for each in seen.incidents)
        yield Suggestion(
            ngettext("Yksi häiriö odottaa", "%(num)d häiriötä odottaa", len(seen.incidents)),
            _("Järjestelmä ei saanut tehtyä, mitä piti. Vanhin on %(day)s.", day=day(oldest)),
            "oversight.incidents",
            {},
            _("Katso häiriöt"),
            STUCK,
            None,
        )


def _deadlines(seen: Oversight) -> Iterator[Suggestion]:
    for row in seen.late_deadlines:
        late, days = _late(row.due_at, seen.moment), _days(row.received_at, seen.moment)
        waited = _("%(late)s. Hakija on odottanut %(days)s.", late=late, days=days)
        yield _owed(row, word(row.name, "deadline"), waited, seen.moment)


def _days_beside(seen: Oversight) -> Iterator[Suggestion]:
    for row in seen.late_days:
        yield _owed(row, word(row.kind.value, "beside"), f"{_late(row.due_at, seen.moment)}.", seen.moment)


def _owed(row: WatchedDeadline | WatchedDay, name: str, why: str, moment: datetime) -> Suggestion:
    whose = (
        _("Käsittelijä on %(name)s.", name=row.caseworker_name)
        if row.caseworker_name
        else _("Asialla ei ole käsittelijää.")
    )
    return Suggestion(
        f"{row.reference}, {name}",
        f"{why} {whose}",
        "cases.case",
        {"reference": row.reference},
        _("Avaa asia"),
        OWED_LATE + _age(row.due_at, moment),
        row.reference,
    )


def _stalled(seen: Oversight) -> Iterator[Suggestion]:
    for row in seen.stalled:
        if row.state != "stalled":
            continue
        sent = row.sent_at or row.stalled_at
        reminded = (
            _("Muistutettu %(day)s, ei vastausta.", day=day(row.reminded_at)) if row.reminded_at else ""
        )
        asked = _("Kysytty %(day)s.", day=day(sent)) if sent else ""
        yield Suggestion(
            _("%(case)s, pyyntö on jumissa", case=row.reference),
            " ".join(
                part
                for part in (
                    _("Vastaaja: %(who)s.", who=role_name(row.recipient_role)),
                    asked,
                    reminded,
                    _("Päätä, odotetaanko vai jatketaanko ilman."),
                )
                if part
            ),
            "cases.case",
            {"reference": row.reference},
            _("Päätä jatkosta"),
            STILL + _age(row.stalled_at, seen.moment),
            row.reference,
        )


def _tasks(seen: Oversight) -> Iterator[Suggestion]:
    for row in seen.late:
        who = (
            _("Tehtävä on henkilöllä %(name)s.", name=row.assignee_name)
            if row.assignee_name
            else _("Kukaan ei ole ottanut tehtävää.")
        )
        yield Suggestion(
            f"{row.reference}, {row.name}",
            f"{_late(row.due_at, seen.moment)}. {who}",
            "oversight.move",
            {"task_id": row.task_id},
            _("Siirrä tehtävä"),
            LATE + _age(row.due_at, seen.moment),
            row.reference,
        )


def _of_former_staff(seen: Oversight) -> Iterator[Suggestion]:
    """Yield a suggestion for each person who can no longer sign in and still has tasks or cases: they must be reassigned."""
    for each in seen.load:
        if not each.person.is_active:
            tasks = ngettext("yksi avoin tehtävä", "%(num)d avointa tehtävää", each.open_tasks)
            cases = ngettext("yksi asia", "%(num)d asiaa", each.cases)
            held = ", ".join(text for text, count in ((tasks, each.open_tasks), (cases, each.cases)) if count)
            yield Suggestion(
                _("%(name)s ei ole enää töissä", name=each.person.name),
                f"{held[:1].upper()}{held[1:]}.",
                "oversight.person" if each.open_tasks else "oversight.all_cases",
                {"person_id": each.person.id} if each.open_tasks else {"carrier": each.person.id},
                _("Siirrä tehtävät") if each.open_tasks else _("Siirrä asiat"),
                LEFT,
                None,
            )


def _of_absent(seen: Oversight) -> Iterator[Suggestion]:
    """Yield a suggestion for each person who is away without a deputy and has cases."""
    for each in seen.load:
        person = each.person
        absence = person.absence_on(day_of(seen.moment))
        if person.is_active and absence is not None and not absence.deputy and each.cases:
            yield Suggestion(
                _("%(name)s on poissa ilman sijaista", name=person.name),
                " ".join(
                    (
                        ngettext("Hänellä on yksi asia.", "Hänellä on %(num)d asiaa.", each.cases),
                        _("Poissa %(day)s asti.", day=short_day(absence.away_until)),
                    )
                ),
                "oversight.all_cases",
                {"carrier": person.id},
                _("Siirrä asiat"),
                AWAY,
                None,
            )


def _unassigned(seen: Oversight) -> Iterator[Suggestion]:
    if not seen.unassigned:
        return
    free = [
        each.person.name
        for each in reversed(seen.load)
        if each.person.is_active
        and each.has_way_in
        and not each.open_tasks
        and not each.person.is_away(day_of(seen.moment))
    ]
    why = _("Tilaa on: %(names)s.", names=", ".join(free[:3])) if free else _("Kaikilla on jo tehtäviä.")
    yield Suggestion(
        ngettext("Yksi vapaa tehtävä", "%(num)d vapaata tehtävää", seen.unassigned),
        why,
        "oversight.unassigned",
        {},
        _("Jaa tehtävät"),
        FREE,
        None,
    )


def _late(due_at: datetime | None, now: datetime) -> str:
    due = due_in_words(due_at, now)
    text = due.text if due else ""
    return text[:1].upper() + text[1:]


def _days(since: datetime, now: datetime) -> str:
    return ngettext("yhden päivän", "%(num)d päivää", max(1, (day_of(now) - day_of(since)).days))


def _age(since: datetime | None, now: datetime) -> float:
    """Return the days since a moment, so that the oldest of a kind comes first; 0 for None."""
    return 0 if since is None else min(999.0, max(0.0, (now - since).total_seconds() / 86_400))
