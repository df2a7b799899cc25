"""The reflection period of a victim without a right of residence (301/2004 52 b-52 c §): its decisions and their bounds."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from engine.domain.law import REFLECTION_DAYS, REFLECTION_MONTHS
from engine.errors import Invalid

OUTCOMES: Final[Mapping[str, str]] = {
    "give": "reflection_period",
    "not_given": "reflection_refused",
    "extend": "reflection_extended",
    "not_extended": "reflection_not_extended",
    "interrupt": "reflection_interrupted",
}
"""Proposal to the outcome of its signed decision. Each is a decision: none may be appealed (301/2004 191 § 1 mom. 10 kohta)."""
FOR_VICTIMS: Final = frozenset({"give", "not_given", "extend"})
"""A period that runs may still be left as it is or interrupted when the admission stands no more."""
POLICE_NOTIFIED: Final = frozenset({OUTCOMES["give"], OUTCOMES["extend"], OUTCOMES["interrupt"]})
"""Outcomes of which the police are notified (301/2004 52 c §). Our reading: not of a negative one."""
TAKE_AWAY: Final = frozenset({OUTCOMES["not_given"], OUTCOMES["not_extended"], OUTCOMES["interrupt"]})
"""Outcomes to the person's harm in place of a decision that gave days."""
OF_A_RUNNING_PERIOD: Final = frozenset({"extend", "not_extended", "interrupt", "keep"})


class OnlyForVictims(Invalid):
    sentence = "Harkinta-aika on vain sille, joka on otettu asiakkaaksi uhrina (35 § 1 momentti)."


class PeriodNotRunning(Invalid):
    sentence = "Harkinta-aika ei ole kulumassa. Sitä ei voi jatkaa eikä keskeyttää."


class PeriodRunning(Invalid):
    sentence = "Harkinta-aika on jo kulumassa. Sitä voi jatkaa tai sen voi keskeyttää."


class NotWithinBounds(Invalid):
    sentence = "Harkinta-aika on vähintään 30 päivää ja yhteensä enintään kuusi kuukautta alkamisestaan."


class TotalExceeded(Invalid):
    sentence = "Harkinta-aika on yhteensä enintään kuusi kuukautta, ja aiemmin annettu aika luetaan siihen."


class NothingDecided(Invalid):
    sentence = "Tässä asiassa ei ole vielä päätöstä harkinta-ajasta. Valmistele päätös."


class NotLonger(Invalid):
    sentence = "Jatketun harkinta-ajan pitää päättyä myöhemmin kuin nykyisen."


class NotDuringPeriod(Invalid):
    sentence = "Harkinta-ajan voi keskeyttää aikaisintaan tänään ja viimeistään sen viimeisenä päivänä."


class InterruptedBeforeSignature(Invalid):
    sentence = "Harkinta-aika keskeytyisi ennen allekirjoitusta. Palauta korjattavaksi, jotta valmistelija muuttaa päivän."


class EndsBeforeSignature(Invalid):
    sentence = "Harkinta-aika päättyisi ennen allekirjoitusta. Palauta korjattavaksi, jotta valmistelija muuttaa päivät."


@dataclass(frozen=True, slots=True)
class ReflectionPeriod:
    first: date
    last: date

    @property
    def is_lawful(self) -> bool:
        shortest = self.first + timedelta(days=REFLECTION_DAYS)
        return shortest <= self.last <= months_later(self.first, REFLECTION_MONTHS)

    def is_within_total(self, earlier: Iterable[ReflectionPeriod]) -> bool:
        """Return False if this period and those given earlier are more than six months. To count days off is our reading."""
        used = sum(((each.last - each.first) for each in earlier), timedelta())
        return self.last + used <= months_later(self.first, REFLECTION_MONTHS)


def months_later(day: date, months: int) -> date:
    """Return the day of the same number; the last of a month that has no such day. Six months from 2.11.2026 end on 2.5.2027."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
