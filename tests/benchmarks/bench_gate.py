"""What a process owner waits for while drawing: `python -m tests.benchmarks.bench_gate`.

The proof of the shipped bundle, the whole gate in its child, cold and warm, and the page that tells the findings. Each
figure is the median of the best third: what it takes, without what else the machine did meanwhile. Fails when a bar
is missed.
"""

from __future__ import annotations

import gc
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

from engine import xml
from engine.bootstrap import shipped_files
from engine.bpmn import catalogue
from engine.bpmn.apart import end_all
from engine.bpmn.gate import check_in_child
from engine.bpmn.guardrails import load_rules
from engine.bpmn.guardrails.prove import prove_bundle
from engine.executor.gate import references_of
from engine.operations import OPERATIONS
from tests.support.browsing import signed_in
from tests.support.world import Template, world_on

FILES = dict(shipped_files())
ROUNDS = 15


class Missed(list[str]):
    def tell(self, what: str, milliseconds: float, bar: float) -> None:
        holds = milliseconds <= bar
        sys.stdout.write(
            f"{what:60} {milliseconds:8.1f} ms   <= {bar:.0f} ms   {'ok' if holds else 'MISSED'}\n"
        )
        sys.stdout.flush()
        if not holds:
            self.append(what)


def best(
    act: Callable[[], object], rounds: int = ROUNDS, clock: Callable[[], float] = time.perf_counter
) -> float:
    times = []
    for _ in range(rounds):
        began = clock()
        act()
        times.append((clock() - began) * 1e3)
    return statistics.median(sorted(times)[: max(1, rounds // 3)])


def main() -> int:
    missed = Missed()
    rules = next(data for path, data in FILES.items() if path.endswith("guardrails.json"))
    drawn = catalogue.read({path: xml.parse(data) for path, data in FILES.items() if path.endswith(".bpmn")})
    promises = load_rules(rules)
    report = prove_bundle(drawn, promises)
    sys.stdout.write(f"{len(report.verdicts)} promises, {report.states} situations\n")
    # As in the child, which looks for rings of garbage between two answers.
    gc.freeze()
    gc.disable()
    proof = best(lambda: prove_bundle(drawn, promises), 30, time.process_time)
    missed.tell("the proof alone, of the processor", proof, 60)
    gc.enable()
    references = references_of(SimpleNamespace(operations=OPERATIONS), FILES)

    def gate() -> None:
        check_in_child(FILES, references, rules)

    def gate_from_cold() -> None:
        end_all()
        gate()

    missed.tell("the gate in a child that has to start first", best(gate_from_cold, 6), 1_000)
    missed.tell("the gate in a child that waits to be asked", best(gate), 300)
    with tempfile.TemporaryDirectory(prefix="vireille-bench-") as name:
        folder = Path(name)
        path = folder / "gate.db"
        Template(folder).copy(path)
        with world_on(f"sqlite:///{path}", folder) as world:
            owner = signed_in(world, "omistaja")
            draft = owner.submits(owner.get("/models/"), name="Mittaus").goes_to
            missed.tell(
                "the page with a draft's findings, whole", best(lambda: owner.get(f"{draft}/findings")), 300
            )
    return len(missed)


if __name__ == "__main__":
    sys.exit(main())
