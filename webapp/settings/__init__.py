"""The web's settings: read from the environment, checked at start with all mistakes at once."""

from __future__ import annotations

from typing import Final

from engine.settings import SETTINGS as ENGINE_SETTINGS
from engine.settings import Setting
from webapp.settings import identification, web
from webapp.settings.identification import IdentificationSettings
from webapp.settings.staff_sign_in import ClaimTable, StaffSignIn
from webapp.settings.web import WebSettings

__all__ = [
    "EVERY_SETTING",
    "ClaimTable",
    "IdentificationSettings",
    "StaffSignIn",
    "WebSettings",
]

EVERY_SETTING: Final[tuple[Setting, ...]] = (*ENGINE_SETTINGS, *web.SETTINGS, *identification.SETTINGS)
"""Of the whole program, in the order of the reference."""
