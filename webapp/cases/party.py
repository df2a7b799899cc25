"""A party of a case: change their details and ways, add somebody, remove somebody. What was typed is never lost."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final
from uuid import UUID

from flask import Response, request

from engine.casework.letters_under_way import FIELD as LETTERS
from engine.casework.letters_under_way import RECEIVED_FIELD as LETTERS_RECEIVED
from engine.casework.page_drafts import NEW_PARTY
from engine.casework.party_changes import Effects
from engine.commands.parties import AddParty, ChangeParty, RemoveParty
from engine.domain.parties import (
    ADDRESSES,
    KINDS,
    LANGUAGES,
    SOURCES,
    SPEAKERS,
    Ground,
    PartyDetails,
)
from engine.domain.policy import Action
from engine.domain.safe_contact import WAYS
from engine.errors import Conflict, Invalid
from engine.queries.in_sight import InSight
from engine.queries.party_page import OpenNewParty, OpenParty, PartyPage
from forms.texts import Refused, to_date
from webapp.cases.blueprint import blueprint
from webapp.cases.page_drafts import SEEN, FormDraft, draft_of, draft_of_sent, held, keep_sent, single
from webapp.cases.party_texts import (
    CHOICES,
    CONTACT,
    TEXTS,
    changed_since,
    merged,
    stored_texts,
    texts_before,
)
from webapp.cases.refused_forms import RefusedForm, Typed, outdone, problems_in, sentences
from webapp.http import sessions, tokens
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.notices import notify
from webapp.http.posted import number_in
from webapp.http.responses import render, see_other
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.catalogues import ngettext
from webapp.rendering.words.labels import language_name, word
from webapp.rendering.words.party_words import REFERRER_KINDS, TIMES, change_in_words, detail_in_words
from webapp.rendering.words.pinned import pinned_words

_DAYS: Final = ("born_on", "authorised_on", "source_on")
_LONGEST: Final = 4000


@blueprint.get("/<reference>/parties/<uuid:party_id>")
@for_staff(action=Action.CHANGE_PARTY)
def party(reference: str, party_id: UUID) -> Response:
    return _page(reference, party_id)


@blueprint.post("/<reference>/parties/<uuid:party_id>")
@for_staff(action=Action.CHANGE_PARTY)
def change_party(reference: str, party_id: UUID) -> Response:
    typed, form = _posted(), f"party/{party_id}"
    seen = number_in(typed.get("seen", "")) or 0
    problems = _unreadable(typed)
    if problems:
        return _page(reference, party_id, RefusedForm(typed, problems))
    try:
        if typed.get("go") == "remove":
            effects = engine().perform(
                RemoveParty(reference, party_id, seen, _ground(typed), held(form)), sessions.actor()
            )
            notify(_("Osapuoli on poistettu asiasta. Hänen tietonsa ja muutoshistoriansa säilyvät."))
        else:
            details = _details(typed, typed.get("kind", ""))
            letters, received = typed.get(LETTERS, ""), typed.get(LETTERS_RECEIVED, "")
            command = ChangeParty(
                reference,
                party_id,
                seen,
                details,
                _ground(typed),
                letters,
                received,
                typed.get("same_number", ""),
                held(form),
                typed.get("again_safe", ""),
            )
            effects = engine().perform(command, sessions.actor())
            notify(_notice_of(effects))
    except Invalid as refused:
        return _page(reference, party_id, RefusedForm(typed, sentences(problems_in(refused, "reason"))))
    except Conflict as refused:
        return _page(reference, party_id, outdone(typed, refused.message))
    return see_other("cases.case", reference=reference, anchor="people")


@blueprint.get("/<reference>/parties/new")
@for_staff(action=Action.CHANGE_PARTY)
def new_party(reference: str) -> Response:
    return _new_page(reference)


@blueprint.post("/<reference>/parties/new")
@for_staff(action=Action.CHANGE_PARTY)
def add_party(reference: str) -> Response:
    typed = _posted()
    problems = _unreadable(typed)
    if problems:
        return _new_page(reference, RefusedForm(typed, problems))
    try:
        details = _details(typed, typed.get("kind", ""))
        engine().perform(AddParty(reference, details, _ground(typed), held(NEW_PARTY)), sessions.actor())
    except Invalid as refused:
        return _new_page(reference, RefusedForm(typed, sentences(problems_in(refused, "reason"))))
    except Conflict as refused:
        return _new_page(reference, outdone(typed, refused.message))
    notify(_("Osapuoli on lisätty asiaan."))
    return see_other("cases.case", reference=reference, anchor="people")


# ---------------------------------------------------------------- the page


def _page(reference: str, party_id: UUID, refused: RefusedForm | None = None) -> Response:
    form = f"party/{party_id}"
    seen = keep_sent(reference, form) if refused else ""
    page = engine().answer(OpenParty(reference, party_id), sessions.actor())
    draft = draft_of_sent(form, page.drafts, seen) if refused else draft_of(form, page.drafts)
    stored, changed = stored_texts(page.party), {}
    typed = refused.typed if refused else single(draft.typed) if draft.typed else stored
    if typed is not stored and number_in(typed.get("seen", "")) != page.party.version:
        before = texts_before(page.party, page.history, _begun(typed, page))
        typed, changed = merged(typed, before, stored), changed_since(typed, before, stored)
    return _rendered(
        reference, page.party.kind, page, (stored, typed, changed), draft, refused, page.in_sight
    )


def _begun(typed: Typed, page: PartyPage) -> datetime:
    """Return the moment at which the page of the form was made."""
    try:
        return datetime.fromisoformat(typed.get("begun", "")).astimezone(UTC)
    except ValueError:
        return page.in_sight.moment


def _new_page(reference: str, refused: RefusedForm | None = None) -> Response:
    seen = keep_sent(reference, NEW_PARTY) if refused else ""
    page = engine().answer(OpenNewParty(reference), sessions.actor())
    draft = draft_of_sent(NEW_PARTY, page.drafts, seen) if refused else draft_of(NEW_PARTY, page.drafts)
    typed = refused.typed if refused else single(draft.typed or {})
    return _rendered(reference, "", None, ({}, typed, {}), draft, refused, page.in_sight)


def _rendered(
    reference: str,
    kind: str,
    page: PartyPage | None,
    texts: tuple[Typed, Typed, Typed],
    draft: FormDraft,
    refused: RefusedForm | None,
    seen: InSight,
) -> Response:
    """Show the form. `texts`: as they are recorded, as they are typed, and what others have changed beside the draft."""
    stored, typed, changed = texts
    return render(
        "cases/party.html",
        refused.status if refused else 200,
        reference=reference,
        kind=kind,
        page=page,
        typed=typed,
        stored=stored,
        changed=changed,
        draft=draft,
        begun=seen.moment.isoformat(),
        problems=refused.problems if refused else {},
        conflict=refused.conflict if refused else "",
        history=[change_in_words(each) for each in reversed(page.history)] if page else [],
        kinds=[(each, word(each, "party")) for each in KINDS],
        sources=[(each, word(each, "source")) for each in SOURCES],
        ways=WAYS,
        times=TIMES,
        languages=[(each, language_name(each)) for each in LANGUAGES],
        referrer_kinds=[(each, _(words)) for each, words in REFERRER_KINDS.items()],
        standing={name: detail_in_words(name, stored.get(name)) for name in (*CHOICES, *CONTACT)},
        speaks=not kind or kind in SPEAKERS,
        **pinned_words(seen),
    )


# ---------------------------------------------------------------- what was posted


def _posted() -> dict[str, str]:
    return {
        name: value[:_LONGEST] for name, value in request.form.items() if name not in (tokens.FIELD, SEEN)
    }


def _unreadable(typed: Typed) -> dict[str, str]:
    return {
        name: _("Kirjoita päivä muodossa 24.12.2026.") for name in _DAYS if _is_no_day(typed.get(name, ""))
    }


def _is_no_day(text: str) -> bool:
    try:
        return bool(text.strip()) and to_date(text) is None
    except Refused:
        return True


def _day(typed: Typed, name: str) -> date | None:
    text = typed.get(name, "").strip()
    return to_date(text) if text else None


def _ground(typed: Typed) -> Ground:
    return Ground(typed.get("source", ""), _day(typed, "source_on"), typed.get("reason", "").strip())


def _details(typed: Typed, kind: str) -> PartyDetails:
    born_on = _day(typed, "born_on")
    identity: dict[str, object] = {name: typed[name].strip() for name in (*TEXTS, *CHOICES) if name in typed}
    if "born_on" in typed:
        identity["born_on"] = born_on.isoformat() if born_on else ""
    contact: dict[str, object] = {name: typed[name].strip() for name in CONTACT if name in typed}
    referrer = kind == "referrer"
    for way in WAYS:
        name = ADDRESSES[way][-1] if referrer and len(ADDRESSES[way]) > 1 else ADDRESSES[way][0]
        if f"address_{way}" in typed:
            contact[name] = typed[f"address_{way}"].strip()
    contact["safe_channels"] = [way for way in WAYS if typed.get(f"way_{way}") == "safe"]
    contact["unsafe_channels"] = [way for way in WAYS if typed.get(f"way_{way}") == "unsafe"]
    contact["safe_times"] = [time for time in TIMES if typed.get(f"time_{time}") == "yes"]
    return PartyDetails(
        kind,
        identity,
        contact,
        is_unsafe=typed.get("is_unsafe") == "yes",
        is_protected=typed.get("is_protected") == "yes",
        powers=tuple(name.removeprefix("power_") for name in typed if name.startswith("power_")),
        authorised_on=_day(typed, "authorised_on"),
    )


def _notice_of(effects: Effects) -> str:
    """Say what followed, in the notice of the next page. It names nobody."""
    sentences = [_("Muutos on tallennettu.")]
    if effects.withheld:
        sentences.append(
            ngettext("Yksi viesti pidätettiin.", "%(num)d viestiä pidätettiin.", effects.withheld)
        )
    if effects.leaving:
        sentences.append(_("Osa oli juuri lähdössä: ne ovat voineet mennä perille."))
    if effects.links_ended:
        sentences.append(
            ngettext("Yksi linkki mitätöitiin.", "%(num)d linkkiä mitätöitiin.", effects.links_ended)
        )
    if effects.links_sent:
        sentences.append(
            ngettext(
                "Yksi uusi linkki lähti turvallista tietä.",
                "%(num)d uutta linkkiä lähti turvallista tietä.",
                effects.links_sent,
            )
        )
    if effects.is_untold:
        sentences.append(
            _("Kerro henkilölle turvallista tietä viestit, jotka eivät lähteneet: siitä tulee tehtävä.")
        )
    if effects.outdated:
        sentences.append(
            ngettext(
                "Aiempi syntymäaika on yhdessä asiakirjassa: se on merkitty asian sivulle.",
                "Aiempi syntymäaika on %(num)d asiakirjassa: ne on merkitty asian sivulle.",
                effects.outdated,
            )
        )
    if effects.is_police_owed:
        sentences.append(_("Poliisilla on aiempi syntymäaika: korjaus odottaa lähettämistä tehtävänä."))
    return " ".join(sentences)
