"""Each registered operation keeps to its declaration, and does nothing more when it is called twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import delete, select

from engine.casework.reaching import CONTACT_OWED
from engine.feel.values import to_json
from engine.operations import OPERATIONS
from engine.operations.declaration import READS_ONLY
from engine.storage.tables import METADATA
from engine.storage.tables.processes import OPERATION_RUNS
from tests.conventions.tracked import ROOT
from tests.support.answers import request as row
from tests.support.story import Story

DUE = date(2026, 11, 16)
REQUEST = {"id": "REQ-1", "kind": "information", "recipient": "applicant", "wants_reminders": True}
RECIPIENT = {"id": "DEL-PERSON", "kind": "person", "post_is_safe": True, "address_known": True}
OF_KIND: Mapping[str, Any] = {
    "text": "1",
    "number": 1,
    "boolean": True,
    "date": DUE,
    "date and time": datetime(2026, 11, 2, 7, tzinfo=UTC),
    "request": REQUEST,
    "recipient": RECIPIENT,
    "retention plan": [{"data_class": "narrative", "keep": "P5Y", "count_from": "closed", "basis": "x"}],
}
"""Arguments for an operation, by the kind of the input."""
OF_NAME: Mapping[str, Any] = {
    "case_class": "normal",
    "channel_now": "electronic",
    "choice": "proceed",
    "document": "resolution",
    "is_restored": False,
    "notice": "service_handover",
    "outcome": "admitted_35_1",
    "outcome_proposed": "not_admitted",
    "reply_state": None,
    "target_days": 30,
}
"""Inputs that hold one word of a list, or a number that makes sense."""
PYTHON: Mapping[str, type | tuple[type, ...]] = {
    "text": str,
    "number": (int, Decimal),
    "boolean": bool,
    "date": date,
    "date and time": datetime,
    "request": Mapping,
    "recipient": Mapping,
}


OF_THE_VERSION = {("cases", "version"), ("cases", "changed_at")}


@dataclass
class Handed(dict[str, Any]):
    """Variables that remember which of them were read."""

    read: set[str] = field(default_factory=set)

    def __getitem__(self, name: str) -> Any:
        self.read.add(name)
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        self.read.add(name)
        return super().get(name, default)


OF_OPERATION: Mapping[str, Mapping[str, Any]] = {"change_class": {"case_class": "urgent"}}
"""Inputs without which an operation has nothing to change."""


def handed(name: str) -> Handed:
    variables = Handed()
    variables.update(
        {each: OF_NAME.get(each, OF_KIND.get(kind)) for each, kind in OPERATIONS[name].inputs.items()}
    )
    variables.update(OF_OPERATION.get(name, {}))
    return variables


def rows(operate: Any) -> dict[str, frozenset[str]]:
    """Every table as it is; the version of a case, and its moment, count the transactions of this test."""

    def look(work: Any) -> dict[str, frozenset[str]]:
        return {
            table.name: frozenset(
                repr({key: value for key, value in row.items() if (table.name, key) not in OF_THE_VERSION})
                for row in work.stores.unit.execute(select(table)).mappings()
            )
            for table in METADATA.sorted_tables
        }

    found: dict[str, frozenset[str]] = operate.inside(look)
    return found


@pytest.fixture
def lived(story: Story, operate: Any, name: str) -> Any:
    """A referred case in which everything that stands before the operation has happened."""
    story.is_referred()

    def prepare(work: Any, case: Any) -> None:
        work.stores.parties.add(case.id, "child", {"given_names": "Eeli"}, {}, work.now)
        work.stores.consents.record(
            case.id,
            purpose="tell_referrer_outcome",
            recipient="referrer",
            state="given",
            text_version="1",
            recorded_by_role="caseworker",
            moment=work.now,
        )
        _written(work, case)
        asked = [{**each, "due_on": DUE} for each in (row("applicant", DUE), row("referrer", DUE))]
        work.stores.submissions.add(
            case_id=case.id,
            form_key="new_information_request",
            deployment_id=case.deployment_id,
            by_class={"narrative": to_json({"requests": asked})},
            sent_at=work.now,
        )

        work.stores.oral_decisions.record(
            case.id,
            outcome="admitted_35_1",
            given_by=None,
            given_at=work.now,
            reasons="",
            moment=work.now,
        )
        work.stores.resolutions.prepare(
            case.id,
            number=f"{case.reference}-P",
            kind="removal",
            outcome="removed",
            language="fi",
            content={},
            content_sha256="",
            prepared_by=None,
            moment=work.now,
        )
        removal = work.stores.resolutions.latest(case.id, "removal")
        letter = work.stores.documents.add(
            case.id, kind="resolution", title="Päätös", content=b"%PDF-", moment=work.now
        )
        work.stores.resolutions.sign(removal, None, letter, work.now)
        work.stores.deliveries.open(
            case.id,
            resolution_id=removal.id,
            document_id=None,
            party_id=None,
            business_key="POI-1",
            channel="in_person",
        )
        received = work.stores.deliveries.latest(case.id, "POI-1")
        work.stores.deliveries.change(received, state="served", served_on=work.today)

    operate.read(prepare)
    for before in (each for each in OPERATIONS if each == name or each not in OF_OPERATION):
        if before == "mark_final":
            operate.read(_serve_all)
        if before == name:
            break
        operate(before, **handed(before))
    if name in _JUST_BEFORE:
        operate.read(_JUST_BEFORE[name])
    # A receipt is issued once a case, and the story has issued it.
    forget = delete(OPERATION_RUNS).where(OPERATION_RUNS.c.run_key.startswith(name))
    operate.inside(lambda work: work.stores.unit.execute(forget))
    return operate


def _serve_all(work: Any, case: Any) -> None:
    """Nothing is final that somebody has not received, or while a court has an appeal."""
    work.record(case.id, "appeal_ended", "upheld", business_key="1")
    for each in work.stores.deliveries.of_case(case.id):
        work.stores.deliveries.change(each, state="served", served_on=work.today)


def _serve_another(work: Any, case: Any) -> None:
    """The decision is signed and served on somebody, and not on everybody whom it concerns."""
    work.record(case.id, "resolution_signed", "admission")
    (signed, *_) = (each for each in work.stores.resolutions.of_case(case.id) if each.kind == "admission")
    work.stores.deliveries.open(
        case.id,
        resolution_id=signed.id,
        document_id=None,
        party_id=None,
        business_key="DEL-ANOTHER",
        channel="in_person",
    )


def _contact_another(work: Any, case: Any) -> None:
    """Somebody tries to reach the person after a decision before."""
    given = {"outcome": "admitted_35_1", "stay_status": None, "service_organiser": None}
    work.instances.start(case, CONTACT_OWED, {**given, "wants_crime_report_help": None})


def _correct_reflection(work: Any, case: Any) -> None:
    """The words of a reflection period that the police know of are corrected."""
    corrects = {"key": "1", "kind": "reflection_period", "outcome": "reflection_period"}
    _sign(
        work,
        case,
        ("KJ", "correction", "corrected_copy"),
        {
            "correction": {**corrects, "corrects": "H", "decided_on": DUE.isoformat()},
            "answers": to_json({"reflection_from": DUE, "reflection_until": DUE}),
        },
    )


def _replace_reflection(work: Any, case: Any) -> None:
    """A period of which the police were notified was not given after all."""
    _sign(work, case, ("H", "reflection_period", "reflection_period"), {})
    notice = work.stores.documents.add(
        case.id, kind="notice_police_reflection", title="Ilmoitus", content=b"%PDF-", moment=work.now
    )
    work.record(case.id, "notice_sent", "police_reflection", document=str(notice))
    corrects = {"key": "1", "corrects": "H", "decided_on": DUE.isoformat()}
    _sign(work, case, ("H2", "reflection_period", "reflection_refused"), {"correction": corrects})


_JUST_BEFORE: Mapping[str, Callable[[Any, Any], None]] = {
    "serve_added_recipients": _serve_another,
    "correct_police_notice": _correct_reflection,
    "take_back_police_notice": _replace_reflection,
    "take_over_contact": _contact_another,
}
"""Preparations of operations that act on what no other operation brings about."""


def _sign(work: Any, case: Any, named: tuple[str, str, str], content: Mapping[str, Any]) -> None:
    number, kind, outcome = named
    prepared = work.stores.resolutions.prepare(
        case.id,
        number=number,
        kind=kind,
        outcome=outcome,
        language="fi",
        content=content,
        content_sha256="",
        prepared_by=None,
        moment=work.now,
    )
    letter = work.stores.documents.add(
        case.id, kind="resolution", title="Päätös", content=b"%PDF-", moment=work.now
    )
    (found,) = (each for each in work.stores.resolutions.of_case(case.id) if each.id == prepared)
    work.stores.resolutions.sign(found, None, letter, work.now)


def _written(work: Any, case: Any) -> None:
    """Hand in the forms that letters quote: a letter with a gap is not made."""
    for form_key, key, answers in (
        ("assessment", None, {"hearing_told": "Poliisin lausunto."}),
        ("removal_assessment", None, {"hearing_told": "Olet kertonut haluavasi pois."}),
        ("appeal_arrival", None, {"appeal_received_on": DUE}),
        ("appeal_opinion", "1", {"opinion": "Päätös on oikea."}),
    ):
        work.stores.submissions.add(
            case_id=case.id,
            form_key=form_key,
            deployment_id=case.deployment_id,
            by_class={"decision": to_json(answers)},
            sent_at=work.now,
            business_key=key,
        )
    work.record(case.id, "appeal_registered", "post", business_key="1", received_on=DUE.isoformat())
    work.record(case.id, "correction_begun", "1", business_key="1", decided_on=DUE.isoformat())
    _sign(work, case, ("1", "admission", "not_admitted"), {})


@pytest.mark.parametrize("name", OPERATIONS)
def test_it_keeps_to_its_declaration_and_called_twice_does_nothing_more(lived: Any, name: str) -> None:
    operation, before, variables = OPERATIONS[name], rows(lived), handed(name)
    result = lived.visit("this visit", name, variables)
    after = rows(lived)
    _require_declared(operation, variables, result, before, after)

    lived.story.world.clock.passes(hours=1)
    assert lived.visit("this visit", name, handed(name)) == result
    assert rows(lived) == after


def _require_declared(
    operation: Any,
    variables: Handed,
    result: Mapping[str, Any],
    before: Mapping[str, frozenset[str]],
    after: Mapping[str, frozenset[str]],
) -> None:
    assert variables.read <= set(operation.inputs), "reads what is not declared"
    assert set(result) == set(operation.outputs), "returns what is not declared, or not what is"
    for each, kind in operation.outputs.items():
        python = PYTHON.get(kind, list)
        assert result[each] is None or isinstance(result[each], python), f"{each} is no {kind}"
    changed = {table for table in before if before[table] != after[table]} - {OPERATION_RUNS.name}
    assert (changed == set()) is (operation.once is READS_ONLY)
    events = {_kind_of(event) for event in after["case_events"] - before["case_events"]}
    assert events <= set(operation.records), "records what is not declared"
    sent = after["outbox_messages"] - before["outbox_messages"]
    assert operation.sends or not sent, "sends, and does not say so"
    texts = {path.stem for path in (ROOT / "processes").glob("*/texts/mail_*.toml")}
    assert {_kind_of(message) for message in sent} <= texts, "sends a mail without a text (mail_….toml)"


def _kind_of(event: str) -> str:
    return event.partition("'kind': '")[2].partition("'")[0]
