"""Correction of a decision that has left: its kinds, and the refusals that stand beside a field (434/2003 49-53 §)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any, Final

from engine.domain.cases import Outcome
from engine.domain.law import CORRECTION_YEARS
from engine.errors import Invalid


class Decision(StrEnum):
    """Kinds of decisions that can be corrected."""

    ADMISSION = "admission"
    REFLECTION = "reflection_period"
    REMOVAL = "removal"


class Kind(StrEnum):
    FACTUAL = "factual"
    """Asiavirhe (434/2003 50 §): the matter is decided anew."""
    CLERICAL = "clerical"
    """Kirjoitusvirhe (434/2003 51 §): a corrected copy replaces the document."""
    INSTRUCTIONS = "instructions"
    """Missing or faulty appeal instructions (434/2003 49 §): they are issued again."""


class Letter(StrEnum):
    """Outcome of a correction that is a letter, and not a new decision."""

    COPY = "corrected_copy"
    INSTRUCTIONS = "reissued_instructions"
    REFUSAL = "correction_refused"


LETTER_OF: Final = {Kind.CLERICAL: Letter.COPY, Kind.INSTRUCTIONS: Letter.INSTRUCTIONS}


class CorrectionPending(Invalid):
    sentence = "Tätä päätöstä korjataan jo. Vie se korjaus loppuun ennen uutta."


class OtherDecision(Invalid):
    sentence = (
        "Tässä korjataan vain tällä sivulla nimettyä päätöstä. Jos vika on muussa päätöksessä, valitse edellä ”Ei” ja kerro "
        "virheestä päätöksentekijälle."
    )


class NotInForce(Invalid):
    sentence = "Tämä päätös ei ole enää voimassa. Valitse päätös, jota korjataan."


class NoInstructions(Invalid):
    sentence = (
        "Harkinta-ajasta tehtyyn päätökseen ei saa hakea muutosta (ulkomaalaislaki 301/2004 191 §), joten siinä ei ole "
        "valitusosoitusta, joka annettaisiin uudelleen."
    )


class NotNewest(Invalid):
    sentence = "Harkinta-ajasta on päätetty tämän jälkeen uudelleen. Asiavirhe korjataan uusimmassa päätöksessä: valitse se."


class NotADay(Invalid):
    sentence = "Kohta on päivä. Kirjoita oikea päivä samalla tavalla, esimerkiksi %(day)s."


class SentBack(Invalid):
    sentence = "Oikeus on kumonnut tai palauttanut päätöksen, ja asia tutkitaan uudelleen. Päätöstä ei siksi korjata."


class CorrectedDead(Invalid):
    sentence = "Henkilö on kuollut. Hänen päätöstään ei enää korjata."


class Replaced(Invalid):
    sentence = (
        "Päätös, jota tällä korjataan, ei ole enää voimassa: asia on ratkaistu uudelleen, tai oikeus on muuttanut päätöstä. "
        "Palauta luonnos, niin korjaaminen päättyy."
    )


class ChangedByCourt(Invalid):
    sentence = "Oikeus on muuttanut tätä päätöstä. Oikeuden ratkaisua ei korjata täällä."


class NotSentYet(Invalid):
    sentence = (
        "Päätös ei ole vielä lähtenyt. Sitä ei korjata: päätöksentekijä voi perua sen ennen lähettämistä."
    )


class OnlyClericalYet(Invalid):
    sentence = "Päätös ei ole vielä lähtenyt. Ennen sitä siitä korjataan vain kirjoitusvirhe."


class AskedBeforeDecision(Invalid):
    sentence = "Päivä on ennen kuin päätös allekirjoitettiin. Tarkista päivä."


class AskedTooLate(Invalid):
    sentence = "Päätöksestä on yli viisi vuotta, kun korjaamista pyydettiin. Päätöstä ei voi enää korjata (hallintolaki 434/2003 52 §)."


class OnlyInFavour(Invalid):
    sentence = "Uuden selvityksen perusteella päätöstä korjataan vain asianosaisen hyväksi (hallintolaki 434/2003 50 §)."


class ConsentMissing(Invalid):
    sentence = (
        "Asianosaisen vahingoksi päätöstä ei korjata ilman hänen suostumustaan (hallintolaki 434/2003 50 §)."
    )


class UnheardToHarm(Invalid):
    sentence = (
        "Asianosaisen vahingoksi ei korjata häntä kuulematta. Kuule häntä, ja kirjaa päivä ja mitä hän sanoi (hallintolaki 434/2003 "
        "34 ja 50 §)."
    )


class NotInFavour(Invalid):
    sentence = "Ratkaisu on asianosaisen vahingoksi, mutta korjaus avattiin hänen hyväkseen. Siihen tarvitaan hänen suostumuksensa (hallintolaki 434/2003 50 §)."


class Unreasonable(Invalid):
    sentence = "Kirjoitusvirhettä ei korjata, jos tulos on asianosaiselle kohtuuton eikä virhe johdu hänestä (hallintolaki 434/2003 51 §)."


class NotInDecision(Invalid):
    sentence = "Tätä kohtaa ei ole päätöksessä. Kirjoita se täsmälleen niin kuin se päätöksessä on."


class FixedWords(Invalid):
    sentence = (
        "Tämä kohta on kirjeessä, mutta se tulee kirjeen vakiotekstistä tai valinnasta. Kirjoitusvirheenä korjataan vain valmistelijan "
        "kirjoittamat sanat ja päivät: kirjoita virheellinen sana tai päivä. Jos ratkaisu tai valinta on väärä, se on asiavirhe."
    )


class ShortensRight(Invalid):
    sentence = (
        "Korjaus veisi asianosaiselta päiviä, jotka päätös antoi hänelle. Sitä ei tehdä kirjoitusvirheenä. Valitse asiavirhe ja "
        "vahingoksi: häntä kuullaan, ja siihen tarvitaan hänen suostumuksensa (hallintolaki 434/2003 50 §)."
    )


class NothingChanges(Invalid):
    sentence = "Korjattu kappale olisi samanlainen kuin päätös. Korjaa ensin henkilön tiedot hänen omalla sivullaan, tai kirjoita virheellinen kohta."


class LapseNotReopened(Invalid):
    sentence = "Rauennutta asiaa ei ratkaista uudelleen näin. Henkilö voi hakea uudelleen milloin vain: kirjaa uusi hakemus."


class NotServedYet(Invalid):
    sentence = "Kukaan ei ole vielä saanut päätöstä. Anna se ensin tiedoksi: uusi valitusosoitus lähtee niille, joilla päätös on."


class HeardBeforeDecision(Invalid):
    sentence = "Päivä on ennen kuin korjaaminen tuli vireille. Tarkista päivä."


def last_day(signed_on: date) -> date:
    """Return the last day on which a correction may be asked for (434/2003 52 §). Counting it from the decision's day is our reading."""
    year = signed_on.year + CORRECTION_YEARS
    try:
        return signed_on.replace(year=year)
    except ValueError:
        return date(year, 2, 28)


def is_to_harm(before: str, after: str) -> bool:
    """Return True if a client would be one no more, or one on a weaker ground: 35 § 1 mom. alone binds the authority."""
    rank = {Outcome.ADMITTED_35_1: 2, Outcome.ADMITTED_35_2: 1, Outcome.ADMITTED_35_3: 1}
    known = {each.value: rank.get(each, 0) for each in Outcome}
    return known.get(after, 0) < known.get(before, 0)


_LAST_DAYS: Final = ("reflection_until", "interrupted_from", "help_until")


def shortens(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Return True if a last day that the person has by one decision comes earlier by the other: of a reflection period, or
    of help."""
    pairs = ((before.get(name), after.get(name)) for name in _LAST_DAYS)
    return any(
        isinstance(was, date) and isinstance(becomes, date) and becomes < was for was, becomes in pairs
    )


def delays(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Return True if a reflection period begins later."""
    was, becomes = before.get("reflection_from"), after.get("reflection_from")
    return isinstance(was, date) and isinstance(becomes, date) and becomes > was
