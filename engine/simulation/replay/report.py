"""Replayed cases as counts: how many would have gone the same way, and what would have been different in the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from engine.bpmn import Line, Mark, as_list, draw
from engine.bpmn.drawings import Drawn, read_drawings
from engine.bpmn.element_names import translated
from engine.bpmn.elements import CONTAINERS, TASKS
from engine.casework.replay_facts import Place, ReplayRequest
from engine.models.bundle import Bundle, model_files
from engine.simulation.replay.differences import Difference
from engine.simulation.replay.sentences import Names, sentence
from engine.simulation.replay.subprocess import ReplayedCase, replay_in_child
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
"""Elements that get a number of their own beside the arrows."""
MOST_ALIKE: Final = 20
"""Ways to differ that one figure lists."""


@dataclass(frozen=True, slots=True)
class Alike:
    """Cases with the same differences."""

    cases: int
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """One difference, the number of cases with it, and their other differences."""

    kind: str
    cases: int
    sentence: str
    alike: tuple[Alike, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """A number of cases, and their differences."""

    cases: int
    alike: tuple[Alike, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    total: int
    same: int
    times: Verdict
    """The same way, at other times or with another result of a table."""
    other: Verdict
    stopped: Verdict
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """One diagram, with how many cases would have passed each flow and stopped at each element."""

    process_id: str
    name: str
    svg: str
    lines: tuple[Line, ...]
    cases: int
    differing: int
    """Elements at which cases would stop or have a task more."""


@dataclass(frozen=True, slots=True)
class Report:
    closed: Summary
    under_way: Summary
    diagrams: tuple[Counts, ...]
    """Those with most that differs first."""
    done: int
    asked: int
    """Cases that were to be replayed; fewer are `done` when time runs out."""


def report_on(request: ReplayRequest, language: str = "fi", *, rounds_to: int = 1) -> Report:
    """Replay the cases and count. Raise CantReplay for files that cannot be run.

    Every count is rounded down to a multiple of `rounds_to`, and a difference with less is left out. A draft can ask of one
    case what it likes: for a reader who may see no case, one is as good as none.
    """
    cases = replay_in_child(request)
    # From here on the files are known to be read within the child's limits.
    bundle = Bundle(request.files)
    drawings = translated(read_drawings(model_files(request.files)), bundle.names_in(language))
    names = _names(request, bundle, drawings, language)
    return Report(
        _summary([each for each in cases if each.is_closed], names, rounds_to),
        _summary([each for each in cases if not each.is_closed], names, rounds_to),
        tuple(_diagrams(drawings, cases, language, rounds_to)),
        len(cases),
        len(request.facts),
    )


def _summary(cases: Sequence[ReplayedCase], names: Names, step: int) -> Summary:
    by_verdict: dict[str, list[ReplayedCase]] = {name: [] for name in ("same", "times", "other", "stopped")}
    by_figure: dict[Difference, list[tuple[Difference, ReplayedCase]]] = {}
    for case in cases:
        by_verdict[_verdict(case)].append(case)
        for each in case.differences:
            by_figure.setdefault(_without_days(each), []).append((each, case))
    figures = [_figure(found, names, step) for found in by_figure.values() if len(found) >= step]
    figures.sort(key=lambda figure: (_ORDER.index(figure.kind), -figure.cases, figure.sentence))
    times, other, stopped = (
        Verdict(rounded(len(by_verdict[name]), step), _alike(by_verdict[name], names, step))
        for name in ("times", "other", "stopped")
    )
    same = rounded(len(by_verdict["same"]), step)
    return Summary(rounded(len(cases), step), same, times, other, stopped, tuple(figures))


def rounded(count: int, step: int) -> int:
    return count // step * step


def _rounded(counts: Counter[Place], step: int) -> Counter[Place]:
    """Return the counts rounded down, without those of nothing."""
    return Counter({place: rounded(count, step) for place, count in counts.items() if count >= step})


def _verdict(case: ReplayedCase) -> str:
    kinds = {each.kind for each in case.differences}
    if not kinds:
        return "same"
    if "stopped" in kinds:
        return "stopped"
    return "times" if kinds <= {*_TIMES, "table"} else "other"


def _without_days(each: Difference) -> Difference:
    """Return the difference without its number of days, but with the direction: later and earlier stay apart."""
    sign = (each.number > 0) - (each.number < 0)
    return replace(each, number=sign if each.kind in _TIMES else 0)


def _figure(found: Sequence[tuple[Difference, ReplayedCase]], names: Names, step: int) -> Figure:
    first = found[0][0]
    numbers = [each.number for each, _ in found]
    words = sentence(first, names, (min(numbers), max(numbers)))
    alike = _alike([case for _, case in found], names, step)
    return Figure(first.kind, rounded(len(found), step), words, alike)


def _alike(cases: Sequence[ReplayedCase], names: Names, step: int) -> tuple[Alike, ...]:
    ways = Counter(frozenset(_without_days(each) for each in case.differences) for case in cases)
    days = _days_of(cases)
    return tuple(
        Alike(
            rounded(count, step),
            tuple(
                sentence(each, names, days[each])
                for each in sorted(way, key=lambda one: (_ORDER.index(one.kind), one.place, one.names))
            ),
        )
        for way, count in ways.most_common(MOST_ALIKE)
        if count >= step
    )


def _days_of(cases: Iterable[ReplayedCase]) -> dict[Difference, tuple[int, int]]:
    """Return, for each difference, the least and the most days."""
    found: dict[Difference, tuple[int, int]] = {}
    for case in cases:
        for each in case.differences:
            least, most = found.get(_without_days(each), (each.number, each.number))
            found[_without_days(each)] = min(least, each.number), max(most, each.number)
    return found


def _diagrams(drawings: Drawn, cases: Sequence[ReplayedCase], language: str, step: int) -> list[Counts]:
    flows = _rounded(Counter(flow for case in cases for flow in case.flows), step)
    passed = _rounded(Counter(place for case in cases for place in case.passed), step)
    work = Counter({place: n for place, n in passed.items() if drawings.elements[place].kind in WORK})
    differences = [each for case in cases for each in case.differences]
    stops = _rounded(Counter(each.place for each in differences if each.kind == "stopped"), step)
    gained = _rounded(Counter(each.place for each in differences if each.kind == "task_more"), step)
    found = []
    for process_id, name in drawings.processes.items():
        # Of two marks on one element the later one shows.
        marks = dict(
            (
                *_marks(flows, process_id, Mark("done"), language, "Asioita kulki: {count}"),
                *_marks(work, process_id, Mark("done"), language, "Asioita kulki: {count}"),
                *_marks(
                    gained, process_id, Mark("added"), language, "Asioita, joihin tämä tulisi lisää: {count}"
                ),
                *_marks(
                    stops,
                    process_id,
                    Mark("current"),
                    language,
                    "Asioita, jotka pysähtyisivät tähän: {count}",
                ),
            )
        )
        titles = {key: Mark(title=each.title) for key, each in marks.items()}
        found.append(
            Counts(
                process_id,
                name,
                draw(drawings, process_id, marks=marks, language=language),
                tuple(as_list(drawings, process_id, titles, language)),
                max((count for (process, _), count in passed.items() if process == process_id), default=0),
                sum(place[0] == process_id for place in {*stops, *gained}),
            )
        )
    return sorted(found, key=lambda each: (-each.differing, -each.cases, each.name))


def _marks(
    counts: Counter[Place], process_id: str, mark: Mark, language: str, title: str
) -> Iterator[tuple[str, Mark]]:
    for (process, element_id), count in counts.items():
        if process == process_id:
            words = text(language, title, count=count)
            yield element_id, replace(mark, badge=str(count), title=words)


def _names(request: ReplayRequest, bundle: Bundle, drawings: Drawn, language: str) -> Names:
    words, elements = bundle.names_in(language), dict[Place, str]()
    for files in (*request.versions.values(), request.files):
        drawn = read_drawings(model_files(files))
        elements |= {place: words.of(each.name) for place, each in drawn.elements.items()}
    tables = {
        key: next((each.name for each in table.decisions), "") or key for key, table in bundle.tables.items()
    }
    watched = bundle.guardrails.on_paths if bundle.guardrails is not None else ()
    guardrails = {
        each.key: str(each.sentences.get(language) or each.sentences.get("fi", each.key)) for each in watched
    }
    return Names(elements, tables, guardrails, _questions(bundle, drawings, language), language)


def _questions(bundle: Bundle, drawings: Drawn, language: str) -> Mapping[tuple[str, str, str], str]:
    found: dict[tuple[str, str, str], str] = {}
    for place, element in drawings.elements.items():
        form = bundle.forms.get(element.properties.get("form_key", ""))
        if form is not None:
            worded = bundle.form_in(form, language)
            found |= {(*place, key): each.label for key, each in worded.by_key.items()}
    return found
