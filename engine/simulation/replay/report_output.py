"""A replay's report as lines for a terminal, and as JSON for programs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from engine.simulation.replay.report import Report, Summary
from engine.texts import text


def report_in_lines(report: Report, language: str = "fi") -> Iterator[str]:
    if report.done < report.asked:
        words = "Aika loppui: ajettiin {done} asiaa {asked} asiasta."
        yield text(language, words, done=report.done, asked=report.asked)
    for words, summary in (
        ("Päättyneitä asioita {count}.", report.closed),
        ("Vireillä olevia asioita {count}.", report.under_way),
    ):
        if summary.total:
            yield text(language, words, count=summary.total)
            yield from _lines(summary, language)


def _lines(summary: Summary, language: str) -> Iterator[str]:
    yield text(
        language,
        "  Samalla tavalla {same}, sama tie muin ajoin tai tuloksin {times}, toisin {other}, pysähtyisi {stopped}.",
        same=summary.same,
        times=summary.times.cases,
        other=summary.other.cases,
        stopped=summary.stopped.cases,
    )
    for each in summary.figures:
        yield f"  {each.cases:4}  {each.sentence}"


def report_in_json(report: Report) -> dict[str, Any]:
    return {
        "asked": report.asked,
        "done": report.done,
        "closed": asdict(report.closed),
        "under_way": asdict(report.under_way),
        "passed": {each.process_id: each.cases for each in report.diagrams if each.cases},
    }
