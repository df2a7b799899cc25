"""One of each use case of the desk: views, acts on many tasks, the next task, the keys of lists."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID, uuid4

from engine.commands import bulk_acts, next_task, saved_views, sessions, tasks
from engine.domain.bulk_acts import BulkKind
from engine.domain.inbox import TaskFilter, View
from engine.queries import bulk_acts as bulk_acts_query
from engine.queries import next_task as next_task_query
from tests.support.samples_of_models import Sample, UseCase
from tests.support.story import Story


def of_desk(new: Story, person: UUID) -> Iterator[UseCase | Sample]:
    register = new.task("register").id
    yield tasks.SetFollowUp(register, new.today)
    yield Sample(bulk_acts.BeginBulk(BulkKind.CLAIM, [register]), "(to claim)")
    yield Sample(bulk_acts.BeginBulk(BulkKind.ASSIGN, [register], person), "(to assign)")
    yield bulk_acts.DoBulkLine(uuid4())
    yield bulk_acts.UndoBulkLine(uuid4())
    yield Sample(bulk_acts_query.PreviewBulk(BulkKind.CLAIM, [register]), "(to claim)")
    yield Sample(bulk_acts_query.PreviewBulk(BulkKind.ASSIGN, [register], person), "(to assign)")
    yield bulk_acts_query.OpenBulk(uuid4())
    yield bulk_acts_query.ReadBulkChoices()
    yield next_task.TakeNext()
    yield next_task_query.OfferNext()
    yield saved_views.KeepView("Kiireiset", View.TEAM, TaskFilter())
    yield saved_views.ForgetView(uuid4())
    yield saved_views.SealViewNames()
    yield sessions.ChooseShortcuts(has_shortcuts=False)
