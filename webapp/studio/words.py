"""What the studio calls the kinds of elements and files, and the outcomes of a case."""

from __future__ import annotations

from webapp.rendering.texts import gettext, marked

_KINDS = {
    "startEvent": marked("alku"),
    "endEvent": marked("loppu"),
    "intermediateCatchEvent": marked("odotus"),
    "intermediateThrowEvent": marked("välitapahtuma"),
    "boundaryEvent": marked("reunatapahtuma"),
    "userTask": marked("ihmisen tehtävä"),
    "serviceTask": marked("järjestelmän tehtävä"),
    "businessRuleTask": marked("päätöstaulukko"),
    "scriptTask": marked("laskelma"),
    "callActivity": marked("kutsuttu prosessi"),
    "subProcess": marked("osaprosessi"),
    "exclusiveGateway": marked("valintahaara"),
    "inclusiveGateway": marked("monivalintahaara"),
    "parallelGateway": marked("rinnakkaishaara"),
    "eventBasedGateway": marked("tapahtumahaara"),
}
_OUTCOMES = {
    "admitted_35_1": marked("otettu, 35 § 1 mom."),
    "admitted_35_2": marked("otettu, 35 § 2 mom."),
    "admitted_35_3": marked("otettu, 35 § 3 mom."),
    "not_admitted": marked("ei otettu"),
    "not_examined": marked("jätetty tutkimatta"),
    "lapsed": marked("rauennut"),
    "transferred": marked("siirretty"),
}


def kind_name(kind: str) -> str:
    return gettext(_KINDS[kind]) if kind in _KINDS else kind


def outcome_name(outcome: str) -> str:
    return gettext(_OUTCOMES[outcome]) if outcome in _OUTCOMES else outcome
