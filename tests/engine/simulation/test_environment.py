"""One environment for all simulations: copies that know nothing of each other, and people who do each other's tasks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from engine.domain.cases import Channel
from engine.domain.people import Role
from engine.domain.tasks import UserTask
from engine.errors import AnswersRejected, NotFound
from engine.simulation.environment import Environment, NobodyMay
from engine.simulation.people import with_ids, with_names
from tests.support.trying import BEGINS, shipped_image


@pytest.fixture
def environment() -> Iterator[Environment]:
    made = shipped_image().copy(BEGINS)
    yield made
    made.close()


def applied(environment: Environment) -> str:
    sent = environment.first_form("application").invented()
    return environment.apply(Channel.SELF, sent=sent).reference


def done(environment: Environment, reference: str, **changes: str) -> UserTask:
    """The first open task, which is handed in with these answers among invented ones."""
    task = environment.status(reference).tasks[0]
    form = environment.form_of(task)
    assert form is not None
    environment.hand_in(task, environment.worker_of(task), sent=form.invented(changes))
    return task


def test_copies_of_an_image_know_nothing_of_each_other(environment: Environment) -> None:
    reference = applied(environment)
    other = shipped_image().copy(BEGINS + timedelta(days=1))
    with pytest.raises(NotFound):
        other.status(reference)
    assert other.clock.moment != environment.clock.moment
    other.close()


def test_a_restricted_case_is_worked_on_by_someone_whom_a_manager_gives_it_to(
    environment: Environment,
) -> None:
    reference = applied(environment)
    assert done(environment, reference, restricted="yes").form_key == "register"
    status = environment.status(reference)
    assert status.case.is_restricted
    task = status.tasks[0]
    actor = environment.worker_of(task)
    assert Role.CASEWORKER in actor.roles
    assert environment.status(reference).tasks[0].assignee_id == actor.person_id


def test_a_task_from_which_everyone_is_kept_has_no_worker(environment: Environment) -> None:
    task = environment.status(applied(environment)).tasks[0]
    everyone = frozenset(str(each.person_id) for each in environment.people.values())
    with pytest.raises(NobodyMay):
        environment.worker_of(replace(task, not_by=everyone))


def test_nobody_answers_by_a_link_that_was_not_sent(environment: Environment) -> None:
    task = environment.status(applied(environment)).tasks[0]
    assert not environment.answer_by_link(task, sent={})


def test_answers_that_are_fixed_are_kept_or_refused(environment: Environment) -> None:
    form = environment.first_form("application")
    assert form.invented({"given_names": "Toinen"})["given_names"] == ["Toinen"]
    with pytest.raises(AnswersRejected) as refused:
        form.invented({"in_danger": "perhaps"})
    assert "in_danger" in refused.value.problems


def test_people_are_written_by_name_in_a_scenario() -> None:
    (kerttu,) = with_ids(["@kasittelija"])
    assert kerttu != "@kasittelija"
    assert with_names({"contact_person": (kerttu, "Aino")}) == {"contact_person": ["@kasittelija", "Aino"]}
