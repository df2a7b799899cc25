"""Words for try-outs: their steps, and what a scenario may expect."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from engine.domain.scenarios import NEXT, Expectations, Step
from engine.simulation.try_out import TryOut
from engine.simulation.view import View
from webapp.http.languages import current_language
from webapp.rendering.timeline.sentences import MILESTONES
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.catalogues import marked, ngettext
from webapp.rendering.words.dates import moment
from webapp.rendering.words.message_words import MAILS
from webapp.studio.words import outcome_name

STARTS = {
    "self": marked("Oma hakemus"),
    "self:child_application": marked("Hakemus lapselle"),
    "referral": marked("Ohjaus suostumuksella"),
    "urgent": marked("Kiireellinen puhelu"),
    "enquiry": marked("Ilmoitus yhteydenotosta"),
}
MESSAGES = {
    "application_withdrawn": marked("Hakija peruuttaa hakemuksen"),
    "withdrawal_taken_back": marked("Hakija ottaa peruuttamisen takaisin"),
    "proceed_without_rest": marked("Jatka ilman muita vastauksia"),
    "new_fact": marked("Uusi seikka ennen lähettämistä"),
    "appeal_received": marked("Valitus on saapunut"),
    "correction_needed": marked("Päätöstä korjataan"),
    "mail_returned": marked("Posti palautui"),
    "removal_needed": marked("Harkitse poistamista auttamisjärjestelmästä"),
    "reflection_change_needed": marked("Päätä harkinta-ajasta"),
    "person_reached": marked("Henkilöön saatiin yhteys"),
}
_DAYS = re.compile(r"P(\d{1,3})D")


@dataclass(frozen=True, slots=True)
class Expectable:
    """Something that happened in the try-out, and that a scenario may expect to happen again."""

    name: str
    value: str
    label: str


def start_name(start: str) -> str:
    """Return the name on screen of a way to begin a case."""
    return _(STARTS[start]) if start in STARTS else start.replace("_", " ")


def milestone_name(name: str) -> str:
    return _(MILESTONES[name]) if name in MILESTONES else name.replace("_", " ")


def message_name(name: str) -> str:
    return _(MESSAGES[name]) if name in MESSAGES else name.replace("_", " ")


def mail_name(kind: str) -> str:
    return _(MAILS[kind]) if kind in MAILS else kind.removeprefix("mail_").replace("_", " ")


def step_in_words(step: Step, try_out: TryOut) -> str:
    if step.kind == "start":
        return _("Asia saapuu: %(about)s", about=start_name(step.subject))
    if step.kind == "message":
        return message_name(step.subject)
    if step.kind == "wait":
        return _waited(step.subject)
    named = (each.name for (_p, key), each in try_out.models.parsed.elements.items() if key == step.element)
    form = try_out.models.bundle.forms.get(step.subject)
    names = try_out.models.bundle.names_in(current_language().code)
    return names.of(next(named, "")) or (form.title if form else "") or step.subject


def _waited(subject: str) -> str:
    if subject == NEXT:
        return _("Seuraavaan ajastimeen")
    days = _DAYS.fullmatch(subject)
    if days:
        return ngettext("Yksi päivä kuluu", "%(num)d päivää kuluu", int(days[1]))
    try:
        return _("Aika kuluu: %(when)s", when=moment(datetime.fromisoformat(subject)))
    except ValueError:
        return subject


def expectable(got: Expectations, seen: View) -> list[Expectable]:
    """Return what can be expected, in this order: how the case ended, milestones, letters and mails, what waits."""
    letters = {each.kind: each.title for each in seen.letters}
    tasks = {each.form_key or each.element_id: each.name for each in seen.tasks}
    found = [
        Expectable("milestones", each, _("Virstanpylväs: %(name)s", name=milestone_name(each)))
        for each in got.milestones
    ]
    found += [Expectable("letters", each, _("Kirje: %(name)s", name=letters[each])) for each in got.letters]
    found += [Expectable("mails", each, _("Viesti: %(name)s", name=mail_name(each))) for each in got.mails]
    found += [Expectable("waiting", each, _("Auki on: %(name)s", name=tasks[each])) for each in got.waiting]
    if got.outcome:
        found.insert(
            0, Expectable("outcome", got.outcome, _("Ratkaisu: %(name)s", name=outcome_name(got.outcome)))
        )
    if got.closed is not None:
        label = _("Asia on päättynyt") if got.closed else _("Asia on vielä auki")
        found.insert(0, Expectable("closed", "yes" if got.closed else "no", label))
    return found
