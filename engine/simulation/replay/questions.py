"""Old answers to a draft's questions: the same question asked elsewhere counts, and what nobody asked is named."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine.casework.anonymising import anchored
from engine.casework.replay_facts import Facts
from engine.domain.steps import Told
from engine.domain.waiting import OpenTask
from engine.simulation.replay.model import Model
from forms.conditions import shown_fields


class Answers:
    """Of one case, by question."""

    def __init__(self, model: Model, facts: Facts) -> None:
        self._model = model
        self._begins = facts.begins
        # What came later covers a question too; what is heard meanwhile goes before it.
        self._known: dict[str, Any] = {}
        for step in reversed(facts.steps):
            self.heard(step.told)

    def heard(self, told: Told) -> None:
        if isinstance(told.said, Mapping):
            answered = {key: each for key, each in told.said.items() if each is not None}
            self._known.update(anchored(answered, self._begins))

    def of(self, task: OpenTask, told: Told | None) -> dict[str, Any]:
        """What the process is told when this task is done: answers to the questions that its form asks."""
        form = self._model.forms.get(task.form or "")
        if form is None:
            return {}
        said = {} if told is None else anchored(told.said or {}, self._begins)
        return {key: said.get(key, self._known.get(key)) for key in sorted(form.variable_names)}

    def missing(
        self, task: OpenTask, told: Told | None, seen: Callable[[], Mapping[str, Any]]
    ) -> tuple[str, ...]:
        """Questions that the form requires, whose answers are read afterwards, and that were never answered."""
        form = self._model.forms.get(task.form or "")
        if form is None:
            return ()
        said = {} if told is None or told.said is None else told.said
        needed = self._model.needed(self._model.element((task.process_id, task.element_id)))
        open_still = [
            key
            for key in form.by_key
            if key in needed and key not in said and key not in self._known and form.by_key[key].required
        ]
        if not open_still:
            return ()
        shown = shown_fields(form, self.of(task, told), given=dict(seen()))
        return tuple(key for key in open_still if key in shown.keys)
