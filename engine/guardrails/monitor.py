"""Watches the guardrails while a case runs: before anything is saved, each milestone of the step moves the automata.

A guardrail on the whole case is watched once; one on a called process once for each call, from its first milestone
until the call ends. A call that is cut off is not judged: it did not end.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from engine.bpmn.journal import Happening, Reached, ScopeEnded
from engine.bpmn.parsed_models import ParsedModels
from engine.errors import Conflict
from engine.guardrails.definitions import BROKEN, Guardrail, Guardrails, Status

States: TypeAlias = Mapping[str, Mapping[str, str]]
"""Path of the call (empty: the whole case) to key of the guardrail to state. Plain JSON."""


class GuardrailBroken(Conflict):
    sentence = "Vaihe rikkoisi lupauksen, jonka laki tai viranomainen on antanut. Mitään ei tallennettu."

    def __init__(self, guardrail: Guardrail, element_id: str | None, path: str) -> None:
        sentence = guardrail.sentences.get("fi") or None
        super().__init__(sentence, guardrail=guardrail.key, element=element_id, path=path)
        self.guardrail = guardrail
        self.element_id = element_id
        self.path = path


class Monitor:
    """Watches the guardrails of one process in a running case."""

    def __init__(self, guardrails: Guardrails, parsed: ParsedModels, process_id: str) -> None:
        self._guardrails = guardrails
        self._parsed = parsed
        self._process_id = process_id

    def start(self) -> States:
        return {"": self._fresh(self._process_id)}

    def step(self, states: States, happened: Sequence[Happening]) -> States:
        """Return the states after a step. Raise GuardrailBroken if it would break a guardrail."""
        moved = {path: dict(of_call) for path, of_call in states.items()}
        for each in happened:
            if isinstance(each, Reached):
                self._reach(moved, each)
            else:
                self._end(moved, each)
        return moved

    def statuses(self, states: States) -> Mapping[tuple[str, str], Status]:
        """Return the status of each guardrail, by call (empty: the whole case) and key. Managers see those that are owed."""
        by_key = {each.key: each for each in self._guardrails.on_paths}
        return {
            (path, key): by_key[key].automaton.status(state)
            for path, of_call in states.items()
            for key, state in of_call.items()
            if key in by_key
        }

    def _fresh(self, process_id: str) -> dict[str, str]:
        return {each.key: each.automaton.start for each in self._guardrails.of(process_id)}

    def _reach(self, states: dict[str, dict[str, str]], reached: Reached) -> None:
        milestone = reached.milestone
        for path, process_id in self._scopes(milestone.path):
            of_call = states[path] = self._fresh(process_id) | states.get(path, {})
            for guardrail in self._guardrails.listening_to(process_id, milestone.name):
                state = guardrail.step(of_call[guardrail.key], milestone.name, reached.facts)
                if state == BROKEN:
                    raise GuardrailBroken(guardrail, milestone.element_id, milestone.path)
                of_call[guardrail.key] = state

    def _end(self, states: dict[str, dict[str, str]], ended: ScopeEnded) -> None:
        of_call = states.get(ended.path) or self._fresh(ended.process_id)
        if ended.completed:
            for guardrail in self._guardrails.of(ended.process_id):
                state = of_call.get(guardrail.key, guardrail.automaton.start)
                if not guardrail.keeps(state, ended.facts):
                    raise GuardrailBroken(guardrail, None, ended.path)
        if ended.path:
            inside = ended.path + "/"
            for path in [path for path in states if path == ended.path or path.startswith(inside)]:
                del states[path]

    def _scopes(self, path: str) -> Iterator[tuple[str, str]]:
        """Yield path and process of the case, and of each call around the element that has guardrails of its own."""
        yield "", self._process_id
        process_id = self._process_id
        steps = path.split("/")
        for depth, step in enumerate(steps[:-1], 1):
            called = self._parsed.elements[process_id, step.partition("[")[0]].calls
            if called:
                process_id = called
                if self._guardrails.of(called):
                    yield "/".join(steps[:depth]), called
