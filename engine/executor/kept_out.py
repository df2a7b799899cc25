"""Attempts at a case that the actor does not see, by its reference typed beside another case."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from engine.domain.access_reasons import KEPT_OUT
from engine.domain.case_links import NoSuchCase
from engine.domain.people import Actor

F = TypeVar("F", bound=Callable[..., Any])


def noting_kept_out(method: F) -> F:
    """Have a method of the engine log the attempt in a transaction of its own, since its own is rolled back: in the log of
    the case that is hidden, or in the actor's own where there is none. Either costs the same."""

    @wraps(method)
    def noting(engine: Any, use_case: Any, actor: Actor) -> Any:
        try:
            return method(engine, use_case, actor)
        except NoSuchCase as refused:
            with engine.database.unit_of_work() as unit:
                access = engine.stores(unit).access
                if refused.hidden is None:
                    access.log_list((), actor, KEPT_OUT, engine.now())
                else:
                    access.log_case(refused.hidden, actor, KEPT_OUT, engine.now())
                access.append(unit)
            raise

    return cast(F, noting)
