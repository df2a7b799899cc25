"""Record of one exported case, with the lookups that the rules share."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from . import moments

Row = Mapping[str, Any]
SPEAKERS = frozenset({"guardian", "representative", "trustee"})
OPENINGS = frozenset({"application", "child_application", "phone_intake", "referral"})
ADMITTED = frozenset({"admitted_35_1", "admitted_35_2", "admitted_35_3"})
MERITS = ADMITTED | {"not_admitted"}
REFLECTION = "reflection"
ADULT = 18


class Record:
    """Export of one case, tolerant of missing keys."""

    def __init__(self, export: Mapping[str, Any]) -> None:
        self.export = export
        self.case: Row = export.get("case") or {}
        self.people: dict[str, Row] = {row["id"]: row for row in self.rows("people") if row.get("id")}
        self.parties: dict[str, Row] = {row["id"]: row for row in self.rows("parties") if row.get("id")}

    def rows(self, name: str) -> list[Row]:
        """List the rows of a table."""
        found = self.export.get(name)
        return [row for row in found if isinstance(row, Mapping)] if isinstance(found, list) else []

    def events(self, *kinds: str) -> list[Row]:
        """List the events of given kinds."""
        return [row for row in self.rows("events") if row.get("kind") in kinds]

    def milestones(self, *names: str) -> list[Row]:
        """List the milestones of given names."""
        return [row for row in self.rows("milestones") if row.get("name") in names]

    def submissions(self, *forms: str) -> list[Row]:
        """List the submissions of given forms."""
        return [row for row in self.rows("submissions") if row.get("form_key") in forms]

    def resolutions(self, is_reflection: bool = False, signed: bool = True) -> list[Row]:
        """List the resolutions of the case itself, or of its reflection period."""
        found = [
            row for row in self.rows("resolutions") if (REFLECTION in str(row.get("kind"))) == is_reflection
        ]
        if not is_reflection:
            found = [row for row in found if row.get("kind") == "admission"]
        return [row for row in found if row.get("signed_at")] if signed else found

    def died(self, at: Any = None) -> bool:
        """Tell a death that ended the matter, confirmed at or before a moment."""
        forms = [row for row in self.submissions("withdraw") if answers(row).get("withdrawal") == "confirmed"]
        forms = [row for row in forms if answers(row).get("lapse_reason") == "death"]
        return any(at_or_before(row.get("sent_at"), at) for row in forms)

    def sent_back(self) -> list[Row]:
        """List what courts annulled or returned, but removals."""
        ended = [row for row in self.events("appeal_ended") if facts(row).get("decision") != "removal"]
        return [row for row in ended if row.get("subject") in ("annulled", "returned")]

    def restored(self) -> set[str]:
        """Tell the appeals whose rulings the supreme court undid, at the authority's own appeal."""
        ended = [row for row in self.events("own_appeal_ended") if row.get("subject") == "restored"]
        return {str(facts(row).get("business_key")) for row in ended}

    def begun_anew(self, after: Any, before: Any) -> bool:
        """Tell a matter that a court or the signer sent back, or whose decision was recalled, between two moments."""
        moments_of = [row.get("at") for row in [*self.sent_back(), *self.events("resolution_recalled")]]
        reassessed = [
            row for row in self.submissions("sign_resolution") if answers(row).get("signature") == "reassess"
        ]
        moments_of += [row.get("sent_at") for row in reassessed]
        return any(at_or_before(after, at) and at_or_before(at, before) for at in moments_of)

    def applies_self(self, at: Any) -> bool:
        """Tell a person who applies themselves instead of the referral, at or before a moment."""
        return any(at_or_before(row.get("at"), at) for row in self.events("applies_self"))

    def deliveries(self, resolution: Row) -> list[Row]:
        """List the attempts to serve a resolution."""
        return [row for row in self.rows("deliveries") if row.get("resolution_id") == resolution.get("id")]

    @property
    def opening(self) -> Row | None:
        """Find the submission that opened the case."""
        application = self.export.get("application") or {}
        for row in self.rows("submissions"):
            if application.get("submission_id") == row.get("id") and row.get("id"):
                return row
        return next((row for row in self.submissions(*OPENINGS) if not row.get("task_id")), None)

    @property
    def applicant(self) -> Row | None:
        """Find the person that the case concerns."""
        people = [row for row in self.parties.values() if row.get("kind") in ("applicant", "child", "person")]
        # Siblings of a child's case stand in it as children.
        people.sort(key=lambda row: row.get("kind") != "applicant")
        return people[0] if people else None

    @property
    def is_own(self) -> bool:
        """Tell an application by the person or the one who speaks for the person from any other."""
        opening = self.opening
        if opening is None:
            return self.case.get("channel") == "self" or bool(self.case.get("parent_id"))
        if opening.get("form_key") == "phone_intake":
            return answers(opening).get("caller") == "person"
        return opening.get("form_key") in ("application", "child_application")

    @property
    def is_erased(self) -> bool:
        """Tell a case whose contents have been erased, in part or whole."""
        return bool(self.events("content_erased")) or any(
            row.get("destroyed_at") for row in self.rows("retention")
        )

    @property
    def closed_at(self) -> datetime | None:
        """Find the moment of closing."""
        return moments.moment(self.case.get("closed_at"))

    def born_on(self, party: Row | None) -> date | None:
        """Find a party's birth date."""
        return moments.day(((party or {}).get("identity") or {}).get("born_on"))

    def age(self, party: Row | None, value: Any) -> int | None:
        """Count a party's age at a moment or on a day."""
        born, on = self.born_on(party), moments.day(value)
        return moments.age(born, on) if born and on else None

    def is_child(self, party: Row | None, value: Any) -> bool:
        """Tell a child at a moment or on a day: by the birth date, without one by the mark."""
        years = self.age(party, value)
        if years is None:
            return bool((party or {}).get("is_minor"))
        return years < ADULT or self.is_doubted(party)

    def is_doubted(self, party: Row | None) -> bool:
        """Tell a person whom staff take for a child though the date is an adult's (746/2011 5 §)."""
        return ((party or {}).get("identity") or {}).get("age_doubted") == "yes"

    def roles(self, person_id: Any) -> set[str]:
        """List the roles of a member of staff as they are today."""
        return set((self.people.get(str(person_id)) or {}).get("roles") or [])

    def task(self, task_id: Any) -> Row | None:
        """Find a task."""
        return next((row for row in self.rows("tasks") if task_id and row.get("id") == task_id), None)

    def by_key(self, name: str, key: Any) -> list[Row]:
        """List the rows of a table with a business key."""
        return [row for row in self.rows(name) if key and row.get("business_key") == key]


Rule = Callable[[Record], Iterator[str]]


def answers(submission: Row | None) -> Mapping[str, Any]:
    """Read the answers of a submission."""
    found = (submission or {}).get("answers")
    return found if isinstance(found, Mapping) else {}


def facts(event: Row) -> Mapping[str, Any]:
    """Read the facts of an event."""
    found = event.get("facts")
    return found if isinstance(found, Mapping) else {}


def at_or_before(value: Any, limit: Any) -> bool:
    """Compare two moments; an unknown one is in order."""
    first, last = moments.moment(value), moments.moment(limit)
    return first is None or last is None or first <= last


def last_before(rows: list[Row], key: str, limit: Any) -> Row | None:
    """Find the last recorded row at or before a moment."""
    found = [row for row in rows if row.get(key) and at_or_before(row.get(key), limit)]
    return found[-1] if found else None
