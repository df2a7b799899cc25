"""Kinds of deadlines in the ledger: the rule of each, its source, and if it pauses while the person can't be reached safely."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from engine.domain.law import APPEAL_DAYS, LEAVE_DAYS, REFLECTION_DAYS, REFLECTION_MONTHS


@dataclass(frozen=True, slots=True)
class DeadlineKind:
    name: str
    label: str
    rule: str
    """How long, from when: a Finnish sentence, translated where it is shown."""
    source: str
    """The section that sets the period or obliges to act; empty where no statute speaks of it."""
    days_are_law: bool
    """False: the section says "without delay" or nothing; the days are the authority's own, not verified with it."""
    table: str | None = None
    """Decision table that holds the days."""
    pauses_on_hold: bool = False
    """It runs on contact with the person, so it stands still while no way to them is safe (`ContactHold`)."""
    is_persons_own: bool = False
    """The person's own time: that it ends is no breach of anybody's."""
    is_extended_by_hand: bool = False
    """A manager may give more days with a reason: nobody outside waits for the day."""
    reaches_manager: bool = False
    """The managers are notified when it passes: it spans steps that no timer of a diagram does."""
    ends_on_its_day: bool = False
    """It is over when its last day is; the appeal period stays open until the courts were asked."""
    due_reasons: frozenset[str] = frozenset()
    """Variables of a task's due day (`due_reason`): it begins, moves and ends with those tasks."""
    met_by: frozenset[str] = frozenset()
    """Forms that meet it when they are handed in."""


TARGET: Final = "target"
TARGET_DAY: Final = "target_on"
"""The variable (`due_reason`) of tasks that are due with the target of the decision."""
REQUEST: Final = "request"
WRITTEN_AFTER_ORAL: Final = "written_after_oral"
CONTACT: Final = "contact"
SERVICE: Final = "service"
COURT_STATEMENT: Final = "court_statement"
CORRECTION: Final = "correction"
OWN_APPEAL: Final = "own_appeal"
APPEAL_PERIOD: Final = "appeal_period"
REFLECTION: Final = "reflection_period"

KINDS: Final[Mapping[str, DeadlineKind]] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            DeadlineKind(
                TARGET,
                "Päätöksen tavoiteaika",
                "Päivät asian luokan mukaan, saapumisesta; oikeuden palauttamassa asiassa ratkaisun saapumisesta. Seisoo, kun odotetaan hakijan omaa vastausta; ei koskaan "
                "lapsen eikä kiireellisen asian.",
                "434/2003 23 §; 746/2011 5 §",
                days_are_law=False,
                table="target_dates",
                is_extended_by_hand=True,
            ),
            DeadlineKind(
                REQUEST,
                "Vastaus pyyntöön",
                "Päivä, jonka käsittelijä antaa vastaajalle. Se on riittävä, ja sitä voi pidentää pyynnöstä.",
                "434/2003 22, 33 §",
                days_are_law=False,
                pauses_on_hold=True,
                due_reasons=frozenset({"due_at"}),
                met_by=frozenset({"information_reply", "hearing_reply"}),
            ),
            DeadlineKind(
                WRITTEN_AFTER_ORAL,
                "Kirjallinen päätös suullisen jälkeen",
                "Viipymättä suullisesta päätöksestä kirjallisen allekirjoitukseen. Kun aika ylittyy, esihenkilölle ilmoitetaan.",
                "434/2003 43 §",
                days_are_law=False,
                table="written_times",
                reaches_manager=True,
            ),
            DeadlineKind(
                CONTACT,
                "Yhteydenotto asiakkaaksi otettuun",
                "Päivä, jonka menettely asettaa, kun asiakas on tavoitettava. Esihenkilö voi siirtää sitä.",
                "",
                days_are_law=False,
                pauses_on_hold=True,
                due_reasons=frozenset({"contact_escalate_at"}),
                met_by=frozenset({"contact_client"}),
            ),
            DeadlineKind(
                SERVICE,
                "Päätöksen lähettäminen tai luovuttaminen",
                "Viipymättä siitä, kun tapa on valittu, siihen, kun päätös on lähetetty tai luovutettu. Kullakin "
                "vastaanottajalla on omansa.",
                "434/2003 54 §",
                days_are_law=False,
                table="delivery_times",
                pauses_on_hold=True,
            ),
            DeadlineKind(
                COURT_STATEMENT,
                "Lausunto oikeudelle",
                "Viipymättä valituksen saapumisesta siihen, kun valitus on lähetetty lausunnon kanssa. Tuomioistuimen "
                "asettama päivä menee edelle.",
                "746/2011 55 §",
                days_are_law=False,
                table="opinion_times",
                is_extended_by_hand=True,
            ),
            DeadlineKind(
                CORRECTION,
                "Päätöksen korjaaminen",
                "Korjaamisasian vireilletulosta sen ratkaisuun. Itse raja, viisi vuotta päätöksestä, on laissa.",
                "434/2003 50–53 §",
                days_are_law=False,
                table="correction_times",
            ),
            DeadlineKind(
                OWN_APPEAL,
                "Oma valitus",
                f"{LEAVE_DAYS} päivää siitä, kun tuomioistuimen ratkaisu annettiin meille tiedoksi, siihen, kun valituslupahakemus on lähetetty.",
                "808/2019 107, 111 §",
                days_are_law=True,
                due_reasons=frozenset({"own_appeal_until"}),
                met_by=frozenset({"send_own_appeal"}),
            ),
            DeadlineKind(
                APPEAL_PERIOD,
                "Valitusaika",
                f"{APPEAL_DAYS} päivää vastaanottajan omasta tiedoksisaannista, jota päivää ei lasketa. Lauantai, pyhäpäivä ja "
                "aatto siirtävät viimeisen päivän arkipäivään (150/1930, jonka tekstiä ei ole vahvistettu).",
                "808/2019 13 §",
                days_are_law=True,
                is_persons_own=True,
            ),
            DeadlineKind(
                REFLECTION,
                "Harkinta-aika",
                f"Päätöksessä annettu aika: vähintään {REFLECTION_DAYS} päivää ja jatkettunakin enintään "
                f"{REFLECTION_MONTHS} kuukautta.",
                "301/2004 52 b §",
                days_are_law=True,
                is_persons_own=True,
                ends_on_its_day=True,
            ),
        )
    }
)
"""Every name under which a deadline stands in the ledger."""
EXTENDED_BY_HAND: Final = frozenset(name for name, kind in KINDS.items() if kind.is_extended_by_hand)
NEVER_PASS: Final = tuple(
    name for name, kind in KINDS.items() if kind.is_persons_own and not kind.ends_on_its_day
)
"""Names whose last day goes by without an entry."""
PERSONS_OWN: Final = tuple(name for name, kind in KINDS.items() if kind.is_persons_own)
OF_DUE_REASON: Final[Mapping[str, DeadlineKind]] = MappingProxyType(
    {reason: kind for kind in KINDS.values() for reason in kind.due_reasons}
)


def pauses_on_hold(name: str) -> bool:
    kind = KINDS.get(name)
    return kind is not None and kind.pauses_on_hold


def is_persons_own(name: str) -> bool:
    return name in PERSONS_OWN


def ends_on_its_day(name: str) -> bool:
    kind = KINDS.get(name)
    return kind is not None and kind.ends_on_its_day
