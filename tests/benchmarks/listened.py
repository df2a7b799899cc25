"""`vireille` with a listener to every statement, as monitoring tools attach them: `python -m tests.benchmarks.listened serve`."""

from __future__ import annotations

from sqlalchemy import Engine, event

from webapp.cli import main


def hear(*_statement: object) -> None:
    """A tool would measure here; this one shows what being called costs us."""


if __name__ == "__main__":
    event.listen(Engine, "before_cursor_execute", hear)
    event.listen(Engine, "after_cursor_execute", hear)
    main()
