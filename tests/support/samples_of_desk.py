"""One of each use case of the desk: views, acts on many tasks, the next task, the keys of lists."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID, uuid4

from engine.commands import bulk_acts, incidents, next_task, notices, saved_views, sessions, tasks
from engine.commands.enquiries import SubmitEnquiry
from engine.domain.bulk_acts import BulkKind
from engine.domain.inbox import TaskFilter, View
from engine.domain.people import PUBLIC
from engine.queries import bulk_acts as bulk_acts_query
from engine.queries import next_task as next_task_query
from engine.queries.stalled_elsewhere import StalledElsewhere
from tests.support import answers as plain
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
    yield StalledElsewhere()
    yield saved_views.KeepView("Kiireiset", View.TEAM, TaskFilter())
    yield saved_views.ForgetView(uuid4())
    yield saved_views.SealViewNames()
    yield sessions.ChooseShortcuts(has_shortcuts=False)
    yield incidents.RetryIncident(_incident(new))
    yield incidents.RetryIncidents("timer")
    yield notices.BeginEnquiryNotice(_enquiry(new))


def _incident(new: Story) -> UUID:
    case_id, moment = new.case.id, new.world.clock()
    with new.world.engine.database.unit_of_work() as unit:
        opened = new.world.engine.stores(unit).incidents
        return opened.open(
            "timer", case_id=case_id, subject_id=None, element_id=None, message="", moment=moment
        )


def _enquiry(new: Story) -> str:
    """Return the reference of an enquiry without notices."""
    sent = SubmitEnquiry("an enquiry of the samples", data=plain.enquiry(new.today))
    return new.world.engine.perform(sent, PUBLIC).reference
