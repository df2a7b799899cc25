"""The publish gate: checks everything that a deployment freezes, and what it may refer to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import PurePosixPath

from engine.bpmn import Finding
from engine.bpmn.checks import OperationShape, References
from engine.bpmn.findings import finding
from engine.bpmn.host_functions import FUNCTIONS
from engine.bpmn.proof_sentences import PROOF_SENTENCES
from engine.dmn import check as check_tables
from engine.dmn import parse_tables
from engine.domain.people import Role
from engine.domain.scenarios import is_scenario, read_scenario
from engine.errors import Refusal
from engine.guardrails import load_guardrails
from engine.guardrails.prover import Limit, Report
from engine.letters.checking import problems_of, stale_translations
from engine.letters.files import read_text
from engine.models.bundle import Bundle, names_read
from engine.models.diagram_gate import PUBLISHING, check_in_child, checked_and_proved
from engine.models.form_gate import form_findings
from engine.models.name_gate import name_findings
from engine.models.sections import SECTIONS, read_sections
from engine.models.table_gate import unreadable_tables
from forms.kept_by_content import kept_by_content
from forms.translations import read_translations

Files = Mapping[str, bytes]
Operations = Mapping[str, OperationShape]
Check = Callable[[Files, References, bytes | None, Limit], list[Finding]]
SEVERITIES = ("error", "warning", "advice")
OF_WAYS = frozenset(
    {*PROOF_SENTENCES, "dangling_flow", "no_start", "no_end", "unreachable", "no_way_on", "cannot_end"}
)
"""Findings about where a case can go, which hold whatever forms and tables say."""
TABLE = "table"
"""The code of a finding about a decision table: its sentence comes whole from `engine.dmn`."""
LETTER = "letter"
"""The code of a finding about a letter's text: its sentence comes from `engine.letters`."""

START_VARIABLES: Mapping[str, str] = {
    "channel": "self, referral or urgent",
    "applied_by": "person, or other: somebody else refers or calls for the person, who has to consent",
    "case_reference": "text",
    "received_at": "date and time",
    "language": "fi or sv: the language of our letters",
    "region": "south, west, east, north, aland or unknown: where the person is now",
    "is_child": "boolean: under 18, or unsure",
    "has_children": "boolean: children named in the application",
    "urgent_call": "yes or no: as the person on call wrote a call down",
    "in_danger": "yes, no or unknown",
    "in_detention": "yes, no or unknown",
    "removal_known": "yes, no or unknown: a day for leaving the country has been set",
    "removal_on": "date of a removal from the country that is known",
    "accommodation_needed": "yes, no or unknown: no safe place for the coming night",
    "child_with": "safe_adult, unsafe_adult, alone or unknown: with whom a person under 18 is now",
    "children_with": "with_parent, safe_adult, unsafe_adult, alone or unknown: with whom the person's children are now",
    "children_in_need": "yes or no: the application writes that a child of the person may need something at once",
    "ground_sought": "35_1, 35_2 or 35_3, as the applicant sees it",
    "parent_case": "text: reference of the parent's case, of a child's own case",
    "consent_recorded_by_referrer": "boolean",
    "wants_reminders": "boolean",
    "account_known": "yes or no: the application says something of what happened",
    "help_need_known": "yes or no: it says which help is needed",
}
"""Variables that every command gives the process of a new case, null where unknown: name to values."""
MESSAGES = {
    "parent_decided": frozenset({"parent_outcome"}),
    "notice_needed": frozenset({"notice", "notice_by", "notice_id"}),
    "enquiry_notice_needed": frozenset({"notice", "notice_by", "notice_id"}),
    "service_undone": frozenset({"recipient", "outcome", "document"}),
    "recipient_added": frozenset({"recipient", "outcome", "document", "is_added"}),
    "examination_owed": frozenset(
        {
            "reopened",
            "outcome",
            "consent_state",
            "oral_state",
            "contact_state",
            "case_class",
            "priority",
            "triage_reason",
            "in_finland",
            "stay_status",
            "representative_state",
            "investigation_known",
            "parent_outcome",
        }
    ),
    "contact_owed": frozenset({"outcome", "stay_status", "service_organiser", "wants_crime_report_help"}),
    "reflection_change_needed": frozenset(
        {"outcome", "correction_key", "reflection_running", "reflection_from", "reflection_until"}
    ),
    "paper_to_post": frozenset({"notice", "notice_id", "notice_document", "paper_to"}),
    "contact_change_reported": frozenset({"reported", "reported_at", "case_class"}),
    "age_changed": frozenset({"is_child", "case_class"}),
    "decision_spoken": frozenset({"case_class"}),
    "urgent_found": frozenset(),
    "spoken_settled": frozenset(),
    "oral_decision_denied": frozenset({"case_class"}),
    "court_decided": frozenset({"court_result", "outcome"}),
    "correction_overtaken": frozenset(),
    "decision_restored": frozenset({"outcome"}),
    "removal_needed": frozenset(
        {
            "outcome",
            "case_class",
            "leaving_wished",
            "correction_key",
            "removal_entry",
            "only_recipient",
            "is_added",
            "removal_proposal",
            "removal_ground",
            "takes_effect",
        }
    ),
    "appeal_received": frozenset(
        {
            "removal_signed",
            "others_signed",
            "outcome",
            "contact_state",
            "stay_status",
            "service_organiser",
            "wants_crime_report_help",
            "case_class",
        }
    ),
    "court_notice_needed": frozenset({"correction_key", "correction_state", "case_class"}),
    "correction_needed": frozenset(
        {
            "outcome",
            "contact_state",
            "stay_status",
            "service_organiser",
            "wants_crime_report_help",
            "case_class",
            "guardian_say_by",
            "target_on",
            "lapse_reason",
            "oral_state",
            "parent_outcome",
            "investigation_known",
        }
    ),
}
"""Variables that messages between cases, and from the registers of one, carry."""


def references_of(operations: Operations, files: Files) -> References:
    """Return what a bundle may refer to: its forms and tables, and the program's roles, operations and functions."""
    bundle = Bundle(files)
    return References(
        forms={key: frozenset(form.variable_names) for key, form in bundle.forms.items()},
        roles=frozenset(role.value for role in Role),
        operations=operations,
        tables={key: names_read(model) for key, model in bundle.tables.items()},
        variables=frozenset(START_VARIABLES),
        messages=MESSAGES,
        functions=frozenset(FUNCTIONS),
        conditions={key: form.condition_names for key, form in bundle.forms.items()},
    )


def check_files(
    operations: Operations,
    files: Files,
    *,
    apart: bool = False,
    limit: Limit = PUBLISHING,
    measure: Callable[[Report], None] = lambda _report: None,
) -> tuple[Finding, ...]:
    """Return the findings, errors first: errors block publication. The ways through the diagrams are judged whatever
    else is wrong.

    `apart`: check in a child process with limits on memory and time, for diagrams that may come from outside.
    `measure`: is given the report of the proof, where it is made in this process.
    """
    check = check_in_child if apart else partial(checked_and_proved, measure=measure)
    broken = tuple(unreadable(files))
    if broken:
        return worst_first((*broken, *_of_ways(check, operations, files, broken, limit)))
    drawn = check(files, references_of(operations, files), _guardrails(files), limit)
    return worst_first(
        (*drawn, *_of_tables(files), *form_findings(files), *_of_letters(files), *name_findings(files))
    )


def _guardrails(files: Files) -> bytes | None:
    return next((data for path, data in sorted(files.items()) if path.endswith("guardrails.json")), None)


def _of_ways(
    check: Check, operations: Operations, files: Files, broken: Iterable[Finding], limit: Limit
) -> Iterator[Finding]:
    """Yield what is wrong with the ways through the diagrams, beside files that can't be read: a form or a table that
    is missing now changes no way."""
    unread = {each.values.get("file") for each in broken}
    kept = {
        path: data
        for path, data in files.items()
        if path.endswith((".bpmn", ".dmn", "guardrails.json")) and path not in unread
    }
    yield from (
        each
        for each in check(kept, references_of(operations, kept), _guardrails(kept), limit)
        if each.code in OF_WAYS and not each.code.startswith("guardrail_table")
    )


def worst_first(found: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(found, key=lambda each: SEVERITIES.index(each.severity)))


def unreadable(files: Files) -> Iterator[Finding]:
    """Yield a finding for each file that can't be read, except diagrams: their checks report that themselves."""
    yield from (each for each in form_findings(files) if each.severity == "error")
    for path, data in sorted(files.items()):
        if path.endswith(".dmn"):
            yield from unreadable_tables(path, data)
            continue
        reason = _problem(path, data)
        if reason is not None:
            yield finding("unreadable", file=path, reason=reason)


@kept_by_content(300)
def _problem(path: str, data: bytes) -> str | None:
    """Return why a translation, a letter text or a JSON file can't be read; None if it can, and for all
    other files, which have checks of their own."""
    read = _READERS.get(PurePosixPath(path).suffix)
    if read is None:
        return None
    try:
        read(path, data)
    except (Refusal, ValueError, KeyError, TypeError, AttributeError, RecursionError) as broken:
        return str(broken) or type(broken).__name__
    return None


def _of_tables(files: Files) -> Iterator[Finding]:
    for path, data in sorted(files.items()):
        if path.endswith(".dmn"):
            yield from _of_table(path, data)


@kept_by_content(200)
def _of_table(path: str, data: bytes) -> tuple[Finding, ...]:
    return tuple(
        Finding(
            TABLE, each.severity, None, each.rule, f"{each.decision}: {each.sentence}", "", {"file": path}
        )
        for each in check_tables(parse_tables(data))
    )


def _of_letters(files: Files) -> Iterator[Finding]:
    for path, data in sorted(files.items()):
        if not path.endswith(".toml"):
            continue
        for each in problems_of(read_text(data)):
            values = {"file": path, "sentence": each.sentence, **each.values}
            yield Finding(LETTER, each.severity, None, each.place, each.sentence_in("fi"), "", values)


def stale_letters(before: Files, after: Files) -> tuple[Finding, ...]:
    """Return a warning for each translation of a letter that was left behind when its Finnish text changed."""
    return tuple(
        Finding(
            LETTER,
            each.severity,
            None,
            each.place,
            each.sentence_in("fi"),
            "",
            {"file": path, "sentence": each.sentence, **each.values},
        )
        for path, data in sorted(after.items())
        if path.endswith(".toml") and before.get(path, data) != data
        for each in stale_translations(read_text(before[path]), read_text(data))
    )


_READERS: Mapping[str, Callable[[str, bytes], object]] = {
    ".po": lambda _path, data: read_translations(data),
    ".toml": lambda _path, data: read_text(data),
    ".json": lambda path, data: _json_reader(path)(data),
}


def _json_reader(path: str) -> Callable[[bytes], object]:
    if is_scenario(path):
        return read_scenario
    return read_sections if path == SECTIONS else load_guardrails
