"""Refusals by name. The `sentence` of each is the Finnish msgid that a person reads if there is no better one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Names:
    """A value of a refusal's sentence for which pages have words: names from one of their lists."""

    table: str
    names: tuple[str, ...]

    def __str__(self) -> str:
        return ", ".join(self.names)


class Refusal(Exception):
    """The engine understood the request and refuses it. Subclasses give the reason."""

    sentence: ClassVar[str] = ""

    def __init__(self, message: str | None = None, **values: Any) -> None:
        self.message = message or self.sentence
        self.values: Mapping[str, Any] = values
        super().__init__(self.message)


class NotFound(Refusal):
    sentence = "Sivua ei ole, tai sinulla ei ole oikeutta nähdä sitä."
    hidden: UUID | None = None
    """The case that is there and that the actor may not see: for the access log, never for the answer."""

    @classmethod
    def hiding(cls, case_id: UUID) -> NotFound:
        refused = cls()
        refused.hidden = case_id
        return refused


class AnothersCall(NotFound):
    """The urgent call is a colleague's, from its beginning or since they took it over."""


class Forbidden(Refusal):
    sentence = "Sinulla ei ole oikeutta tehdä tätä."


class SignInRequired(Refusal):
    sentence = "Kirjaudu ensin sisään."


class ProofRequired(Refusal):
    """The person is signed in, but must show again who they are."""

    sentence = "Vahvista ensin, että olet sinä."


class ProofRefused(Refusal):
    sentence = "Salasana tai kertakoodi ei täsmää."


class SignInRefused(Refusal):
    sentence = "Käyttäjätunnus, salasana tai kertakoodi ei täsmää."


class PasskeyRefused(Refusal):
    sentence = "Pääsyavain ei kelvannut. Yritä uudelleen."


class TooManyAttempts(Refusal):
    sentence = "Yrityksiä on ollut liian monta. Odota hetki ja yritä uudelleen."


class TooManyProofs(TooManyAttempts):
    sentence = "Yrityksiä on ollut liian monta. Kirjaudu ulos ja uudelleen sisään."


class Invalid(Refusal):
    sentence = "Tiedoissa on virhe."

    def __init__(self, message: str | None = None, *, field: str | None = None, **values: Any) -> None:
        super().__init__(message, **values)
        self.field = field


class AnswersRejected(Invalid):
    sentence = "Tarkista vastaukset."

    def __init__(self, problems: Mapping[str, Any]) -> None:
        super().__init__()
        self.problems = problems

    def __str__(self) -> str:
        """Return the fields and what is wrong with them, never the answers."""
        named = (f"{path}: {'/'.join(each.key for each in found)}" for path, found in self.problems.items())
        return f"{self.message} {'; '.join(named)}"


class FileRefused(Refusal):
    sentence = "Tiedostoa ei voitu ottaa vastaan."


class Conflict(Refusal):
    sentence = "Tilanne on muuttunut."


class Outdated(Conflict):
    sentence = "Joku muutti asiaa samaan aikaan. Yritä uudelleen."


class KeyTaken(Outdated):
    """The database has this key already: somebody was faster. A new attempt sees what they stored, so a key that is taken at
    every attempt is one that the program stores twice."""

    def __init__(self, constraint: str) -> None:
        super().__init__()
        self.constraint = constraint


class AlreadyCompleted(Conflict):
    sentence = "Tehtävä on jo tehty tai sitä ei enää tarvita."


class ClaimedByAnother(Conflict):
    sentence = "Tehtävä on toisella käsittelijällä."


class SignedContentChanged(Conflict):
    sentence = "Päätöstä on muutettu sen jälkeen, kun avasit sen. Lue se uudelleen ennen allekirjoitusta."


class RequestClosed(Conflict):
    sentence = "Tähän tietopyyntöön ei enää tarvitse vastata. Se on suljettu."


class NotWaiting(Conflict):
    sentence = "Asia ei odota tätä viestiä."


class KeyReused(Conflict):
    sentence = "Tällä avaimella (Idempotency-Key) on jo lähetetty muuta. Mitään ei tallennettu: lähetä tämä uudella avaimella."


class ChangedMeanwhile(Conflict):
    sentence = (
        "Tätä on muutettu sen jälkeen, kun luit sen (If-Match). Mitään ei tallennettu: lue se uudelleen."
    )


class ModelRejected(Invalid):
    sentence = "Kaaviota ei voi julkaista ennen kuin virheet on korjattu."

    def __init__(self, findings: tuple[Any, ...]) -> None:
        super().__init__()
        self.findings = findings


class Unavailable(Refusal):
    sentence = "Odota hetki ja yritä uudelleen. Mitään ei lähde kahdesti."


class StorageFull(Unavailable):
    """The disk of a database is full: it answers, and stores nothing."""


class KeyStoreAway(Unavailable):
    """The keys are out of reach: nothing is opened, and nothing is sealed that could not be opened later."""


class MasterKeyMissing(Unavailable):
    """Another process has changed the master key, and this one has no copy of the new version yet."""

    def __init__(self, version: int) -> None:
        super().__init__()
        self.version = version


class Unsealable(Refusal):
    sentence = "Sinetöityä tietoa ei voitu avata: avain puuttuu tai tietoa on muutettu."


class CaseErased(Conflict):
    sentence = "Asian tiedot on hävitetty säilytysajan päätyttyä. Asiassa ei voi enää aloittaa mitään. Vie asiakirja esihenkilölle: valitus lähetetään silti tuomioistuimeen (746/2011 55 §)."


class WrongKey(Refusal):
    sentence = "Tietokanta on sinetöity toisella avaimella."


class WrongKeyStore(WrongKey):
    sentence = "Avainvarasto ei ole tämän tietokannan."


class MisconfiguredEnvironment(Refusal):
    sentence = "Asetuksissa on virheitä."

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems
