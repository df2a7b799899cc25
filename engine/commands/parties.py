"""Parties: change, add and remove them, and stop what goes to the applicant by their code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from engine.casework.age_changes import follow_age, of_age_born
from engine.casework.answers import judge, sealed_by_class
from engine.casework.appeals import (
    MAIL_RETURNED,
)
from engine.casework.birth_dates import changed_birth, outdated_in
from engine.casework.case_dates import problems_of_birth
from engine.casework.case_records import open_content, permit_party
from engine.casework.contact_reports import (
    CONTACT_CHANGE,
    ask_caseworker,
    follow_shared_ways,
    follow_unsafe,
    report_contact_change,
)
from engine.casework.known_dangers import problems_of_known_danger
from engine.casework.letters_under_way import (
    REBUTS,
    RECEIVED,
    UNSAFE,
    UnderWay,
    confirm_receipt,
    doubt,
    letters_under_way,
    presumed_letters,
    problems_of_letters,
    problems_of_receipt,
    rebut,
)
from engine.casework.page_drafts import HeldDraft, end_draft
from engine.casework.party_changes import PARTY, Effects, changes_of, letter_waits, release, store_change
from engine.casework.protection_orders import follow_protection, protect_if_known
from engine.casework.search_keys import renew_search_keys
from engine.casework.shared_ways import post_of, unsafe_of, ways_lost
from engine.casework.speakers import problems_of_guardian
from engine.casework.unsafe_persons import mark_if_known
from engine.commands.cases import may_serve_again, serve_again
from engine.commands.tasks import finish
from engine.domain.cases import Case, CaseState
from engine.domain.parties import (
    CONTACT,
    IDENTITY,
    KINDS,
    RECEIVE_DECISIONS,
    SERVED_BY_LAW,
    DetailsRejected,
    Ground,
    LetterUnderWay,
    NothingChanged,
    NotRemovable,
    PartyChanged,
    PartyDetails,
    problems_of,
    problems_of_same_number,
)
from engine.domain.policy import Action
from engine.errors import Invalid
from engine.executor import Command, Work
from engine.executor.permissions import require_proof_to_let_in
from engine.operations.corrected_notices import correct_notices
from engine.operations.serving import owe_to_added
from engine.storage.parties import Party
from forms.views import variables


@dataclass(frozen=True)
class ChangeParty(Command[Effects]):
    """Record how a party is now, from where that is known and why. Return what followed at once.

    `seen` is the version that the page showed: PartyChanged when somebody changed the party meanwhile.
    """

    reference: str
    party_id: UUID
    seen: int
    details: PartyDetails
    ground: Ground
    letters_address: str = ""
    """Of letters under way to the party: safe, unsafe or unknown. Asked when their ways change."""
    letters_received: str = ""
    """Of letters presumed received: one of RECEIPTS. Owed once post is not safe any more."""
    same_number: str = ""
    """``safe`` if the person confirmed that calls, or text messages, are safe still to a number where the other is not."""
    draft: HeldDraft | None = None
    again_safe: str = ""
    """``safe`` if the person confirmed that an address is safe which was marked unsafe before."""

    def permit(self, work: Work) -> None:
        require_proof_to_let_in(work, permit_party(work, self.reference, Action.CHANGE_PARTY))

    def execute(self, work: Work) -> Effects:
        case = open_content(work, self.reference)
        before = work.stores.parties.get(case.id, self.party_id)
        if before.version != self.seen:
            raise PartyChanged
        after = _as_stated(before, self.details)
        problems = self._problems(work, case, before)
        is_asked = before.held_at is not None or changes_of(before, after)["contact"]
        letters = letters_under_way(work, case, before) if is_asked else ()
        problems |= problems_of_letters(letters, self.letters_address, before, after)
        presumed = presumed_letters(work, case, before) if is_asked else ()
        problems |= problems_of_receipt(presumed, self.letters_received, before, after)
        problems |= problems_of_same_number(before.contact, after.contact, self.same_number)
        problems |= problems_of_known_danger(work, case, before, after, self.again_safe)
        if problems:
            raise DetailsRejected(problems)
        after = of_age_born(before, after, work)
        if before.held_at is None and not any(changes_of(before, after).values()):
            raise NothingChanged(field="reason")
        follow_age(work, case, before, after)
        # Two who change one party at once: the second is run again, and finds another version.
        work.save_case(case)
        end_draft(work, case, self.draft)
        # The age may just have changed the class, by which a clock goes on.
        newest = work.stores.cases.get(case.id)
        effects = release(work, newest, before, after, self.ground)
        work.record(case.id, "party_changed", after.kind)
        if after.is_unsafe and not before.is_unsafe:
            work.record(case.id, "party_marked_unsafe", after.kind, party=str(after.id))
            follow_unsafe(work, case, after)
        self._follow_ways(work, case, before, after, letters)
        if after.is_protected and not before.is_protected:
            follow_protection(work, case, after)
        is_rebutted = bool(presumed) and self.letters_received in REBUTS
        is_owed = effects.is_untold or is_rebutted or (bool(letters) and self.letters_address == UNSAFE)
        _tell_the_rest(work, case, before, is_owed=is_owed)
        if changed_birth(before, after):
            owed = correct_notices(work, case, before, after)
            effects = replace(effects, outdated=len(outdated_in(work, case)), is_police_owed=owed)
        _owe_decisions(work, case, before, after)
        # Last: what is served anew begins with the ways as they are now.
        self._settle_presumed(work, case, presumed)
        return effects

    def _problems(self, work: Work, case: Case, before: Party) -> dict[str, Invalid]:
        problems = dict(problems_of(self.details, self.ground, work.today))
        if "born_on" not in problems:
            problems |= problems_of_birth(work, case, before.kind, self.details.identity.get("born_on"))
        return problems | (
            problems_of_guardian(work, case, before.kind, "powers") if self.details.powers else {}
        )

    def _settle_presumed(self, work: Work, case: Case, presumed: tuple[UnderWay, ...]) -> None:
        if not presumed or not self.letters_received:
            return
        heard_on = self.ground.source_on or work.today
        work.record(case.id, "letters_receipt_asked", self.letters_received, heard_on=heard_on.isoformat())
        if self.letters_received == RECEIVED:
            confirm_receipt(work, case, presumed)
        elif self.letters_received in REBUTS:
            for each in presumed:
                self._serve_anew(work, work.stores.cases.get(case.id), each)

    def _serve_anew(self, work: Work, case: Case, letter: UnderWay) -> None:
        delivery = work.stores.deliveries.latest(case.id, letter.key)
        waits = work.stores.subscriptions.find(case.id, MAIL_RETURNED, letter.key) is not None
        if delivery is None or not (waits or may_serve_again(work, case, delivery)):
            return
        if not rebut(work, case, letter, self.letters_received):
            serve_again(work, case, delivery)

    def _follow_ways(
        self, work: Work, case: Case, before: Party, after: Party, letters: tuple[UnderWay, ...]
    ) -> None:
        """Take a way that is not safe for the party from others who have the same address or number."""
        lost = ways_lost(before, after)
        if letters:
            work.record(case.id, "letters_address_asked", self.letters_address)
            if self.letters_address == UNSAFE:
                lost |= post_of(before)
                doubt(work, case, letters)
        follow_shared_ways(work, case, after, lost)


@dataclass(frozen=True)
class AddParty(Command[UUID]):
    """Somebody comes to speak for the person, or must be kept away from them."""

    reference: str
    details: PartyDetails
    ground: Ground
    draft: HeldDraft | None = None

    def permit(self, work: Work) -> None:
        require_proof_to_let_in(work, permit_party(work, self.reference, Action.CHANGE_PARTY))

    def execute(self, work: Work) -> UUID:
        case = open_content(work, self.reference)
        details = self.details
        problems = dict(problems_of(details, self.ground, work.today))
        if details.kind not in KINDS:
            problems["kind"] = Invalid("Valitse, mikä hänen osansa asiassa on.")
        problems |= problems_of_guardian(work, case, details.kind, "kind")
        if problems:
            raise DetailsRejected(problems)
        work.save_case(case)
        end_draft(work, case, self.draft)
        party_id = work.stores.parties.add(
            case.id,
            details.kind,
            _named(details.identity, IDENTITY),
            _named(details.contact, CONTACT),
            work.now,
            is_unsafe=details.is_unsafe,
            is_recipient=details.kind in SERVED_BY_LAW or RECEIVE_DECISIONS in details.powers,
            is_protected=details.is_protected,
            powers=sorted(details.powers),
            authorised_on=details.authorised_on,
        )
        renew_search_keys(work, case.id)
        work.stores.corrections.add(
            case.id,
            PARTY,
            party_id,
            "addition",
            ground=self.ground,
            changes={},
            actor=work.actor,
            moment=work.now,
        )
        work.record(case.id, "party_added", details.kind)
        if details.is_unsafe:
            work.record(case.id, "party_marked_unsafe", details.kind, party=str(party_id))
        added = mark_if_known(work, case, work.stores.parties.get(case.id, party_id))
        if added.is_unsafe:
            follow_unsafe(work, case, added)
        if details.is_protected:
            follow_protection(work, case, added)
        else:
            protect_if_known(work, case, added)
        follow_shared_ways(work, case, added, unsafe_of(added))
        _owe_decisions(work, case, None, added)
        return party_id


def _owe_decisions(work: Work, case: Case, before: Party | None, party: Party) -> None:
    """Serve what was signed before on who has come to speak for the person since, with a period of their own (434/2003 56 §)."""
    was_served = before is not None and before.is_recipient and not before.is_unsafe
    if party.is_recipient and not party.is_unsafe and not was_served:
        owe_to_added(work, case, work.instances.models(case.deployment_id), party)


@dataclass(frozen=True)
class RemoveParty(Command[Effects]):
    """Somebody is a party no more: a mandate has ended, a guardian has changed. Their row and its history stay."""

    reference: str
    party_id: UUID
    seen: int
    ground: Ground
    draft: HeldDraft | None = None

    def permit(self, work: Work) -> None:
        require_proof_to_let_in(work, permit_party(work, self.reference, Action.CHANGE_PARTY))

    def execute(self, work: Work) -> Effects:
        case = open_content(work, self.reference)
        before = work.stores.parties.get(case.id, self.party_id)
        if before.version != self.seen:
            raise PartyChanged
        if before.kind in ("applicant", "child"):
            raise NotRemovable
        if letter_waits(work, case, before):
            raise LetterUnderWay
        problems = problems_of(PartyDetails(before.kind, {}, {}), self.ground, work.today)
        if problems:
            raise DetailsRejected(problems)
        work.save_case(case)
        end_draft(work, case, self.draft)
        removed = replace(before, removed_at=work.now, is_recipient=False, powers=())
        effects = store_change(work, case, before, removed, self.ground, kind="removal")
        work.record(case.id, "party_removed", before.kind)
        if effects.is_code_ended or effects.links_ended > effects.links_sent:
            ask_caseworker(work, case, reported=False)
        return effects


@dataclass(frozen=True)
class StopContactByCode(Command[bool]):
    """The applicant says with their code that a way is not safe any more: nothing goes out until a caseworker has asked.

    Stopping harms nobody, so the code is enough; a new way is never taken from it, because others may hold the code too.
    False when the code opens nothing that could be stopped.
    """

    code: str

    def permit(self, work: Work) -> None:
        """Anyone who knows the applicant's code; a referrer's code opens nothing here."""

    def execute(self, work: Work) -> bool:
        plain = "".join(character for character in self.code if character.isdigit())
        application = work.stores.applications.by_code(plain)
        if application is None or application.is_referrers_code:
            return False
        case = work.stores.cases.get(application.case_id)
        if case.state is CaseState.CLOSED:
            return False
        work.save_case(case)
        report_contact_change(work, case, "code")
        return True


def _as_stated(before: Party, details: PartyDetails) -> Party:
    """Merge: what the page does not show stays as it was, and so does the reason of the person for leaving a question."""
    by_law = before.kind in SERVED_BY_LAW
    return replace(
        before,
        identity={**before.identity, **_stated(before.identity, _named(details.identity, IDENTITY))},
        contact={**before.contact, **_stated(before.contact, _named(details.contact, CONTACT))},
        is_unsafe=details.is_unsafe,
        is_protected=details.is_protected,
        powers=tuple(sorted(details.powers)),
        authorised_on=details.authorised_on,
        is_recipient=by_law or RECEIVE_DECISIONS in details.powers,
    )


def _stated(before: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value for name, value in values.items() if value or not isinstance(before.get(name), Mapping)
    }


def _named(values: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: values[name] for name in names if name in values}


def _tell_the_rest(work: Work, case: Case, held: Party, *, is_owed: bool) -> None:
    """Complete the task that waited for this change, once nobody else waits for it; or ask a caseworker to tell by a safe
    way what did not leave, or what left for an address that is not safe."""
    case = work.stores.cases.get(case.id)
    waiting = [each for each in work.stores.tasks.open_in(case.id) if each.form_key == CONTACT_CHANGE]
    others = any(each.held_at is not None for each in work.stores.parties.of_case(case.id))
    if held.held_at is not None and waiting and not others:
        task = waiting[0]
        definition = work.instances.models(case.deployment_id).form(CONTACT_CHANGE)
        answers = judge(work, definition, None, {"contact_outcome": "recorded"})
        work.stores.submissions.add(
            case_id=case.id,
            form_key=CONTACT_CHANGE,
            deployment_id=case.deployment_id,
            by_class=sealed_by_class(definition, answers),
            sent_at=work.now,
            task_id=task.id,
            sent_by=work.actor.person_id,
            sent_by_role=task.candidate_group.value,
        )
        finish(work, case, task, variables(definition, answers))
    elif is_owed and not (held.held_at is not None and waiting):
        ask_caseworker(work, case, reported=False)
