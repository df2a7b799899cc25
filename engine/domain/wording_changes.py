"""Changes between two rounds of a letter, section by section."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from engine.domain.wording import Section, Wording


@dataclass(frozen=True, slots=True)
class ChangedSection:
    heading: str
    """As the later round has it; empty for a section without one."""
    lines: tuple[tuple[str, str], ...]
    """``removed`` or ``added``, and the line, in the order in which they are read."""


def changes_between(before: Wording, after: Wording) -> tuple[ChangedSection, ...]:
    """Return the sections that differ, of the letter and then of its annexes. A letter in another language differs whole."""
    found = [*_of_sections(_titled(before), _titled(after))]
    earlier = {each.title: each for each in before.annexes}
    later = {each.title: each for each in after.annexes}
    for title in {**earlier, **later}:
        old, new = earlier.get(title), later.get(title)
        found += _of_sections(_titled(old) if old else (), _titled(new) if new else ())
    return tuple(found)


def _titled(wording: Wording) -> tuple[Section, ...]:
    return (Section("title", None, (wording.title,)), *wording.sections)


def _of_sections(before: tuple[Section, ...], after: tuple[Section, ...]) -> Iterator[ChangedSection]:
    old, new = _by_place(before), _by_place(after)
    for place in {**new, **old}:
        one, other = old.get(place), new.get(place)
        lines = tuple(_differing(_lines(one), _lines(other)))
        if lines:
            shown = other or one
            yield ChangedSection((shown.heading if shown else None) or "", lines)


def _by_place(sections: tuple[Section, ...]) -> dict[tuple[str, int], Section]:
    """Return the sections by key and, where a key stands several times, by its place among its like."""
    found: dict[tuple[str, int], Section] = {}
    for each in sections:
        found[each.key, sum(key == each.key for key, _ in found)] = each
    return found


def _lines(section: Section | None) -> tuple[str, ...]:
    if section is None:
        return ()
    heading = (section.heading,) if section.heading else ()
    return (*heading, *section.paragraphs, *section.items, *section.after)


def _differing(before: tuple[str, ...], after: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for kind, start, stop, begin, end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind != "equal":
            yield from (("removed", line) for line in before[start:stop])
            yield from (("added", line) for line in after[begin:end])
