"""Problems of a DMN file, by element."""

from __future__ import annotations

from engine.errors import Invalid
from engine.feel import FeelProblem


class DmnProblem(Invalid):
    sentence = "Päätöstaulua ei voi lukea."

    def __init__(self, key: str, element: str | None = None, **values: object) -> None:
        super().__init__(SENTENCES[key].format(**values))
        self.key, self.element, self.values = key, element, values

    @classmethod
    def of_cell(cls, problem: FeelProblem, element: str | None) -> DmnProblem:
        """Return the problem of a cell or expression that FEEL cannot read."""
        found = cls("unreadable", element, problem=str(problem))
        found.cause = problem
        return found

    cause: FeelProblem | None = None


class DmnRefused(Invalid):
    sentence = "Päätöstaulussa on virheitä."

    def __init__(self, problems: tuple[DmnProblem, ...]) -> None:
        super().__init__(" ".join(problem.message for problem in problems) or None)
        self.problems = problems


SENTENCES = {
    "not_dmn": "Tiedosto ei ole DMN-malli.",
    "no_decision": "Mallissa ei ole päätöstä {name}.",
    "no_element": "Viittaus {name} ei osoita mihinkään.",
    "unreadable": "Solua tai lauseketta ei voi lukea: {problem}",
    "no_name": "Elementiltä puuttuu nimi.",
    "same_id": "Tunnus {name} on kahdella elementillä.",
    "hit_policy": "Osumakäytäntöä {name} ei tunneta.",
    "cells": "Rivillä on {found} solua, mutta sarakkeita on {wanted}.",
    "no_output": "Taulussa ei ole tulossaraketta.",
    "unknown_type": "Tyyppiä {name} ei ole määritelty.",
    "circle": "Päätös {name} tarvitsee itseään.",
    "language": "Lausekekieltä {name} ei tunneta: vain FEEL.",
    "too_deep": "Sisäkkäisiä lausekkeita on liian monta.",
}
