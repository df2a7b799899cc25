"""Notices to staff in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from engine.domain.staff_notices import NoticeKind
from engine.queries.staff_notices import NoticeLine, NoticeList
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.catalogues import marked

KINDS: Final[Mapping[NoticeKind, str]] = {
    NoticeKind.ASSIGNMENT: marked("Asia tai tehtävä annetaan minulle"),
    NoticeKind.HANDED_OVER: marked("Asiani tai tehtäväni annetaan toiselle"),
    NoticeKind.UNDONE: marked("Asian siirto minulle tai minulta kumotaan"),
    NoticeKind.TO_DECIDE: marked("Tehtävä odottaa päätöstäni tai allekirjoitustani"),
    NoticeKind.SENT_BACK: marked("Valmistelu palautetaan minulle"),
    NoticeKind.MENTION: marked("Työkaveri mainitsee minut"),
    NoticeKind.NOTE: marked("Työkaveri kirjaa asiaani yhteydenoton tai lausuman"),
    NoticeKind.DUE_SOON: marked("Tehtävän määräaika on seuraavana työpäivänä"),
    NoticeKind.OVERDUE: marked("Tehtävä on myöhässä"),
    NoticeKind.FOLLOW_UP: marked("Sovitun yhteydenoton päivä on tullut"),
    NoticeKind.OWED: marked("Saapunut asiakirja tai luvattu puhelu on myöhässä"),
    NoticeKind.ARRIVAL: marked("Asiaani kirjataan saapunut asiakirja"),
    NoticeKind.MEETING: marked("Asiani tapaaminen sovitaan, muuttuu tai vaatii muistutuksen"),
    NoticeKind.BARRED: marked("Minut kirjataan esteelliseksi"),
    NoticeKind.DISQUALIFICATION: marked("Joku kirjataan esteelliseksi, tai esteellisyys poistetaan"),
}
_SENTENCES: Final[Mapping[NoticeKind, str]] = {
    NoticeKind.ASSIGNMENT: marked("Sinulle annettiin asia"),
    NoticeKind.HANDED_OVER: marked("Asiasi on nyt toisella käsittelijällä"),
    NoticeKind.UNDONE: marked("Asian siirto kumottiin"),
    NoticeKind.TO_DECIDE: marked("Odottaa päätöksentekijää: %(task)s"),
    NoticeKind.SENT_BACK: marked("Valmistelu palautettiin: %(task)s"),
    NoticeKind.MENTION: marked("Sinut mainittiin merkinnässä"),
    NoticeKind.NOTE: marked("Asiaasi kirjattiin yhteydenotto tai lausuma"),
    NoticeKind.DUE_SOON: marked("Määräaika lähestyy: %(task)s"),
    NoticeKind.OVERDUE: marked("Myöhässä: %(task)s"),
    NoticeKind.FOLLOW_UP: marked("Sovittu yhteydenotto"),
    NoticeKind.OWED: marked("Myöhässä: saapunut asiakirja tai luvattu puhelu"),
    NoticeKind.ARRIVAL: marked("Asiaasi kirjattiin saapunut asiakirja"),
    NoticeKind.MEETING: marked("Tapaaminen asiassasi: katso, mitä siitä on kirjattu"),
    NoticeKind.BARRED: marked(
        "Sinut on kirjattu esteelliseksi asiassa, jota et enää näe. Jos se on väärin, kerro esihenkilölle tai johtajalle"
    ),
    NoticeKind.DISQUALIFICATION: marked("Esteellisyyttä muutettiin: katso, kuka näkee asian"),
}


@dataclass(frozen=True, slots=True)
class WordedNotice:
    line: NoticeLine
    what: str


def worded_notices(found: NoticeList) -> tuple[WordedNotice, ...]:
    return tuple(WordedNotice(each, _what(each)) for each in found.lines)


def _what(line: NoticeLine) -> str:
    if line.kind is NoticeKind.ASSIGNMENT and line.task_name:
        return _("Sinulle annettiin tehtävä: %(task)s", task=line.task_name)
    if line.kind is NoticeKind.HANDED_OVER and line.task_name:
        return _("Tehtävä ei ole enää sinulla: %(task)s", task=line.task_name)
    sentence = _SENTENCES[line.kind]
    return _(sentence, task=line.task_name) if "%(task)s" in sentence else _(sentence)
