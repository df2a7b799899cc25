"""The waiting times of a process owner who draws: `python -m tests.benchmarks.bench_gate`.

Measures the proof of the shipped bundle with nothing proved before, after a change of name (no proof depends on it) and
after an added step (proves the process again, and those that call it or listen to it); the whole gate in its child,
cold and warm, and the page of the findings; the memory of a child that explores as many situations as publishing does.
Each figure is the median of the best third, which leaves out the machine's other work. Fails when a bar is missed.
"""

from __future__ import annotations

import gc
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from itertools import count
from pathlib import Path

from engine import xml
from engine.bootstrap import shipped_files
from engine.bpmn import catalogue
from engine.guardrails import load_guardrails
from engine.guardrails.prover import prove
from engine.guardrails.prover.proof_cache import PROVED
from engine.isolation import end_all
from engine.models.diagram_gate import PUBLISHING, check_in_child
from engine.models.gate import references_of
from engine.operations import OPERATIONS
from tests.engine.guardrails.test_gate_proves import FILE, REFERENCES
from tests.engine.guardrails.test_limits import laned, wide
from tests.support.browsing import signed_in
from tests.support.world import Template, world_on

FILES = dict(shipped_files())
ROUNDS = 15


class Missed(list[str]):
    def tell(self, what: str, found: float, bar: float, unit: str = "ms") -> None:
        holds = found <= bar
        sys.stdout.write(
            f"{what:72} {found:8.1f} {unit}   <= {bar:.0f} {unit}   {'ok' if holds else 'MISSED'}\n"
        )
        sys.stdout.flush()
        if not holds:
            self.append(what)


def rename(data: bytes) -> bytes:
    return data.replace('name="Lähetä pyyntö"'.encode(), 'name="Lähetä kirje"'.encode())


def extend(data: bytes, after: bytes) -> bytes:
    """Add a second task after the first."""
    begins = data.index(b'<bpmn:sequenceFlow id="')
    added = b'<bpmn:userTask id="added" name="Kuule lasta"/><bpmn:sequenceFlow id="to_added" sourceRef="%s" targetRef="added"/>'
    return (
        data[:begins]
        + added % after
        + data[begins:].replace(b'sourceRef="%s"' % after, b'sourceRef="added"', 1)
    )


def drawn_of(process: str, edit: Callable[[bytes], bytes]) -> catalogue.Catalogue:
    path = f"{process}/process.bpmn"
    changed = {**FILES, path: edit(FILES[path])}
    assert changed[path] != FILES[path]
    return catalogue.read({path: xml.parse(data) for path, data in changed.items() if path.endswith(".bpmn")})


def timed_after(first: Callable[[], object], act: Callable[[], object]) -> float:
    first()
    began = time.thread_time()
    act()
    return (time.thread_time() - began) * 1e3


def of_the_child() -> float:
    """Return the seconds that the children of this process have worked, as the scheduler counts them."""
    me = os.getpid()
    children = Path(f"/proc/{me}/task/{me}/children").read_text().split()
    return sum(int(Path(f"/proc/{child}/schedstat").read_text().split()[0]) for child in children) / 1e9


def children_of_all_threads() -> list[str]:
    listed = Path(f"/proc/{os.getpid()}/task").glob("*/children")
    return [number for each in listed for number in each.read_text().split()]


def held(number: str) -> int:
    lines = Path(f"/proc/{number}/status").read_text().splitlines()
    return max((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), default=0)


def held_by_a_child() -> float:
    """Return the most megabytes that a child held while it explored 3**10 situations; the last one breaks a guardrail."""
    end_all()
    guardrails = FILE.replace(b'["x"]', b'["m0"], "b": ["m1"]').replace(b"absence", b"response")
    files = {"p.bpmn": laned(wide(10))}
    # The child has grown, so it ends after its answer: measure it from another thread while it works.
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(
            check_in_child,
            files,
            replace(REFERENCES, forms={"f": frozenset()}),
            guardrails,
            PUBLISHING,
            seconds=60,
        )
        most = [0]
        while not answer.done():
            with suppress(FileNotFoundError, ProcessLookupError):
                most += [held(number) for number in children_of_all_threads()]
            time.sleep(0.05)
    assert "guardrail_owed" in {each.code for each in answer.result()}
    return max(most) / 1024


def best_of(times: list[float]) -> float:
    return statistics.median(sorted(times)[: max(1, len(times) // 3)])


def best(
    act: Callable[[], object], rounds: int = ROUNDS, clock: Callable[[], float] = time.perf_counter
) -> float:
    times = []
    for _ in range(rounds):
        began = clock()
        act()
        times.append((clock() - began) * 1e3)
    return best_of(times)


def main() -> int:
    missed = Missed()
    written = next(data for path, data in FILES.items() if path.endswith("guardrails.json"))
    drawn = catalogue.read({path: xml.parse(data) for path, data in FILES.items() if path.endswith(".bpmn")})
    guardrails = load_guardrails(written)
    report = prove(drawn, guardrails)
    sys.stdout.write(f"{len(report.verdicts)} guardrails, {report.situations} situations\n")
    # As in the child, which collects garbage cycles between two answers.
    gc.freeze()
    gc.disable()
    renamed = drawn_of("information_request", rename)
    inside = drawn_of("information_request", lambda data: extend(data, b"send_request"))
    outside = drawn_of("intake_to_decision", lambda data: extend(data, b"register"))

    def cold() -> None:
        PROVED.clear()
        prove(drawn, guardrails)

    missed.tell("the proof, nothing known before, of the processor", best(cold, 30, time.thread_time), 5_000)
    proof = best(lambda: prove(renamed, guardrails), 30, time.thread_time)
    missed.tell("the proof after a step was renamed, of the processor", proof, 150)
    for where, extended in (("a called process", inside), ("the outermost process", outside)):
        after = [timed_after(cold, lambda: prove(extended, guardrails)) for _ in range(20)]  # noqa: B023 - called at once
        missed.tell(f"the proof after a step was added to {where}, of the processor", best_of(after), 150)
    gc.enable()
    references = references_of({name: each.shape for name, each in OPERATIONS.items()}, FILES)

    saves = count(1)

    def gate() -> None:
        # Other bytes each time: whole answers are kept.
        changed = FILES["intake_to_decision/process.bpmn"] + b"\n" * next(saves)
        check_in_child({**FILES, "intake_to_decision/process.bpmn": changed}, references, written)

    def gate_from_cold() -> None:
        end_all()
        gate()

    missed.tell("the gate in a child that has to start first", best(gate_from_cold, 6), 1_000)
    missed.tell("the gate in a child that waits to be asked", best(gate), 300)
    missed.tell("the same, of the child's processor", best(gate, clock=of_the_child), 300)
    missed.tell("the gate asked again", best(lambda: check_in_child(FILES, references, written)), 100)
    missed.tell("what a child holds at the bound of publishing", held_by_a_child(), 300, "MB")
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
