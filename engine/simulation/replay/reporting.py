"""Many replayed cases as counts: how many would have gone the same way, and what the others would have had otherwise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Final

from engine.bpmn import Line, Mark, as_list, draw
from engine.bpmn.drawings import Drawings, read_drawings
from engine.bpmn.elements import CONTAINERS, TASKS
from engine.bpmn.guardrails import load_rules
from engine.casework.replay_facts import Place, Wanted
from engine.dmn import parse_tables
from engine.models.bundle import Bundle
from engine.simulation.replay.differences import Difference
from engine.simulation.replay.sentences import Names, sentence
from engine.simulation.replay.subprocess import Replayed, replay_in_child
from engine.texts import text

_ORDER: Final = (
    "stopped",
    "outcome",
    "task_more",
    "task_fewer",
    "parted",
    "table",
    "deadline",
    "ended",
    "sent_more",
    "sent_fewer",
    "unheard",
)
_TIMES: Final = frozenset({"deadline", "ended"})
WORK: Final = TASKS | CONTAINERS
"""What gets a number of its own beside the arrows."""
MOST_ALIKE: Final = 20
"""Ways to differ that one figure lists."""


@dataclass(frozen=True, slots=True)
class Alike:
    """Cases that differ in the same things."""

    cases: int
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing that would have been otherwise, in how many cases, and what else was otherwise in them."""

    kind: str
    cases: int
    sentence: str
    alike: tuple[Alike, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """How many, and in what they differ."""

    cases: int
    alike: tuple[Alike, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    total: int
    """How many were replayed."""
    same: int
    times: Verdict
    """The same way, at other times or with another result of a table."""
    other: Verdict
    stopped: Verdict
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """One diagram with how many cases would have passed each arrow and stopped at each element."""

    process_id: str
    name: str
    svg: str
    lines: tuple[Line, ...]
    cases: int
    differing: int
    """Figures that speak of this diagram."""


@dataclass(frozen=True, slots=True)
class Report:
    closed: Summary
    under_way: Summary
    diagrams: tuple[Counts, ...]
    """Those with most that differs first."""
    asked: int
    """How many there were; fewer are told of when time ran out."""

    @property
    def done(self) -> int:
        return self.closed.total + self.under_way.total


def reported(wanted: Wanted, language: str = "fi") -> Report:
    """Raises CantReplay."""
    replayed = replay_in_child(wanted)
    # From here on the files are known to be read within the child's limits.
    drawings = read_drawings({path: each for path, each in wanted.files.items() if path.endswith(".bpmn")})
    names = _names(wanted, drawings, language)
    return Report(
        summed([each for each in replayed if each.is_closed], names),
        summed([each for each in replayed if not each.is_closed], names),
        tuple(_diagrams(drawings, replayed, language)),
        len(wanted.facts),
    )


def summed(replayed: Sequence[Replayed], names: Names) -> Summary:
    verdicts: dict[str, list[Replayed]] = {name: [] for name in ("same", "times", "other", "stopped")}
    for each in replayed:
        verdicts[_verdict(each)].append(each)
    by_thing: dict[Difference, list[tuple[Difference, Replayed]]] = {}
    for case in replayed:
        for one in case.differences:
            by_thing.setdefault(_thing(one), []).append((one, case))
    figures = [_figure(said, names) for said in by_thing.values()]
    figures.sort(key=lambda figure: (_ORDER.index(figure.kind), -figure.cases, figure.sentence))
    times, other, stopped = (
        Verdict(len(verdicts[name]), _alike(verdicts[name], names)) for name in ("times", "other", "stopped")
    )
    return Summary(
        len(replayed),
        len(verdicts["same"]),
        times,
        other,
        stopped,
        tuple(figures),
    )


def _verdict(case: Replayed) -> str:
    kinds = {each.kind for each in case.differences}
    if not kinds:
        return "same"
    if "stopped" in kinds:
        return "stopped"
    return "times" if kinds <= {*_TIMES, "table"} else "other"


def _thing(each: Difference) -> Difference:
    """The same for cases that differ by other numbers of days; later and earlier are two things."""
    sign = (each.number > 0) - (each.number < 0)
    return replace(each, number=sign if each.kind in _TIMES else 0)


def _figure(said: Sequence[tuple[Difference, Replayed]], names: Names) -> Figure:
    first = said[0][0]
    numbers = [each.number for each, _ in said]
    told = sentence(first, names, (min(numbers), max(numbers)))
    return Figure(first.kind, len(said), told, _alike([case for _, case in said], names))


def _alike(cases: Sequence[Replayed], names: Names) -> tuple[Alike, ...]:
    ways = Counter(frozenset(_thing(each) for each in case.differences) for case in cases)
    days = _days_of(cases)
    return tuple(
        Alike(
            count,
            tuple(
                sentence(each, names, days[_thing(each)])
                for each in sorted(way, key=lambda one: (_ORDER.index(one.kind), one.place, one.what))
            ),
        )
        for way, count in ways.most_common(MOST_ALIKE)
    )


def _days_of(cases: Iterable[Replayed]) -> dict[Difference, tuple[int, int]]:
    found: dict[Difference, tuple[int, int]] = {}
    for case in cases:
        for each in case.differences:
            least, most = found.get(_thing(each), (each.number, each.number))
            found[_thing(each)] = min(least, each.number), max(most, each.number)
    return found


def _diagrams(drawings: Drawings, replayed: Sequence[Replayed], language: str) -> Iterable[Counts]:
    flows = Counter(flow for case in replayed for flow in case.flows)
    passed = Counter(place for case in replayed for place in case.passed)
    stops = Counter(each.place for case in replayed for each in case.differences if each.kind == "stopped")
    gained = Counter(each.place for case in replayed for each in case.differences if each.kind == "task_more")
    found = []
    for process_id, name in drawings.processes.items():
        marks = _marks(drawings, process_id, (flows, passed, stops, gained), language)
        differing = sum(place[0] == process_id for place in {*stops, *gained})
        cases = max((count for (process, _), count in passed.items() if process == process_id), default=0)
        svg = draw(drawings, process_id, marks=marks, language=language)
        words = {key: Mark(title=each.title) for key, each in marks.items()}
        lines = tuple(as_list(drawings, process_id, words, language))
        found.append(Counts(process_id, name, svg, lines, cases, differing))
    return sorted(found, key=lambda each: (-each.differing, -each.cases, each.name))


def _marks(
    drawings: Drawings, process_id: str, counted: Sequence[Counter[Place]], language: str
) -> dict[str, Mark]:
    flows, passed, stops, gained = counted
    marks: dict[str, Mark] = {}

    def mark(of: Counter[Place], state: Mark, title: str) -> None:
        for (process, element), count in of.items():
            if process == process_id:
                words = text(language, title, count=count)
                marks[element] = replace(state, badge=str(count), title=words)

    mark(flows, Mark("done"), "Asioita kulki: {count}")
    work = Counter({place: n for place, n in passed.items() if drawings.elements[place].kind in WORK})
    mark(work, Mark("done"), "Asioita kulki: {count}")
    mark(gained, Mark("added"), "Asioita, joihin tämä tulisi lisää: {count}")
    mark(stops, Mark("current"), "Asioita, jotka pysähtyisivät tähän: {count}")
    return marks


def _names(wanted: Wanted, drawings: Drawings, language: str) -> Names:
    elements: dict[Place, str] = {}
    for files in (*wanted.versions.values(), wanted.files):
        drawn = read_drawings({path: each for path, each in files.items() if path.endswith(".bpmn")})
        elements |= {place: each.name for place, each in drawn.elements.items()}
    return Names(
        elements,
        _tables(wanted.files),
        _promises(wanted.files, language),
        _questions(wanted.files, drawings, language),
        language,
    )


def _tables(files: Mapping[str, bytes]) -> dict[str, str]:
    found = {}
    for path, data in files.items():
        if path.endswith(".dmn"):
            decisions = parse_tables(data).decisions
            key = PurePosixPath(path).stem
            found[key] = next((each.name for each in decisions), "") or key
    return found


def _promises(files: Mapping[str, bytes], language: str) -> dict[str, str]:
    data = next((each for path, each in files.items() if path.endswith("guardrails.json")), None)
    rules = load_rules(data).rules if data is not None else ()
    return {
        rule.key: str(rule.sentences.get(language) or rule.sentences.get("fi", rule.key)) for rule in rules
    }


def _questions(
    files: Mapping[str, bytes], drawings: Drawings, language: str
) -> dict[tuple[str, str, str], str]:
    bundle = Bundle(files)
    found: dict[tuple[str, str, str], str] = {}
    for place, element in drawings.elements.items():
        form = bundle.forms.get(element.properties.get("form", ""))
        if form is not None:
            worded = bundle.form_in(form, language)
            found |= {(*place, name): each.label for name, each in worded.by_key.items()}
    return found
