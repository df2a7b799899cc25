"""python -m tests.deep NAME: run the items of a deep run that are not done yet. `make deep NAME=walks COUNT=2000`."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path
from typing import Final

import click

from tests.deep.record import Done, Record, code_now
from tests.deep.runs import RUNS, perform

DATABASES: Final = ("sqlite", "postgresql")


@click.command()
@click.argument("name", type=click.Choice(sorted(RUNS)))
@click.option("--count", type=click.IntRange(1), help="How many items; each run has its own usual number.")
@click.option("--seed", default=1, show_default=True, help="The first item's seed; the next ones follow.")
@click.option(
    "--database", default="sqlite", show_default=True, type=click.Choice(DATABASES), help="For `walks`."
)
@click.option("--jobs", default=1, show_default=True, help="How many items at once, each in a process.")
@click.option(
    "--folder",
    default=Path("var/deep"),
    show_default=True,
    type=click.Path(path_type=Path),
    help="Of the records.",
)
def main(name: str, count: int | None, seed: int, database: str, jobs: int, folder: Path) -> None:
    """Run the items of NAME whose seeds the record does not hold yet, and say how many passed and failed."""
    of = name if database == DATABASES[0] else f"{name}-{database}"
    record, code = Record(folder / f"{of}-{seed}.jsonl"), code_now()
    seeds = range(seed, seed + (count or RUNS[name].count))
    done = {number: each for number, each in record.done_on(code).items() if number in seeds}
    if done:
        click.echo(f"{len(done)} of {len(seeds)} are done already in {record.path}.")
    for each in _performed(name, [number for number in seeds if number not in done], database, jobs, code):
        record.add(each)
        done[each.seed] = each
        click.echo(
            f"{len(done)}/{len(seeds)}  seed {each.seed}  {'FAILED' if each.problems else 'ok'}  {each.seconds:.1f} s{f'  {each.found}' if each.found else ''}"
        )
        for problem in each.problems:
            click.echo(problem)
    failed = sorted(number for number, each in done.items() if each.problems)
    if failed:
        click.echo(f"Failed: {', '.join(map(str, failed))}; their problems stand in {record.path}.")
    for what, times in Counter(each.kind for each in done.values() if each.found).most_common():
        click.echo(f"{times}  {what}")
    never = sorted(RUNS[name].kinds - {each.kind for each in done.values()})
    if never:
        click.echo(f"Never came: {', '.join(never)}.")
    click.echo(f"{len(done) - len(failed)} passed, {len(failed)} failed")
    sys.exit(1 if failed or (never and len(done) >= RUNS[name].count) else 0)


def _performed(name: str, seeds: Iterable[int], database: str, jobs: int, code: str) -> Iterator[Done]:
    with RUNS[name].begin(database) as place:
        if jobs == 1:
            yield from (perform(name, seed, place, code) for seed in seeds)
            return
        with ProcessPoolExecutor(jobs, get_context("spawn")) as pool:
            for each in as_completed([pool.submit(perform, name, seed, place, code) for seed in seeds]):
                yield each.result()


if __name__ == "__main__":
    main()
