"""Compares the way that a case has taken with the new version's diagrams: it must still be one, with no step more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.bpmn.elements import Element
from engine.migration.drawings import Drawing, at, called, is_drawn_in_place
from engine.migration.position import SPLITS_AND_JOINS, Standing
from engine.migration.reasons import Reason


@dataclass(frozen=True)
class WayBehind:
    """The way of one redrawn standing."""

    old: Drawing
    new: Drawing
    standing: Standing

    def reasons(self) -> Iterator[Reason]:
        scope = self.standing.scope
        waiting = {each.element_id for each in self.standing.open}
        entered = {after for _, after in self.standing.passed} - waiting
        moved = self._moved(entered)
        for element_id in sorted(entered - moved.keys()):
            yield from self._still_drawn(element_id, moved)
        for before, after in sorted(self.standing.passed):
            if before in moved or after in moved:
                yield from self._through(before, after, moved)
            elif (
                self._is_drawn(before)
                and self._is_drawn(after)
                and after not in self.new.after(scope, before)
            ):
                yield self._parted(before, after)

    def _is_drawn(self, element_id: str) -> bool:
        return self.new.find(self.standing.scope, element_id) is not None

    def _still_drawn(self, element_id: str, moved: Mapping[str, Element]) -> Iterator[Reason]:
        old = self.old.parsed.element(self.standing.before, element_id)
        new = self.new.find(self.standing.scope, element_id)
        if new is None:
            yield at("passed_gone", old)
        elif new.kind != old.kind and not is_drawn_in_place(old, new):
            yield at("passed_changed", new)
        elif new.kind in SPLITS_AND_JOINS:
            branches = self.old.after(self.standing.before, element_id)
            leads = {moved[each].element_id if each in moved else each for each in branches}
            if leads != self.new.after(self.standing.scope, element_id):
                yield at("branch_changed", new)

    def _moved(self, entered: set[str]) -> dict[str, Element]:
        """Return the elements passed that the new version draws in a process called from here, each with that call."""
        scope, before = self.standing.scope, self.standing.before
        found = {
            each: self.new.moved_into(scope, self.old.parsed.element(before, each))
            for each in entered
            if not self._is_drawn(each)
        }
        return {element_id: call for element_id, call in found.items() if call is not None}

    def _through(self, before: str, after: str, moved: Mapping[str, Element]) -> Iterator[Reason]:
        """Yield a reason if the new version has a step more on a part of the way that it draws in a called process."""
        scope = self.standing.scope
        call = moved.get(after) or moved[before]
        inner = call.calls or ""
        if before in moved and after in moved:
            is_one = call == moved[before] and after in self.new.after(inner, before)
        elif after in moved:
            is_one = self.new.starts_with(inner, after) and call.element_id in self.new.after(scope, before)
        elif not self._is_drawn(after):
            return
        else:
            choices = self.new.between(scope, call.element_id, after)
            # The case has chosen already: a choice alone is no step.
            is_one = (
                self.new.ends_with(inner, before)
                and choices is not None
                and all(self.new.parsed.element(scope, each).kind == "exclusiveGateway" for each in choices)
            )
        if not is_one:
            first = self.old.parsed.element(self.standing.before, before) if before else call
            last = self.old.parsed.element(self.standing.before, after)
            yield at("passed_redrawn", last, before=called(first))

    def _parted(self, before: str, after: str) -> Reason:
        scope = self.standing.scope
        first, last = self.new.parsed.element(scope, before), self.new.parsed.element(scope, after)
        between = self.new.between(scope, before, after)
        named = [each for each in between or () if self.old.find(self.standing.before, each) is None]
        if not named:
            return at("passed_redrawn", last, before=called(first))
        added = ", ".join(called(self.new.parsed.element(scope, each)) for each in named)
        return at("passed_inserted", last, before=called(first), added=added)
