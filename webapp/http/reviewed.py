"""The texts that reviewers have worded, laid over the catalogues for the length of a request."""

from __future__ import annotations

from contextlib import ExitStack

from flask import g, request

from engine.texts import laid_over
from webapp.http import access
from webapp.http.current import engine

_NEVER = frozenset({"static", "health"})
"""Parts that word nothing."""


def lay_over() -> None:
    """Use what reviewers have worded until now. A way out reads nothing: it waits for no database."""
    declared = access.current_access()
    if request.endpoint is None or request.endpoint.partition(".")[0] in _NEVER:
        return
    if declared is not None and declared.is_way_out:
        return
    g.reviewed_texts = ExitStack()
    g.reviewed_texts.enter_context(laid_over(engine().reviewed_texts.read()))


def take_off(_error: BaseException | None = None) -> None:
    """End it with the request: the next one of this thread may be another application's."""
    worn: ExitStack | None = g.pop("reviewed_texts", None)
    if worn is not None:
        worn.close()
