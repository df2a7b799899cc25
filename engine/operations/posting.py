"""Papers that staff need to post or hand over a document, and the record that they did: in this order only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from engine.bpmn import OperationCall
from engine.bpmn.host_functions import FUNCTIONS
from engine.casework.appeals import applicant_id, deliveries_of_resolution, kind_of, notify_finality
from engine.casework.case_deadlines import cancel, meet, service_owed
from engine.casework.changed_recipients import past_recipients
from engine.casework.contact_channels import SPEAKS_NO_MORE, agent_of, post_is_safe
from engine.casework.kept_decisions import DEAD, DEPUTY_NEEDED, RECIPIENT_DIED, has_died
from engine.casework.letter_readers import COVER, cover_explained
from engine.casework.letters_under_way import LETTER_LOST
from engine.casework.messages import language_of, send_to_staff
from engine.casework.posting import BEGINS, has_posting_task
from engine.clock import noon_of
from engine.domain.calendar import working_days_later
from engine.domain.cases import Case
from engine.domain.deadline_kinds import SERVICE
from engine.domain.law import PRESUMED_SERVICE_DAYS
from engine.domain.people import Role
from engine.errors import NotFound
from engine.executor import Work
from engine.feel.values import to_json
from engine.instances import CompiledModels
from engine.operations.declaration import EACH_VISIT, operation
from engine.operations.delivery import (
    number_of,
    open_delivery,
    party_of,
    party_part,
    recipients_of,
    served_resolution,
)
from engine.operations.papers import known_values, write_certificate, write_paper
from engine.operations.serving import is_served_on_another, owe_to_grown
from forms.translations import locale_of

TIMES: Final = "delivery_times"
"""Table of the days within which a letter is posted."""


@operation(
    label="Säilytä noudettavana",
    sentence="Kirjaa, ettei turvallista tapaa antaa tiedoksi ole: asiakirja säilytetään noudettavana, valitusaika ei ala, "
    "ja se kerrotaan, kun henkilöön seuraavan kerran saadaan yhteys. Kertoo, päättyykö tiedoksianto: henkilö on kuollut, tai "
    "vastaanottaja on kuollut, ei enää puhu henkilön puolesta tai lapselle on saatu sijainen, ja päätös annetaan jollekin "
    "toiselle.",
    inputs={"recipient": "recipient", "document": "text", "channel_now": "text", "no_safe_why": "text"},
    outputs={"kept_at": "date and time", "is_over": "boolean"},
    records=("kept_for_collection", "recipient_added", "clienthood_restored"),
    once=EACH_VISIT,
)
def keep_for_collection(
    work: Work, case: Case, models: CompiledModels, call: OperationCall
) -> Mapping[str, Any]:
    recipient_id, why = str(call.variables["recipient"]["id"]), str(call.variables.get("no_safe_why") or "")
    delivery = work.stores.deliveries.latest(case.id, recipient_id)
    if delivery is None or delivery.state != "open":
        open_delivery(work, case, call)
        delivery = work.stores.deliveries.latest(case.id, recipient_id)
    if delivery is not None:
        work.stores.deliveries.change(delivery, state="kept", channel="none", proof=why)
    cancel(work, case, SERVICE, "kept", recipient_id)
    work.record(
        case.id,
        "kept_for_collection",
        why,
        business_key=recipient_id,
    )
    owe_to_grown(work, case, recipient_id, work.today)
    notify_finality(work, case, kind_of(recipient_id))
    document = str(call.variables.get("document") or "resolution")
    is_anothers = why in (RECIPIENT_DIED, DEPUTY_NEEDED)
    is_over = why == DEAD or (is_anothers and _has_another(work, case, document, recipient_id, why))
    is_over = is_over or (why == SPEAKS_NO_MORE and is_served_on_another(work, case, document, recipient_id))
    keys = {recipient_id, *deliveries_of_resolution(work, case, kind_of(recipient_id))}
    is_past = recipient_id in past_recipients(work, case, keys)
    return {"kept_at": work.now, "is_over": is_over or is_past}


def _has_another(work: Work, case: Case, document: str, recipient_id: str, why: str) -> bool:
    """True if the document is served on anybody else who lives. Where a deputy is needed, the child's own copy is not theirs."""
    person_id = applicant_id(work, case) if why == DEPUTY_NEEDED else None
    own = party_part(person_id.hex) if person_id is not None else None
    recipients = (str(each["id"]) for each in recipients_of(work, case, document))
    others = (each for each in recipients if party_part(each) != own)
    attempts = {each: work.stores.deliveries.latest(case.id, each) for each in others if each != recipient_id}
    return any(each is None or not has_died(each) for each in attempts.values())


@operation(
    label="Tee todistus luovutusta varten",
    sentence="Avaa luovutuksen ja laatii todistuksen, jonka luovuttaja ja vastaanottaja allekirjoittavat tavatessaan "
    "(434/2003 60 §). Asiamiehen ottaessa vastaan todistus on hänen nimellään.",
    inputs={"recipient": "recipient", "document": "text", "channel_now": "text"},
    outputs={"made_at": "date and time"},
    records=("letter_written",),
    once=EACH_VISIT,
)
def prepare_certificate(
    work: Work, case: Case, models: CompiledModels, call: OperationCall
) -> Mapping[str, Any]:
    is_agents = call.variables.get("channel_now") == "agent"
    agent = agent_of(work.stores.parties.of_case(case.id)) if is_agents else None
    recipient_id = str(call.variables["recipient"]["id"])
    receiver = agent or party_of(work, case, recipient_id)
    served = served_resolution(work, case, str(call.variables.get("document") or "resolution"), recipient_id)
    paper = write_certificate(work, case, models, served, receiver.name if receiver else "", recipient_id)
    open_delivery(work, case, call, paper=paper, served_through=agent)
    service_owed(work, case, models, str(call.variables["recipient"]["id"]), by_post=False)
    return {"made_at": work.now}


@operation(
    label="Kokoa kirje",
    sentence="Avaa tiedoksiannon kirjeellä ja laatii vastaanottajan oman saatteen. Mitään ei ole vielä lähetetty: "
    "ihminen tulostaa, postittaa ja kertoo päivän.",
    inputs={"recipient": "recipient", "document": "text", "channel_now": "text"},
    outputs={"made_at": "date and time"},
    records=("letter_written",),
    once=EACH_VISIT,
)
def prepare_letter(work: Work, case: Case, models: CompiledModels, call: OperationCall) -> Mapping[str, Any]:
    recipient = call.variables["recipient"]
    party = party_of(work, case, str(recipient["id"]))
    # The cover names the person whom the document concerns; its words depend on who reads it.
    kind = {"recipient_kind": str(recipient.get("kind") or "person")}
    language, to = locale_of(language_of(party, case)), str(recipient["id"])
    known = known_values(work, case, case.language, kind)
    values = {**kind, **cover_explained(models.bundle.texts, language, known)}
    cover = write_paper(work, case, models, COVER, values, language=language, to=to)
    open_delivery(work, case, call, paper=cover)
    service_owed(work, case, models, str(call.variables["recipient"]["id"]), by_post=True)
    return {"made_at": work.now}


@operation(
    label="Kirjaa kirjeen lähettäminen",
    sentence="Kirjaa päivän, jona kirje lähti postiin, sellaisena kuin sen postittaja kertoi. Tavallinen kirje katsotaan "
    "saaduksi seitsemäntenä päivänä siitä (434/2003 59 §); saantitodistusta odotetaan (60 §).",
    inputs={"recipient": "recipient", "posted_on": "date", "channel_now": "text"},
    outputs={"dispatched_at": "date and time", "presumed_on": "date"},
    records=("resolution_dispatched",),
    once=EACH_VISIT,
)
def record_dispatch(work: Work, case: Case, models: CompiledModels, call: OperationCall) -> Mapping[str, Any]:
    recipient_id = str(call.variables["recipient"]["id"])
    delivery = work.stores.deliveries.latest(case.id, recipient_id)
    posted_on = call.variables["posted_on"]
    if delivery is None or not isinstance(posted_on, date):
        raise LookupError("nothing was prepared, or no day was given")
    posted_at = work.now if posted_on == work.today else noon_of(posted_on)
    is_ordinary = call.variables.get("channel_now") != "acknowledgement"
    presumed_on = posted_on + timedelta(days=PRESUMED_SERVICE_DAYS) if is_ordinary else None
    work.stores.deliveries.dispatch(delivery.id, moment=posted_at, presumed_on=presumed_on)
    meet(work, case, SERVICE, "dispatched", recipient_id, on=posted_on)
    work.record(
        case.id,
        "resolution_dispatched",
        delivery.channel,
        business_key=recipient_id,
        on=posted_on.isoformat(),
        number=number_of(work, case, delivery),
    )
    if not post_is_safe(work, case, recipient_id):
        work.stores.starts.add(case.id, LETTER_LOST, {"recipient_id": recipient_id}, work.now)
    return {"dispatched_at": posted_at, "presumed_on": presumed_on}


def begin_posting(
    work: Work,
    case: Case,
    models: CompiledModels,
    paper: str,
    document_id: UUID | None,
    recipient: str,
    key: str | None = None,
) -> None:
    """Open the task of posting a letter that has been written, in a transaction of its own.

    A version of the models from before that process has no task for it: the managers have it done.
    """
    if document_id is None:
        return
    if not has_posting_task(models):
        leave_to_people(work, case, models, paper)
        return
    begun = {
        "notice": paper,
        "notice_id": key or paper,
        "notice_document": str(document_id),
        "paper_to": recipient,
    }
    work.stores.starts.add(case.id, BEGINS, to_json(begun), work.now)


def leave_to_people(work: Work, case: Case, models: CompiledModels, notice: str) -> None:
    """Ask the managers to have done what the version of the case has no task for."""
    for person in work.stores.people.with_role(Role.MANAGER):
        send_to_staff(work, models, case.id, person)
    work.record(case.id, "left_to_people", notice)


def post_within(work: Work, case: Case, models: CompiledModels) -> date:
    """Return the day by which a letter that was written today is to be posted. A version without the table: today."""
    try:
        table = models.table(TIMES)
    except NotFound:
        return work.today
    case_class = {"case_class": case.case_class.value if case.case_class else None}
    found = table.evaluate(TIMES, case_class, functions=FUNCTIONS).result
    days = found.get("post_within") if isinstance(found, dict) else None
    return working_days_later(work.today, int(days)) if isinstance(days, Decimal) else work.today
