"""Scenarios that were not met, as findings in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from engine.bpmn import Finding
from engine.bpmn.element_names import Names
from engine.models.bundle import FINNISH
from engine.simulation.scenario_counts import Miss
from engine.simulation.scenario_runner import ScenarioResult
from engine.texts import text

CODE: Final = "scenario"
_SENTENCES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "step": "Skenaario ”{title}”: vaihetta {step} ({expected}) ei voi enää tehdä. {reason} Auki oli: {happened}.",
        "added": "Skenaario ”{title}”: ennen vaihetta {step} ({expected}) on nyt tehtävä ”{happened}”, jota skenaariossa ei ole.",
        "milestone": "Skenaario ”{title}”: virstanpylvästä {expected} ei saavutettu.",
        "letter": "Skenaario ”{title}”: kirjettä {expected} ei tehty. Tehtiin: {happened}.",
        "mail": "Skenaario ”{title}”: viestiä {expected} ei lähtenyt. Lähti: {happened}.",
        "waiting": "Skenaario ”{title}”: lomakkeen {expected} piti odottaa lopussa. Auki oli: {happened}.",
        "outcome": "Skenaario ”{title}”: ratkaisun piti olla {expected}, mutta se oli {happened}.",
        "closed": "Skenaario ”{title}”: asia ei ollut lopussa siinä tilassa kuin piti.",
        "times": "Skenaario ”{title}”: odotettiin {expected}, mutta niitä oli {happened}.",
        "apart": "Skenaario ”{title}”: väliä piti olla vähintään näin monta päivää: {expected}. Hetket: {happened}.",
        "says": "Skenaario ”{title}”: tekstissä ei ole näitä sanoja: {expected}.",
        "twice": "Skenaario ”{title}”: sama viesti {expected} lähti samalle kahdesti samalla minuutilla ({happened}).",
        "time": "Skenaariota ”{title}” ei ehditty ajaa loppuun. Se ei ole läpi mennyt eikä hylätty.",
    }
)
_WAYS_OUT: Final[Mapping[str, str]] = MappingProxyType(
    {
        "time": "Lyhennä skenaarioita tai aja ne komentoriviltä.",
        "added": "Jos muutos on tarkoitettu, aja skenaario kokeilussa. Se pysähtyy uuteen tehtävään: tee se, niin loput vaiheet tehdään niin kuin ne on tallennettu. Tallenna skenaario sen jälkeen uudelleen.",
        "": "Korjaa kaavio. Jos muutos on tarkoitettu, tallenna skenaario uudelleen tai poista se.",
    }
)


def findings_of(results: Iterable[ScenarioResult], names: Names = FINNISH) -> tuple[Finding, ...]:
    """Return a finding for each miss, in the language of the names."""
    return tuple(_finding(result, miss, names) for result in results for miss in result.misses)


def _finding(result: ScenarioResult, miss: Miss, names: Names) -> Finding:
    language = names.language
    sentence = text(
        language,
        _SENTENCES[miss.kind],
        title=result.title,
        step=miss.step or "",
        expected=miss.expected,
        happened=", ".join(map(names.of, miss.happened)) or text(language, "ei mitään"),
        reason=text(language, miss.reason) if miss.reason else "",
    )
    return Finding(
        CODE,
        "warning" if miss.kind == "time" else "error",
        miss.process_id,
        miss.element_id,
        sentence,
        text(language, _WAYS_OUT.get(miss.kind, _WAYS_OUT[""])),
        {"file": result.path},
    )
