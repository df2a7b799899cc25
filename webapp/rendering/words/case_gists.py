"""The parts of a case file in one line each, read while they are folded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engine.casework.code_holder import CODE_ENDED
from engine.casework.receipts import CODE_GIVEN
from engine.domain.deadlines import Deadline
from engine.domain.parties import language_in_own_words
from engine.queries.case_file import CaseFile
from engine.queries.where_now import Picture
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.catalogues import ngettext
from webapp.rendering.words.due import Due
from webapp.rendering.words.labels import REGIONS, word
from webapp.rendering.words.meeting_words import worded_meetings
from webapp.rendering.words.party_words import written_in
from webapp.rendering.words.submission_words import WordedSubmission, fact_in_words


def counted_requests(file: CaseFile) -> str:
    """Return how many answers there are and how many are awaited; empty if nothing was asked."""
    answered = sum(each.answered_at is not None for each in file.requests)
    awaited = sum(each.is_open and each.answered_at is None for each in file.requests)
    parts = [
        ngettext("yksi vastaus", "%(num)d vastausta", answered) if answered else "",
        ngettext("yksi odottaa", "%(num)d odottaa", awaited) if awaited else "",
    ]
    return _joined(parts)


def gists(
    file: CaseFile,
    submissions: Sequence[WordedSubmission],
    deadlines: Sequence[tuple[Deadline, Due]],
    pictures: Sequence[Picture],
    codes_given: int,
) -> dict[str, str]:
    """Return a line for each part, by the part's name."""
    return {
        "people": _people(file),
        "consents": _consents(file)
        or (_("yksikään ei ole voimassa") if file.consents else _unrecorded_consent(file)),
        "code": _("uusi on annettava") if owes_code(file) else _codes(codes_given),
        "reading": word(file.own_reading, "own_reading"),
        "requests": counted_requests(file) or _("mitään ei ole kysytty"),
        "submissions": _("viimeksi: %(title)s", title=submissions[0].title) if submissions else "",
        "resolution": _resolution(file),
        "documents": _documents(file),
        "deadlines": _deadlines(deadlines),
        "arrivals": _arrivals(file),
        "meetings": _meetings(file),
        "notes": _notes(file),
        "procedure": _joined(dict.fromkeys(each.name for each in file.tasks))
        or next((_joined(each.here) for each in reversed(pictures) if each.here), ""),
    }


def owes_code(file: CaseFile) -> bool:
    """Return True if the code ended because of who had it, and no other was given since."""
    codes = [each.kind for each in file.timeline if each.kind in (CODE_GIVEN, CODE_ENDED)]
    return codes[-1:] == [CODE_ENDED]


def _codes(given: int) -> str:
    return ngettext("annettu kerran", "annettu %(num)d kertaa", given) if given else _("ei annettu täältä")


def _joined(parts: Iterable[str]) -> str:
    return ", ".join(filter(None, parts))


def _people(file: CaseFile) -> str:
    person = file.applicant
    known = person.identity if person else {}
    # One that was skipped stands on the person's own card: "born I do not know" is no birth date.
    born = fact_in_words("born_on", known.get("born_on")) if isinstance(known.get("born_on"), str) else ""
    others = len(file.parties) - (person is not None)
    return _joined(
        [
            _("s. %(day)s", day=born) if born else "",
            language_in_own_words(known)
            or written_in(known)
            or fact_in_words("contact_language", known.get("contact_language")),
            ngettext("yksi muu osapuoli", "%(num)d muuta osapuolta", others) if others else "",
        ]
    )


def _consents(file: CaseFile) -> str:
    return _joined(
        f"{word(each.purpose, 'purpose')}: {word(each.state, 'consent')}"
        for each in file.consents
        if each.id in file.consents_in_force
    )


def region_in_words(file: CaseFile) -> str:
    """Return the region of the case; before it is recorded, the one that the application names."""
    if file.case.team is None:
        for each in file.submissions:
            given = each.answers.get("region")
            if given in REGIONS and given != "unknown":
                return _("%(region)s, hakemuksen mukaan", region=word(str(given), "region"))
    return word(file.case.team or "unknown", "region")


def _unrecorded_consent(file: CaseFile) -> str:
    """A consent that was given in a call enters the ledger with what it is given for."""
    in_call = any(
        each.form_key == "phone_intake" and each.answers.get("consent_given") is True
        for each in file.submissions
    )
    return _("annettu puhelussa, vahvistetaan asian edetessä") if in_call else _("ei kirjattu")


def _resolution(file: CaseFile) -> str:
    if not file.resolutions:
        spoken = file.oral_decisions[-1] if file.oral_decisions else None
        return f"{_('Suullinen päätös')}: {word(spoken.outcome, 'outcome')}" if spoken else _("ei vielä")
    newest = max(file.resolutions, key=lambda each: each.prepared_at)
    sent = [each for each in file.deliveries if each.resolution_id == newest.id]
    states = [word(newest.state, "resolution"), word(sent[-1].state, "delivery") if sent else ""]
    return _joined([word(newest.outcome, "outcome"), *states])


def _documents(file: CaseFile) -> str:
    written, sent = len(file.documents), len(file.attachments)
    parts = [
        ngettext("yksi asiakirja", "%(num)d asiakirjaa", written) if written else "",
        ngettext("yksi liite", "%(num)d liitettä", sent) if sent else "",
    ]
    return _joined(parts) or _("ei asiakirjoja")


def _deadlines(deadlines: Sequence[tuple[Deadline, Due]]) -> str:
    running = [(due, each) for each, due in deadlines if each.is_open]
    if not running:
        return _("kaikki päättyneet") if deadlines else _("ei vielä")
    due, first = min(running, key=lambda pair: (pair[0].on is None, str(pair[0].on)))
    return f"{word(first.name, 'deadline')}: {due.text}"


def _arrivals(file: CaseFile) -> str:
    waiting = sum(each.is_open for each in file.arrivals)
    if waiting:
        return ngettext("yksi odottaa käsittelyä", "%(num)d odottaa käsittelyä", waiting)
    known = len(file.arrivals)
    return ngettext("yksi saapunut", "%(num)d saapunutta", known) if known else _("mitään ei ole saapunut")


def _meetings(file: CaseFile) -> str:
    worded = worded_meetings(file.meetings, file.moment)
    return f"{worded[0].when}, {worded[0].state}" if worded else _("ei sovittu")


def _notes(file: CaseFile) -> str:
    known = len(file.notes)
    return ngettext("yksi merkintä", "%(num)d merkintää", known) if known else _("ei merkintöjä")
