"""Refusals of a step."""

from __future__ import annotations

from engine.errors import Conflict, NotFound


class StepRefused(Conflict):
    """Prosessin askel ei onnistunut. Mitään ei tallennettu."""


class TooManySteps(StepRefused):
    """Kaavio kulkee kehää ilman, että kukaan tekee mitään. Mitään ei tallennettu."""


class TooDeep(StepRefused):
    """Samaa kierrosta on toistettu niin monta kertaa, ettei asiaa voi enää jatkaa näin."""


class TooManyInstances(StepRefused):
    """Rinnakkaisia kohteita on liikaa."""


class TimerWithoutDate(StepRefused):
    """Ajastimella ei ole päivää. Mitään ei tallennettu."""


class ExpressionFailed(StepRefused):
    """Kaavion lauseketta ei voitu laskea. Mitään ei tallennettu."""


class OperationFailed(StepRefused):
    """Palvelutehtävä ei saanut tietoja, joita se tarvitsee. Mitään ei tallennettu."""


class NoSuchStart(NotFound):
    """Mikään prosessi ei ala tästä viestistä."""
