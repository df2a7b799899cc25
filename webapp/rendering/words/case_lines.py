"""A line of a list of cases in words: the next step, whom it waits for and since when, the day, the marks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from engine.clock import day_of
from engine.domain.calendar import Counting, between
from engine.domain.meetings import NO_SAFE_WAY, OF_CLOSED
from engine.domain.waits import CODE_TO_READ, WISHED_CALL, Wait, WaitKind
from engine.queries.my_cases import MET, NOTED, CaseLine
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.catalogues import marked, ngettext
from webapp.rendering.words.dates import clock, day
from webapp.rendering.words.due import Due, due_in_words, looked_at_in_words
from webapp.rendering.words.labels import role_name, word
from webapp.rendering.words.meeting_words import met_in_words

_STEPS: Final[Mapping[str, str]] = {
    "information_reply": marked("Vastausta kysymyksiin odotetaan"),
    "hearing_reply": marked("Mielipidettä kuulemisessa odotetaan"),
    "open_resolution": marked("Päätös on noudettavana verkossa"),
}
"""Steps in which somebody outside answers, by form."""
_CALLS: Final[Mapping[tuple[str, str], str]] = {
    ("phone", WISHED_CALL): marked("Soita hakijalle: hän pyysi sitä"),
    (NO_SAFE_WAY, WISHED_CALL): marked("Hakija pyysi soittamaan, mutta turvallista numeroa ei ole"),
    ("phone", CODE_TO_READ): marked("Soita vastaajalle ja lue koodi"),
    ("phone", "information_reply"): marked("Soita ja kirjaa vastaus"),
    ("in_person", "information_reply"): marked("Tapaa ja kirjaa vastaus"),
    ("phone", "hearing_reply"): marked("Kuule puhelimessa ja kirjaa mielipide"),
    ("in_person", "hearing_reply"): marked("Kuule tapaamisessa ja kirjaa mielipide"),
}
_TIMES: Final[Mapping[str, tuple[str, str]]] = {
    "appeal_period": (marked("Valitusaika kuluu, sinulta ei odoteta mitään"), marked("Valitusaika")),
    "presumed_service": (marked("Kirje on matkalla, sinulta ei odoteta mitään"), marked("Posti")),
    "hold": (marked("Päätös odottaa lähettämistä"), marked("Odotusaika")),
}
_EVENTS: Final[Mapping[str, str]] = {
    "appeal_received": marked("Odotetaan, valitetaanko"),
    "reflection_change_needed": marked("Odotetaan harkinta-ajan muutosta"),
    "person_reached": marked("Odotetaan, että henkilöön saadaan yhteys"),
    "mail_returned": marked("Odotetaan, palautuuko posti"),
    "parent_decided": marked("Lapsen päätös odottaa toisen asian ratkaisua"),
}
_PLAIN: Final[Mapping[WaitKind, str]] = {
    WaitKind.CONTACT: marked("Ota yhteyttä, kuten sovittiin"),
    WaitKind.MEETING: marked("Tapaaminen on tänään tai jo ollut. Kirjaa, miten kävi"),
    WaitKind.LINK: marked("Vastauslinkki lukittui vääristä koodeista. Tee uusi linkki"),
    WaitKind.START: marked("Jatkuu itsestään hetken päästä"),
    WaitKind.FAULT: marked("Järjestelmä ei saanut tehtyä, mitä piti"),
}
_OF_MEETINGS: Final[Mapping[str, str]] = {
    NO_SAFE_WAY: marked("Muistuta tapaamisesta itse: mikään viestitapa ei ole turvallinen"),
    OF_CLOSED: marked("Asia on päättynyt, mutta tapaaminen on sovittu. Peru se, tai kirjaa, miten kävi"),
}
_OF_CASEWORKERS: Final = frozenset(
    {WaitKind.CALL, WaitKind.CONTACT, WaitKind.MEETING, WaitKind.ARRIVAL, WaitKind.LINK}
)
_BACK: Final[Mapping[str, str]] = {
    "reminder": marked("muistutus lähtee"),
    "due": marked("vastauksen viimeinen päivä"),
    "stalled": marked("pyyntö jää jumiin"),
    "escalation": marked("esihenkilö saa tehtävän"),
    "fallback": marked("seuraava tapa"),
    "hold": marked("päätös lähtee"),
    "presumed_service": marked("katsotaan saaduksi"),
    "appeal_period": marked("valitusaika päättyy"),
    NOTED: marked("sovittu yhteydenotto"),
    MET: marked("tapaaminen"),
}


@dataclass(frozen=True, slots=True)
class WordedLine:
    line: CaseLine
    step: str
    more: str
    whom: str
    since: str
    since_on: date
    due: Due | None
    due_for: str
    back: str
    back_for: str
    caseworker: str
    """Empty where every line is of the same."""
    meeting: str
    """Those who meet in the next meeting, and the colleague who goes."""


def worded_line(line: CaseLine, now: datetime, *, shows_caseworker: bool) -> WordedLine:
    wait, today = line.wait, day_of(now)
    due, due_for = _due(line, now)
    return WordedLine(
        line,
        step=_step(wait),
        more=ngettext("ja yksi muu", "ja %(num)d muuta", line.more) if line.more else "",
        whom=_whom(line),
        since=_since(wait.since, now),
        since_on=day_of(wait.since),
        due=due,
        due_for=due_for,
        back=_near(line.back_on, today),
        back_for=_(_BACK[line.back_for]) if line.back_for in _BACK else "",
        caseworker=line.caseworker if shows_caseworker else "",
        meeting=_meeting(line),
    )


def _meeting(line: CaseLine) -> str:
    if line.meeting is None:
        return ""
    met, worker = met_in_words(line.meeting), line.meeting.worker_name
    return ". ".join(
        part
        for part in (
            _("Tavataan: %(who)s", who=met) if met else "",
            _("Menee: %(who)s", who=worker) if worker else "",
        )
        if part
    )


def _step(wait: Wait) -> str:
    """Return the step in words, with the number of the request that it concerns."""
    step = _step_in_words(wait)
    return f"{step} ({wait.business_key})" if wait.channel and wait.business_key else step


def _step_in_words(wait: Wait) -> str:
    if wait.kind in _PLAIN:
        return _(_OF_MEETINGS.get(wait.name, _PLAIN[wait.kind]))
    if wait.kind is WaitKind.ARRIVAL:
        return _("Käsittele saapunut: %(what)s", what=word(wait.name, "arrived"))
    return _step_of_case(wait)


def _step_of_case(wait: Wait) -> str:
    if wait.kind is WaitKind.CALL:
        known = _CALLS.get((wait.channel, wait.form_key or ""))
        return _(known) if known else wait.name
    if wait.kind is WaitKind.REPLY:
        known = _STEPS.get(wait.form_key or "")
        return _(known) if known else wait.name
    if wait.kind is WaitKind.TIME and wait.timer in _TIMES:
        return _(_TIMES[wait.timer][0])
    if wait.kind is WaitKind.MESSAGE and wait.business_key and wait.name == "parent_decided":
        return _("Lapsen päätös odottaa asian %(reference)s ratkaisua", reference=wait.business_key)
    if wait.kind is WaitKind.MESSAGE:
        return _(_EVENTS.get(wait.name, marked("Odottaa, mitä asian ulkopuolella tapahtuu")))
    if wait.more_time_until is not None:
        return _("%(task)s, pyytää lisäaikaa %(day)s asti", task=wait.name, day=day(wait.more_time_until))
    return wait.name


def _whom(line: CaseLine) -> str:
    wait = line.wait
    if wait.kind is WaitKind.TIME:
        return _(_TIMES[wait.timer][1]) if wait.timer in _TIMES else _("Aika")
    if wait.kind in (WaitKind.MESSAGE, WaitKind.START):
        return _("Ei ketään")
    role = role_name(wait.role) if wait.role else ""
    if wait.kind is WaitKind.REPLY:
        return ", ".join(
            part for part in (_first_large(role), word(wait.channel, "way") if wait.channel else "") if part
        )
    if line.is_mine and line.is_in_place:
        return _("Sinä, %(who)s on poissa", who=line.assignee)
    if line.is_mine and (wait.person_id is not None or wait.kind is WaitKind.CALL):
        return _("Sinä, puhelimitse") if wait.channel == "phone" and wait.kind is WaitKind.CALL else _("Sinä")
    if line.assignee:
        return line.assignee if wait.kind in _OF_CASEWORKERS else f"{line.assignee}, {role}"
    return _("Vapaa, voit ottaa") if line.is_mine else _("Vapaa, %(role)s", role=role)


def _due(line: CaseLine, now: datetime) -> tuple[Due | None, str]:
    if line.due_at is not None:
        due = due_in_words(line.due_at, now)
        if line.wait.is_follow_up and line.wait.until == line.due_at:
            return looked_at_in_words(line.due_at, now), _("seurantapäivä %(day)s", day=day(line.due_at))
        is_of_ledger = line.deadline is not None and line.deadline.due_at == line.due_at
        if due is None or due.kind != "late" or not is_of_ledger or line.deadline is None:
            return due, day(line.due_at)
        return due, f"{day(line.due_at)}, {_first_small(word(line.deadline.name, 'deadline'))}"
    if line.is_stalled:
        return Due("late", _("jumissa")), ""
    if line.deadline is not None:
        return Due("paused", _("tauolla")), word(line.deadline.name, "deadline")
    return None, ""


def _since(since: datetime, now: datetime) -> str:
    today, on = day_of(now), day_of(since)
    if on == today:
        return _("tänään klo %(hour)s", hour=clock(since))
    days = between(on, today, Counting.WORKING_DAYS)
    if days == 0:
        return _("viikonlopusta")
    return ngettext("yksi työpäivä", "%(num)d työpäivää", days)


def _near(on: date, today: date) -> str:
    if on <= today:
        return _("tänään")
    return _("huomenna") if on == today + timedelta(days=1) else day(on)


def _first_small(text: str) -> str:
    return text[:1].lower() + text[1:]


def _first_large(text: str) -> str:
    return text[:1].upper() + text[1:]
