"""One of each command and query about reading one's own matter, for the table of who may do what."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

from engine.commands import by_code, codes, own_access
from engine.executor import Command, Query
from engine.queries import own_case, receipt, status
from engine.storage.own_access_sessions import Identification
from tests.support.story import Story


def of_readers(signed: Story) -> Iterator[tuple[Command[Any] | Query[Any], str]]:
    """Of the person the third letter is for, who has just come back, and who reads."""
    stranger, browser, key, document = "s" * 43, "b" * 43, "k" * 43, uuid4()
    case_id, heads = signed.case.id, signed.world.people["johtaja"].id
    identification = Identification(case_id, "", "", "fi")
    with signed.world.engine.database.unit_of_work() as unit:
        stores, moment = signed.world.engine.stores(unit), signed.world.clock()
        soon = moment + timedelta(minutes=10)
        stores.own_access_sessions.begin(key, browser, identification, moment, soon)
        stores.own_access_sessions.take(key, browser, moment)
        stores.own_access_sessions.open(key, case_id, moment, soon)
        stores.own_access_sessions.choose(case_id, heads, moment, is_open=True)
        person = stores.parties.applicant_of(case_id)
        assert person is not None
        code = {**person.identity, "identity_code": "131052-902Y"}
        stores.parties.rewrite(person, code, person.contact)
        resolution = stores.resolutions.latest(case_id, "admission")
        assert resolution is not None
        document = resolution.document_id or document
    yield own_access.RecordIdentityCode(signed.reference, "131052-902Y"), ""
    yield own_access.ChooseReading(signed.reference, is_open=True), ""
    yield own_access.BeginIdentification("1" * 16, stranger, browser, "", "", "fi"), ""
    yield own_access.TakeIdentification(stranger, browser), ""
    yield own_access.CloseReadingByCode("1" * 16), ""
    yield status.IsCodeKnown("1" * 16), ""
    yield own_access.EndReading(stranger), ""
    yield own_access.OpenReading(key, browser, "", ""), "(by who came back)"
    yield own_access.OpenReading(key, stranger, "", ""), "(in another browser)"
    for what, of in (("(with the key)", key), ("(without)", stranger)):
        yield own_case.ReadOwnCase(of, "fi"), what
        yield own_access.OpenOwnLetter(of, document), what
        yield by_code.OpenQuestionIdentified(of, "REQ-1", "q" * 43), what
    yield own_access.OpenOwnLetter(key, uuid4()), "(of something else)"
    yield codes.GiveCode(signed.reference, "a" * 32, 0), ""
    yield receipt.DrawGivenCode(signed.reference, "a" * 32), ""
