"""Refusals by name. The docstring of each is the Finnish msgid that a person reads when there is no better sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Refusal(Exception):
    """This can't be done."""

    def __init__(self, message: str | None = None, **values: Any) -> None:
        self.message = message or " ".join((type(self).__doc__ or "").split())
        self.values: Mapping[str, Any] = values
        super().__init__(self.message)


class NotFound(Refusal):
    """Sivua ei ole, tai sinulla ei ole oikeutta nähdä sitä."""


class Forbidden(Refusal):
    """Sinulla ei ole oikeutta tehdä tätä."""


class SignInRequired(Refusal):
    """Kirjaudu ensin sisään."""


class SignInRefused(Refusal):
    """Käyttäjätunnus tai salasana ei täsmää."""


class TooManyAttempts(Refusal):
    """Yrityksiä on ollut liian monta. Odota hetki ja yritä uudelleen."""


class Invalid(Refusal):
    """Tiedoissa on virhe."""

    def __init__(self, message: str | None = None, *, field: str | None = None, **values: Any) -> None:
        super().__init__(message, **values)
        self.field = field


class AnswersRejected(Invalid):
    """Tarkista vastaukset."""

    def __init__(self, problems: Mapping[str, Any]) -> None:
        super().__init__()
        self.problems = problems

    def __str__(self) -> str:
        """With the fields and what is wrong with them, never with what was answered."""
        told = (f"{path}: {'/'.join(each.key for each in found)}" for path, found in self.problems.items())
        return f"{self.message} {'; '.join(told)}"


class FileRefused(Refusal):
    """Tiedostoa ei voitu ottaa vastaan."""


class Conflict(Refusal):
    """Tilanne on muuttunut."""


class Outdated(Conflict):
    """Joku muutti asiaa samaan aikaan. Yritä uudelleen."""


class AlreadyCompleted(Conflict):
    """Tehtävä on jo tehty tai sitä ei enää tarvita."""


class ClaimedByAnother(Conflict):
    """Tehtävä on toisella käsittelijällä."""


class SignedContentChanged(Conflict):
    """Päätöstä on muutettu sen jälkeen, kun avasit sen. Lue se uudelleen ennen allekirjoitusta."""


class RequestClosed(Conflict):
    """Tähän tietopyyntöön ei enää tarvitse vastata. Se on suljettu."""


class NotWaiting(Conflict):
    """Asia ei odota tätä viestiä."""


class ModelRejected(Invalid):
    """Kaaviota ei voi julkaista ennen kuin virheet on korjattu."""

    def __init__(self, findings: tuple[Any, ...]) -> None:
        super().__init__()
        self.findings = findings


class PromiseBroken(Conflict):
    """Vaihe rikkoisi lupauksen, jonka laki tai viranomainen on antanut. Mitään ei tallennettu."""


class Unavailable(Refusal):
    """Odota hetki ja yritä uudelleen. Mitään ei lähde kahdesti."""


class Unsealable(Refusal):
    """Sinetöityä tietoa ei voitu avata: avain puuttuu tai tietoa on muutettu."""


class MisconfiguredEnvironment(Refusal):
    """Asetuksissa on virheitä."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems
