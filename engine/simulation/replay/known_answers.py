"""The answers of the real case, reused in other forms: an answer counts wherever the same question (key) is asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine.casework.anonymising import anchored
from engine.casework.replay_facts import Facts
from engine.domain.steps import Trigger
from engine.domain.waiting import OpenTask
from engine.simulation.replay.models import ReplayModels
from forms.conditions import shown_fields


class KnownAnswers:
    """The latest answer to each question of one case."""

    def __init__(self, models: ReplayModels, facts: Facts) -> None:
        self._models = models
        self._begins = facts.begins
        self._known: dict[str, Any] = {}
        # A later answer serves too, until an earlier one is added again on the way.
        for step in reversed(facts.steps):
            self.add(step.trigger)

    def add(self, trigger: Trigger) -> None:
        if isinstance(trigger.values, Mapping):
            answered = {key: each for key, each in trigger.values.items() if each is not None}
            self._known.update(anchored(answered, self._begins))

    def of(self, task: OpenTask, trigger: Trigger | None) -> dict[str, Any]:
        """Return the answers to a task's form: those of the trigger, else known ones, else None."""
        form = self._models.bundle.forms.get(task.form_key or "")
        if form is None:
            return {}
        given = {} if trigger is None else anchored(trigger.values or {}, self._begins)
        return {key: given.get(key, self._known.get(key)) for key in sorted(form.variable_names)}

    def missing(
        self, task: OpenTask, trigger: Trigger | None, scope: Callable[[], Mapping[str, Any]]
    ) -> tuple[str, ...]:
        """Return the required questions that were never answered and whose answers something reads later."""
        form = self._models.bundle.forms.get(task.form_key or "")
        if form is None:
            return ()
        given = {} if trigger is None or trigger.values is None else trigger.values
        needed = self._models.needed_answers(self._models.element((task.process_id, task.element_id)))
        unanswered = [
            key
            for key in form.by_key
            if key in needed and key not in given and key not in self._known and form.by_key[key].required
        ]
        if not unanswered:
            return ()
        shown = shown_fields(form, self.of(task, trigger), given=dict(scope()))
        return tuple(key for key in unanswered if key in shown.keys)
