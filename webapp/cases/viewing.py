"""The case file on one page, section by section, each with an address of its own."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, render_template, request
from markupsafe import Markup

from engine.casework.receipts import CODE_GIVEN
from engine.commands.cases import FROM_STAFF
from engine.commands.deadlines import REASONS
from engine.commands.public_drafts import new_token
from engine.domain.people import CASE_STAFF, Role
from engine.domain.tasks import UserTask
from engine.errors import Refusal
from engine.queries.case_file import CaseFile, OpenCaseFile
from engine.queries.where_now import pictures
from webapp.cases.case_status import standing_of
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine, settings
from webapp.http.languages import current_language
from webapp.rendering.timeline.events import THREADS, story
from webapp.rendering.words.catalogues import marked
from webapp.rendering.words.due import deadline_in_words, due_in_words, waited
from webapp.rendering.words.safe_contact import safe_contact
from webapp.rendering.words.submission_words import told_in, worded_submissions

EXTENDERS = frozenset({Role.MANAGER, Role.DIRECTOR})
LINK_KEEPERS = frozenset({Role.CASEWORKER, Role.MANAGER, Role.DIRECTOR})
READERS = frozenset({Role.AUDITOR, Role.MANAGER, Role.DIRECTOR})
THREAD_NAMES = {
    "story": marked("Asian kulku"),
    "contact": marked("Yhteydenpito"),
    "decisions": marked("Ratkaisut"),
    "deadlines": marked("Määräajat"),
    "work": marked("Työ"),
    "all": marked("Kaikki"),
}
MESSAGES = {
    "application_withdrawn": (
        marked("Hakija peruu hakemuksen"),
        marked("Käsittelijä varmistaa perumisen henkilöltä itseltään ennen kuin se tulee voimaan."),
    ),
    "proceed_without_rest": (
        marked("Jatka ilman loppuja vastauksia"),
        marked("Avoimet pyynnöt suljetaan ja asia etenee arviointiin."),
    ),
    "new_fact": (
        marked("Uusi seikka ennen lähettämistä"),
        marked("Päätöksentekijä ratkaisee, perutaanko allekirjoitettu päätös ennen kuin se lähtee."),
    ),
    "appeal_received": (
        marked("Valitus on saapunut"),
        marked("Valitusaika päättyy ja lausunnon kirjoittaminen alkaa."),
    ),
    "mail_returned": (
        marked("Posti palautui"),
        marked("Oletettu tiedoksisaanti kumoutuu, ja päätös annetaan tiedoksi toisella tavalla."),
    ),
}
"""What staff can tell the case from outside: the button's words, and what follows."""


@dataclass(frozen=True, slots=True)
class Extension:
    """What was typed to give a deadline more time, and the sentence that refused it."""

    name: str = ""
    until: str = ""
    reason: str = ""
    field: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Adding:
    """What was typed about a file that could not be added, and the sentence that says why."""

    about: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class NewLink:
    """An address that could not be sent, shown once to whoever made it."""

    key: str = ""
    address: str = ""


def register(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/<reference>", view_func=case, methods=["GET"])


@for_staff(*CASE_STAFF)
def case(reference: str) -> str:
    return shown(reference)


def shown(
    reference: str,
    extension: Extension | None = None,
    *,
    adding: Adding | None = None,
    new_link: NewLink | None = None,
    reading_problem: str = "",
) -> str:
    """The whole page; with `extension`, `adding` or `reading_problem`, what was typed there or what is wrong with it."""
    file = engine().answer(OpenCaseFile(reference), sessions.actor())
    thread = request.args.get("events", "")
    thread = thread if thread in THREADS else "story"
    now = file.moment
    doable = _doable(file.tasks)
    return render_template(
        "cases/case.html",
        file=file,
        case=file.case,
        standing=standing_of(file),
        waited=waited(file.case.received_at, now),
        contact=safe_contact(file),
        doable=doable,
        first=_first(file.tasks, doable),
        messages=[(name, key, *MESSAGES[name]) for name, key in file.awaited if name in FROM_STAFF],
        tasks=[(each, due_in_words(each.due_at, now)) for each in file.tasks],
        deadlines=[(each, deadline_in_words(each, now)) for each in file.deadlines],
        person=told_in(file),
        submissions=worded_submissions(file),
        events=story(file, thread),
        thread=thread,
        threads=THREAD_NAMES,
        pictures=_pictures(file),
        reads_readers=sessions.actor().has(*READERS),
        extends=sessions.actor().has(*EXTENDERS),
        extension=extension or Extension(),
        extension_reasons=REASONS,
        adding=adding or Adding(),
        new_link=new_link or NewLink(),
        links_managed=sessions.actor().has(*LINK_KEEPERS),
        code_act=new_token() if _gives_code(file) else "",
        codes_given=sum(event.kind == CODE_GIVEN for event in file.timeline),
        reading_managed=sessions.actor().has(*LINK_KEEPERS) and settings().identification is not None,
        reading_problem=reading_problem,
        people={str(key): name for key, name in file.people.items()},
    )


def _gives_code(file: CaseFile) -> bool:
    """A child's matter has none of its own: it was opened from somebody's application, and is followed by that one's code."""
    return sessions.actor().has(*LINK_KEEPERS) and file.parent is None


def _pictures(file: CaseFile) -> list[tuple[object, Markup]]:
    found = pictures(file, current_language().code)
    return [(each, Markup(each.svg)) for each in found]  # noqa: S704 - drawn by us from numbers and escaped names


def _doable(tasks: tuple[UserTask, ...]) -> frozenset[UUID]:
    """Which of the open tasks this person may do."""
    return frozenset(each.id for each in tasks if _may_do(each))


def _first(tasks: tuple[UserTask, ...], doable: frozenset[UUID]) -> UserTask | None:
    """The one thing to do now: work of ours before an answer put down for someone else."""
    mine = sorted((each for each in tasks if each.id in doable), key=lambda each: each.is_outside)
    return mine[0] if mine else None


def _may_do(task: UserTask) -> bool:
    try:
        task.require_worker(sessions.actor())
    except Refusal:
        return False
    return True
