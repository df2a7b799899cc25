"""Commands and queries of those who take urgent calls."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

from engine.commands import applications, nameless_calls, unfinished_calls, urgent_calls
from engine.domain.cases import Channel
from tests.support.samples_of_models import Sample, UseCase


def of_calls() -> Iterator[UseCase | Sample]:
    yield Sample(applications.SubmitApplication(Channel.URGENT, "k" * 32, data={}), "(an urgent call)")
    yield urgent_calls.OpenUrgentCall(uuid4())
    yield urgent_calls.KeepUrgentCall(uuid4(), {})
    yield urgent_calls.DropUrgentCall(uuid4())
    yield urgent_calls.RecordUrgentCall(uuid4(), {})
    yield unfinished_calls.UnfinishedCalls()
    yield unfinished_calls.TakeCallOver(uuid4())
    yield nameless_calls.RecordNamelessCall(uuid4(), {})
