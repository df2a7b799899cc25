"""python -m tests.benchmarks [name …]: every benchmark, or those named; each in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent


def main(wanted: list[str]) -> int:
    """The sum of what failed; figures are printed by the benchmarks themselves."""
    names = [path.stem.removeprefix("bench_") for path in sorted(FOLDER.glob("bench_*.py"))]
    if unknown := set(wanted) - set(names):
        sys.stderr.write(
            f"There is no benchmark {', '.join(sorted(unknown))}. There are: {', '.join(names)}\n"
        )
        return 2
    failed = 0
    for name in wanted or names:
        sys.stdout.write(f"== {name}\n")
        sys.stdout.flush()
        failed += bool(
            subprocess.run([sys.executable, "-m", f"tests.benchmarks.bench_{name}"], check=False).returncode
        )
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
