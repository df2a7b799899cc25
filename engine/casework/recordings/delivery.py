"""An attempt to serve a resolution: posted or handed over by somebody, and the way chosen next."""

from __future__ import annotations

from typing import Final

from engine.casework.appeals import REMOVAL, is_decision_coming, kind_of
from engine.casework.clienthood import clienthood_of, has_died
from engine.casework.contact_channels import (
    HANDED,
    POSTED,
    SPEAKS_NO_MORE,
    address_of,
    agent_of,
    named_after,
    post_is_safe,
    receives_no_more,
    served,
    was_posted,
)
from engine.casework.kept_decisions import DEAD, DEPUTY_NEEDED, RECIPIENT_DIED
from engine.casework.lost_ways import lost_on, power_ended_on, unsafe_since
from engine.casework.postal_addresses import require_postal_address
from engine.casework.posted_letters import is_owed_reason
from engine.casework.posting import has_posting_task, serves_again_beside
from engine.casework.recordings.recording import Recording
from engine.domain.ages import age_of
from engine.domain.cases import Case
from engine.domain.clienthood import DiedBeforeAdmission
from engine.domain.law import OWN_SAY_AGE
from engine.domain.safe_contact import PartyNotSafe, PostNotSafe, PowerEnded
from engine.errors import Invalid
from engine.executor import Work
from engine.storage.parties import Party
from engine.storage.resolutions import Delivery

ITSELF: Final = frozenset({"asianosainen", "asianosaiselle", "hänelle itselleen", "parten"})
"""Words for the one who is served, where nobody writes a name."""
CALLED: Final = {"agent": frozenset({"asiamies", "asiamiehelle", "ombudet"})}
ENCLOSED: Final = frozenset({"cover", "resolution"})


class PostCameBack(Invalid):
    sentence = (
        "Posti on palautunut tästä osoitteesta. Valitse, ettei kirje lähde. Seuraavassa tehtävässä valitset toisen tavan, tai "
        "kerrot, miksi kirje tulisi perille."
    )


class CourtHasDecided(Invalid):
    sentence = (
        "Tuomioistuin on jo ratkaissut valituksen, ja asia etenee sen mukaan. Päätöstä ei oteta takaisin. Valitse, että se "
        "lähetetään: jos asia palautettiin, päätös ei lähde kenellekään, vaan asia tutkitaan uudelleen."
    )


class LetterIncomplete(Invalid):
    sentence = "Kuoresta puuttuu jotain. Lisää jokainen liite ja merkitse se."


class NotThisWay(Invalid):
    sentence = "Tälle luovutukselle valittiin toinen tapa. Jos tapa vaihtui, vastaa, ettei henkilö saanut päätöstä, ja valitse uusi tapa."


class DiedThemselves(Invalid):
    sentence = (
        "Päätös on annettava henkilölle itselleen. Valitse, että henkilö, jota päätös koskee, on kuollut."
    )


class SpeaksStill(Invalid):
    sentence = "Hän puhuu yhä henkilön puolesta. Valitse muu syy."


class NoDeputyNeeded(Invalid):
    sentence = "Henkilö on täysi-ikäinen, tai hänet on kirjattu kuolleeksi. Sijaista ei silloin haeta. Valitse muu syy."


class WhoDied(Invalid):
    sentence = "Päätös on annettava muulle kuin henkilölle itselleen. Valitse, että lapselle on ensin saatava sijainen."


class AnotherTookIt(Invalid):
    sentence = (
        "Päätös on annettu tiedoksi vain, jos sen sai %(name)s (hallintolaki 56 ja 60 §). Kirjoita nimi, kuten se on asiassa. Jos "
        "joku muu otti päätöksen vastaan, vastaa, ettei henkilö saanut päätöstä."
    )


class ChildsOwnCopy(Invalid):
    sentence = (
        "Viisitoista vuotta täyttänyt, ja lapsi, jonka ikää ei tiedetä, saa päätöksen itse: sijaista ei haeta hänen kappaleelleen. "
        "Valitse muu syy."
    )


class SpeaksNoMore(Invalid):
    sentence = (
        "Hän ei enää puhu henkilön puolesta: henkilö on täysi-ikäinen, tai edustajan tehtävä on päättynyt. Päätöstä ei anneta "
        "hänelle. Jos tapaa kysytään, valitse, ettei turvallista tapaa ole: henkilö saa päätöksen itse tai uuden edustajansa kautta."
    )


class NoAgent(Invalid):
    sentence = "Kenelläkään ei ole valtuutta ottaa päätöstä vastaan henkilön puolesta. Valitse muu tapa."


class WithoutCertificate(Invalid):
    sentence = "Luovutuksesta tehdään todistus, jonka luovuttaja ja vastaanottaja allekirjoittavat (hallintolaki 60 §)."


def record_recall(work: Work, recording: Recording) -> None:
    """Refuse to take back what a court has ruled on: the ruling, which waits for this decision to leave, would end the service
    of the next one (808/2019 122 §)."""
    if recording.text("recall") == "recall" and is_decision_coming(work, recording.case):
        raise CourtHasDecided(field="recall")


def record_posting(work: Work, recording: Recording) -> None:
    """Refuse a letter that left when its address was no longer safe, or without its enclosures."""
    delivery = _attempt(work, recording)
    if recording.text("posted") != "posted":
        if delivery is not None:
            work.stores.deliveries.change(delivery, state="replaced")
        return
    reader = served(work, recording.case, recording.task.business_key)
    posted_on = recording.day("posted_on") or work.today
    if receives_no_more(work, recording.case, recording.task.business_key, posted_on):
        raise SpeaksNoMore(field="posted")
    if not post_is_safe(work, recording.case, recording.task.business_key):
        lost = lost_on(work, recording.case, reader, "post")
        if lost is None or posted_on > lost:
            raise PostNotSafe(field="posted")
    require_postal_address(work, recording.case, reader, field="posted", on=posted_on)
    if serves_again_beside(recording.models) and is_owed_reason(
        work, recording.case, recording.task.business_key
    ):
        raise PostCameBack(field="posted")
    enclosed = recording.answers.get("enclosed")
    if not isinstance(enclosed, list) or not set(enclosed) >= ENCLOSED:
        raise LetterIncomplete(field="enclosed")


def record_delivery(work: Work, recording: Recording) -> None:
    """Refuse a letter to an address that was not safe, and what somebody got who was unsafe by then: no period runs from it.
    What failed is not waited for any more."""
    delivery = _attempt(work, recording)
    if recording.text("delivery_result") != "served":
        if delivery is not None:
            work.stores.deliveries.change(delivery, state="replaced")
        return
    case, key = recording.case, recording.task.business_key
    _require_safe(work, recording)
    if recording.text("delivery_channel") in POSTED and not (
        post_is_safe(work, case, key) or was_posted(work, case, key)
    ):
        raise PostNotSafe(field="delivery_channel")
    if delivery is not None and recording.text("delivery_channel") != delivery.channel:
        if has_posting_task(recording.models):
            raise NotThisWay(field="delivery_channel")
        # Versions before have no other task in which a letter that arrived could be recorded.
        work.stores.deliveries.change(delivery, channel=recording.text("delivery_channel"))
    if recording.text("delivery_channel") == HANDED and recording.text("proof") != "certificate":
        raise WithoutCertificate(field="proof")
    if delivery is not None:
        _require_recipient(work, recording, delivery)


def _require_safe(work: Work, recording: Recording) -> None:
    """Raise PartyNotSafe for what somebody got after the day of their mark; of the day itself see `ORDERS`. Raise SpeaksNoMore
    for what they got once they spoke for the person no more, PowerEnded for what an agent got without the power."""
    served_on = recording.day("served_on") or work.today
    unsafe = unsafe_since(work, recording.case, recording.task.business_key)
    if unsafe is not None and served_on > unsafe:
        raise PartyNotSafe(field="delivery_result")
    if receives_no_more(work, recording.case, recording.task.business_key, served_on):
        raise SpeaksNoMore(field="delivery_result")
    ended = power_ended_on(work, recording.case, recording.task.business_key)
    if ended is not None and served_on > ended:
        raise PowerEnded(field="delivery_result")


def _require_recipient(work: Work, recording: Recording, delivery: Delivery) -> None:
    """Raise AnotherTookIt if the name of the one who took the decision, or signed for it, is not that of the one on whom it
    is served: the person, their legal representative or their agent (434/2003 56, 60 §)."""
    typed = recording.text("handed_to")
    parties = work.stores.parties.ever_of_case(recording.case.id)
    served = next((each for each in parties if each.id == delivery.party_id), None)
    if not typed or served is None or not served.name:
        return
    if _plain(typed) not in CALLED.get(served.kind, ITSELF) and not _is_named(served, _plain(typed)):
        raise AnotherTookIt(field="handed_to", name=served.name)


def _is_named(party: Party, typed: str) -> bool:
    """True if the words hold the whole family name and one of the given names."""
    words = set(typed.split())
    family = set(_plain(str(party.identity.get("family_name") or "")).split())
    given = set(_plain(str(party.identity.get("given_names") or "")).split())
    return family <= words and bool(given & words if given else family)


def _plain(text: str) -> str:
    """Return the words alone: commas and capitals make no other name."""
    return " ".join("".join(each if each.isalnum() else " " for each in text.casefold()).split())


def record_way(work: Work, recording: Recording) -> None:
    """Refuse a letter to a person who has not called post safe: someone else may open it. Refuse a handover to somebody unsafe,
    and any way to who speaks for the person no more.

    The register as it is today decides, not the list of recipients, which may be weeks old.
    """
    case, key = recording.case, recording.task.business_key
    if recording.text("next_channel") != "none" and receives_no_more(work, case, key, work.today):
        raise SpeaksNoMore(field="next_channel")
    party = served(work, case, key)
    if recording.text("next_channel") == "agent" and agent_of(work.stores.parties.of_case(case.id)) is None:
        raise NoAgent(field="next_channel")
    if recording.text("next_channel") == HANDED and party is not None and party.is_unsafe:
        raise PartyNotSafe(field="next_channel")
    if recording.text("next_channel") in POSTED and not (
        post_is_safe(work, case, key) and address_of(work, case, key)
    ):
        raise PostNotSafe(field="next_channel")


def record_no_safe_service(work: Work, recording: Recording) -> None:
    """Keep the death of the person apart from that of another recipient: only the first ends the service on everybody."""
    case, key, why = recording.case, recording.task.business_key or "", recording.text("no_safe_why")
    party = named_after(key, work.stores.parties.ever_of_case(case.id))
    is_own = party is None or party.kind == "applicant"
    if why == RECIPIENT_DIED and is_own:
        raise DiedThemselves(field="no_safe_why")
    # Versions before ask only if "the person" has died, which of a guardian's copy says nothing of the child.
    if why == DEAD and not is_own and not recording.asks("died_on"):
        raise WhoDied(field="no_safe_why")
    if why == SPEAKS_NO_MORE and not receives_no_more(work, case, key, work.today):
        raise SpeaksStill(field="no_safe_why")
    if why == DEPUTY_NEEDED and recording.asks("died_on"):
        if not _may_need_deputy(work, case):
            raise NoDeputyNeeded(field="no_safe_why")
        if is_own and _has_own_say(work, case):
            raise ChildsOwnCopy(field="no_safe_why")
    died_on = recording.day("died_on")
    clienthood = clienthood_of(work, case) if kind_of(key) == REMOVAL else None
    if died_on is not None and clienthood is not None and died_on < clienthood.since:
        raise DiedBeforeAdmission(field="died_on")


def _may_need_deputy(work: Work, case: Case) -> bool:
    person = work.stores.parties.applicant_of(case.id)
    if person is not None and not person.is_minor_on(work.today):
        return False
    return not has_died(work, case)


def _has_own_say(work: Work, case: Case) -> bool:
    """Return True of a child of fifteen or more, who has the decision in their own right (434/2003 56 §), or whose age is not
    known."""
    person = work.stores.parties.applicant_of(case.id)
    age = age_of(person.identity, work.today) if person is not None else None
    return person is not None and (age is None or age >= OWN_SAY_AGE)


def _attempt(work: Work, recording: Recording) -> Delivery | None:
    return work.stores.deliveries.latest(recording.case.id, recording.task.business_key)
