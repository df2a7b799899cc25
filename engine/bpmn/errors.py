"""Refusals of a step of an instance."""

from __future__ import annotations

from engine.errors import Conflict, NotFound


class StepRefused(Conflict):
    sentence = "Prosessin askel ei onnistunut. Mitään ei tallennettu."


class TooManySteps(StepRefused):
    sentence = "Kaavio kulkee kehää ilman, että kukaan tekee mitään. Mitään ei tallennettu."


class TooDeep(StepRefused):
    sentence = "Samaa kierrosta on toistettu niin monta kertaa, ettei asiaa voi enää jatkaa näin."


class TooManyInstances(StepRefused):
    sentence = "Rinnakkaisia kohteita on liikaa."


class TimerWithoutDate(StepRefused):
    sentence = "Ajastimella ei ole päivää. Mitään ei tallennettu."


class ExpressionFailed(StepRefused):
    sentence = "Kaavion lauseketta ei voitu laskea. Mitään ei tallennettu."


class OperationFailed(StepRefused):
    sentence = "Palvelutehtävä ei saanut tietoja, joita se tarvitsee. Mitään ei tallennettu."


class NoSuchStart(NotFound):
    sentence = "Mikään prosessi ei ala tästä viestistä."
