"""The order of days in a case. Hard: signature, dispatch, service, and what cannot be; any other reversal needs a reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from engine.domain.acts import AHEAD, Act
from engine.domain.parties import LONGEST_REASON
from engine.errors import Invalid


@dataclass(frozen=True, slots=True)
class Order:
    """Two acts of which the earlier does not happen after the later."""

    earlier: Act
    later: Act
    sentence: str
    is_hard: bool = False
    is_strict: bool = False
    """The two cannot happen on one day either."""
    is_of_one_day: bool = False
    """Only one day for both needs a reason: what left on a later day is refused where it is recorded."""
    within: int | None = None
    """Days after which the later act needs a reason: what is written down so late is easily remembered wrong, and what is
    planned so far ahead is easily a wrong year."""
    is_of_far_end: bool = False
    """The later act may also come first: only `within` bounds it."""

    @property
    def name(self) -> str:
        return f"{self.earlier}_{self.later}"

    def holds(self, earlier: date, later: date) -> bool:
        if self.is_of_one_day:
            return earlier != later
        if self.within is not None and (later - earlier).days > self.within:
            return False
        if self.is_of_far_end:
            return True
        return earlier < later if self.is_strict else earlier <= later


def _hard(earlier: Act, later: Act, sentence: str, *, is_strict: bool = False) -> Order:
    return Order(earlier, later, sentence, is_hard=True, is_strict=is_strict)


LATE_AFTER: Final = 7
"""Days, our own rule: a letter is presumed received on the seventh, so that a period may have begun unseen."""
FAR_AHEAD: Final = 366
"""Days, our own rule: a day to come that is further away is probably a wrong year."""
HELP_AFTER_REMOVAL: Final = 183
"""Days, our own rule: 746/2011 38 f § gives help for a reasonable time, and no number."""
SOON: Final = 14
"""Days, our own rule: 301/2004 52 b § does not say when a reflection period begins, and the police are notified without delay."""
HELD_AT_MOST: Final = 7
"""Days, our own rule: 434/2003 54 § serves a decision without delay, and until it leaves nobody contacts a new client."""
BEFORE_DISPATCH: Final = "Päivä on ennen kuin päätös lähetettiin tai allekirjoitettiin. Tarkista päivä."
BEFORE_BIRTH: Final = "Päivä on ennen henkilön syntymää. Tarkista päivä."
_LIVED: Final = (
    Act.CONSENT_TALK,
    Act.MEASURES,
    Act.CONTACT,
    Act.DISCLOSURE_CONSENT,
    Act.CHILD_HEARING,
    Act.CHILD_WELFARE_NOTICE,
    Act.SUPPORT,
    Act.DEATH,
    Act.WITHDRAWAL,
)
HELD_LONG: Final = (
    "Päätös odottaisi lähettämistä yli viikon, tai päivä on mennyt. Sinä aikana päätöstä ei anneta tiedoksi eikä henkilöön oteta "
    "yhteyttä. Tarkista päivä, tai kirjoita, miksi se on oikein: esihenkilö saa tiedon."
)
IN_FUTURE: Final = "Päivä ei voi olla tulevaisuudessa."
STANDS_NO_MORE: Final = (
    "Päätös ei ollut tuona päivänä enää voimassa: tuomioistuin ratkaisi sen, tai toinen päätös tuli sen tilalle. Jos se annettiin "
    "silti tai lähti ennen sitä, kirjoita, miten kävi ja mitä henkilölle kerrottiin."
)
LOST_THAT_DAY: Final = (
    "Samana päivänä kirjattiin, ettei tapa tai vastaanottaja ole turvallinen. Jos kirje lähti tai kysymys esitettiin ennen sitä, "
    "kirjoita, mistä sen tiedät."
)
HANDED_THAT_DAY: Final = (
    "Samana päivänä vastaanottaja merkittiin vaaralliseksi, tai hänen valtuutensa päättyi. Jos hän sai päätöksen ennen sitä, "
    "kirjoita, mistä sen tiedät."
)
PAUSED_THAT_DAY: Final = "Henkilö peruutti hakemuksensa samana päivänä. Jos kirje lähti tai kysymys esitettiin ennen sitä, kirjoita, mistä sen tiedät."
SPOKEN_EARLY: Final = Order(Act.ARRIVAL, Act.ORAL_DECISION, "Suullinen päätös on ennen kuin asia saapui.")
ORDERS: Final = (
    _hard(
        Act.BIRTH,
        Act.CHILD_BIRTH,
        "Lapsi ei voi olla vanhempaansa vanhempi. Tarkista syntymäajat.",
        is_strict=True,
    ),
    _hard(Act.BIRTH, Act.ARRIVAL, "Syntymäaika on asian saapumisen jälkeen. Tarkista päivä."),
    _hard(Act.CHILD_BIRTH, Act.ARRIVAL, "Syntymäaika on asian saapumisen jälkeen. Tarkista päivä."),
    *(_hard(Act.PERSON_BIRTH, each, BEFORE_BIRTH) for each in _LIVED),
    _hard(
        Act.ORAL_DENIAL,
        Act.DENIAL_NOTICE,
        "Päivä on ennen kuin päättäjä kielsi suullisen päätöksen. Tarkista päivä.",
    ),
    _hard(
        Act.PERIOD_SIGNATURE,
        Act.PERIOD_NOTICE,
        "Päivä on ennen kuin päätös harkinta-ajasta allekirjoitettiin. Tarkista päivä.",
    ),
    _hard(
        Act.SIGNATURE,
        Act.DISPATCH,
        "Päivä on ennen kuin päätös allekirjoitettiin. Päätös voi lähteä aikaisintaan allekirjoituspäivänä.",
    ),
    *(_hard(each, Act.SERVICE, BEFORE_DISPATCH) for each in (Act.SIGNATURE, Act.DISPATCH)),
    _hard(Act.DISPATCH, Act.RETURN, "Päivä on ennen kuin kirje lähti postiin. Tarkista päivä."),
    _hard(Act.NOTICE_MADE, Act.NOTICE_SENT, "Päivä on ennen kuin asiakirja laadittiin. Tarkista päivä."),
    _hard(Act.QUESTION_OPENED, Act.QUESTION_ASKED, "Päivä on ennen kuin kysymys kirjattiin. Tarkista päivä."),
    _hard(
        Act.APPEAL_AT_COURT,
        Act.APPEAL,
        "Lausuntopyyntö saapui ennen kuin valitus oli tuomioistuimessa. Tarkista päivät.",
    ),
    _hard(Act.APPEAL, Act.FORWARDING, "Päivä on ennen kuin valitus saapui. Tarkista päivä."),
    _hard(
        Act.COURT_DECISION,
        Act.COURT_DECISION_ARRIVAL,
        "Päivä on ennen kuin tuomioistuin ratkaisi asian. Tarkista päivät.",
    ),
    _hard(
        Act.COURT_DECISION,
        Act.COURT_DECISION_SERVICE,
        "Päivä on ennen kuin tuomioistuin ratkaisi asian. Tarkista päivät.",
    ),
    _hard(Act.CONSENT, Act.CONSENT_WITHDRAWAL, "Suostumusta ei voi peruuttaa ennen kuin se annettiin."),
    Order(
        Act.NOTICE_SENT,
        Act.CONSENT_WITHDRAWAL,
        "Henkilö peruutti suostumuksensa samana päivänä. Jos kirje ehti lähteä ennen sitä, kirjoita, mistä sen tiedät.",
        is_of_one_day=True,
    ),
    Order(
        Act.CONSENT_END,
        Act.DISCLOSURE_CONSENT,
        "Samana päivänä henkilö perui suostumuksensa tai kielsi tämän. Jos hän suostui vasta sen jälkeen, kirjoita, mistä sen "
        "tiedät.",
        is_of_one_day=True,
    ),
    Order(Act.NOTICE_SENT, Act.WAY_LOST, LOST_THAT_DAY, is_of_one_day=True),
    Order(Act.DISPATCH, Act.WAY_LOST, LOST_THAT_DAY, is_of_one_day=True),
    Order(Act.QUESTION_ASKED, Act.WAY_LOST, LOST_THAT_DAY, is_of_one_day=True),
    Order(Act.SERVICE, Act.WAY_LOST, HANDED_THAT_DAY, is_of_one_day=True),
    Order(Act.NOTICE_SENT, Act.REQUESTS_PAUSE, PAUSED_THAT_DAY, is_of_one_day=True),
    Order(Act.QUESTION_ASKED, Act.REQUESTS_PAUSE, PAUSED_THAT_DAY, is_of_one_day=True),
    Order(
        Act.CERTIFICATE,
        Act.SERVICE,
        "Päätös luovutettiin ennen kuin todistus luovutuksesta laadittiin. Todistus tehdään ennen tapaamista, ja siinä se "
        "allekirjoitetaan. Kirjoita, mitä tavatessa allekirjoitettiin ja missä se on.",
    ),
    Order(
        Act.COVER,
        Act.DISPATCH,
        "Kirje laadittiin vasta tämän päivän jälkeen. Tarkista päivä: aiemman kirjeen päivä ei ole tämän kirjeen. Jos aiemmin "
        "tulostettu kirje lähti, kirjoita, mikä kirje se oli ja mistä tiedät päivän.",
    ),
    Order(Act.DISPATCH, Act.OVERTAKEN, STANDS_NO_MORE, is_strict=True),
    Order(Act.SERVICE, Act.OVERTAKEN, STANDS_NO_MORE, is_strict=True),
    Order(
        Act.DISPATCH,
        Act.RECORDING,
        "Kirje lähti yli viikko sitten, ja se kirjataan vasta nyt. Kirjoita, miksi, ja mistä tiedät päivän.",
        within=LATE_AFTER,
    ),
    Order(
        Act.NOTICE_SENT,
        Act.RECORDING,
        "Kirje lähti yli viikko sitten, ja se kirjataan vasta nyt. Kirjoita, miksi, ja mistä tiedät päivän.",
        within=LATE_AFTER,
    ),
    Order(Act.ARRIVAL, Act.CONSENT_TALK, "Keskustelu on ennen kuin asia saapui."),
    Order(Act.ARRIVAL, Act.MEASURES, "Toimet ovat ennen kuin asia saapui."),
    SPOKEN_EARLY,
    Order(Act.ARRIVAL, Act.REGISTRATION, "Asia tuli vireille ennen kuin se saapui."),
    Order(Act.ARRIVAL, Act.CONTACT, "Yhteydenotto on ennen kuin asia saapui."),
    Order(
        Act.ARRIVAL,
        Act.DISCLOSURE_CONSENT,
        "Henkilö suostui ennen kuin asia saapui. Tarkista päivä, tai kirjoita, kenelle hän suostui ja mistä tiedät sen.",
    ),
    Order(Act.ARRIVAL, Act.CHILD_HEARING, "Lasta kuultiin ennen kuin asia saapui."),
    Order(
        Act.ARRIVAL,
        Act.CHILD_WELFARE_NOTICE,
        "Ilmoitus tehtiin ennen kuin asia saapui. Tarkista päivä, tai kirjoita, kuka sen teki ja mistä tiedät sen.",
    ),
    Order(Act.ARRIVAL, Act.SUPPORT, "Apua annettiin ennen kuin asia saapui."),
    Order(Act.ARRIVAL, Act.DEATH, "Henkilö kuoli ennen kuin asia saapui."),
    Order(
        Act.RECORDING,
        Act.REFLECTION,
        "Harkinta-aika alkaisi yli kahden viikon päästä. Tarkista päivä, tai kirjoita, miksi se alkaa vasta silloin.",
        within=SOON,
        is_of_far_end=True,
    ),
    Order(
        Act.RECORDING,
        Act.HELP_END,
        "Apu jatkuisi yli puoli vuotta. Tarkista päivä, tai kirjoita, miksi aika on kohtuullinen (746/2011 38 f §).",
        within=HELP_AFTER_REMOVAL,
        is_of_far_end=True,
    ),
    Order(
        Act.RECORDING,
        Act.PLAN,
        "Päivä on mennyt tai yli vuoden päässä. Tarkista päivä, tai kirjoita, miksi se on oikein.",
        within=FAR_AHEAD,
    ),
    Order(Act.RECORDING, Act.HOLD, HELD_LONG, within=HELD_AT_MOST),
    Order(Act.ARRIVAL, Act.WITHDRAWAL, "Peruuttaminen on ennen kuin asia saapui."),
    Order(Act.REGISTRATION, Act.ASSESSMENT, "Asia arvioitiin ennen kuin se tuli vireille."),
    Order(Act.REGISTRATION, Act.SIGNATURE, "Päätös allekirjoitettiin ennen kuin asia tuli vireille."),
    Order(Act.HEARING_SENT, Act.HEARING, "Henkilöä kuultiin ennen kuin kuuleminen lähti hänelle."),
    Order(Act.ASSESSMENT, Act.SIGNATURE, "Päätös allekirjoitettiin ennen kuin asia arvioitiin."),
    Order(
        Act.SIGNATURE,
        Act.REFLECTION,
        "Harkinta-aika alkaa ennen kuin henkilö otettiin auttamisjärjestelmään.",
    ),
    Order(Act.SIGNATURE, Act.APPEAL, "Valitus saapui ennen kuin päätös allekirjoitettiin."),
    Order(Act.SERVICE, Act.APPEAL, "Valitus saapui ennen kuin päätös annettiin tiedoksi."),
    Order(Act.APPEAL, Act.COURT_DECISION, "Tuomioistuin ratkaisi valituksen ennen kuin se saapui."),
    Order(Act.SERVICE, Act.FINALITY_ANSWER, "Tuomioistuin vastasi ennen kuin päätös annettiin tiedoksi."),
)
"""Neighbours by their acts (434/2003 18, 20, 43, 54, 59-60 §). Soft orders have lawful exceptions, such as an oral decision
on a call that was written down the next morning; every appeal is received, also one that came too early (746/2011 55 §)."""
SOFT: Final = tuple(each for each in ORDERS if not each.is_hard)


class DatesRejected(Invalid):
    """Days that cannot be, or that need a reason, by the path of their question."""

    sentence = "Tarkista päivät."

    def __init__(self, problems: Mapping[str, Order]) -> None:
        first = next(iter(problems))
        super().__init__(problems[first].sentence, field=first)
        self.problems = problems

    @property
    def need_reasons(self) -> bool:
        """True if reasons are all that is missing."""
        return not any(each.is_hard for each in self.problems.values())


@dataclass(frozen=True, slots=True)
class Dated:
    """A day that somebody wrote down for an act."""

    act: Act
    day: date


@dataclass(frozen=True, slots=True)
class Explanation:
    """A reversed order that somebody gave a reason for."""

    path: str
    order: Order
    day: date
    reason: str


def reversed_orders(dated: Dated, known: Mapping[Act, date], today: date) -> tuple[Order, ...]:
    """Return the orders that the day breaks beside its known neighbours, the hard ones first."""
    found = [each for each in ORDERS if _is_reversed(each, dated, known)]
    if dated.act not in AHEAD and dated.day > today:
        found.append(_hard(dated.act, Act.RECORDING, IN_FUTURE))
    return tuple(sorted(found, key=lambda each: not each.is_hard))


def _is_reversed(order: Order, dated: Dated, known: Mapping[Act, date]) -> bool:
    if dated.act is order.earlier:
        later = known.get(order.later)
        return later is not None and not order.holds(dated.day, later)
    if dated.act is order.later:
        earlier = known.get(order.earlier)
        return earlier is not None and not order.holds(earlier, dated.day)
    return False


def explained(
    written: Mapping[str, Dated], known: Mapping[Act, date], today: date, reasons: Mapping[str, str]
) -> tuple[Explanation, ...]:
    """Return the reversals that have a reason. Raise DatesRejected for a hard one, and for one without a reason.

    `written`: what somebody writes down now, by the path of its question, also compared with each other. `reasons`: by the
    same paths.
    """
    problems: dict[str, Order] = {}
    found: list[Explanation] = []
    for path, dated in written.items():
        others = {each.act: each.day for other, each in written.items() if other != path}
        broken = reversed_orders(dated, {**known, **others}, today)
        # Two days of one form: the problem stands beside the later act.
        orders = [each for each in broken if dated.act is each.later or each.later not in others]
        reason = reasons.get(path, "").strip()
        if not orders:
            continue
        if orders[0].is_hard or not reason:
            problems[path] = orders[0]
        elif len(reason) > LONGEST_REASON:
            raise Invalid("Lyhennä syytä: enintään 2 000 merkkiä.", field=path)
        else:
            found.extend(Explanation(path, each, dated.day, reason) for each in orders)
    if problems:
        raise DatesRejected(problems)
    return tuple(found)


def acts_beside(acts: Iterable[Act]) -> frozenset[Act]:
    """Return the acts whose days decide if a day of these acts fits."""
    wanted = frozenset(acts)
    return frozenset(
        other
        for order in ORDERS
        for act, other in ((order.earlier, order.later), (order.later, order.earlier))
        if act in wanted
    )
