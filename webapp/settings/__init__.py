"""What the web is told by its environment, checked at start with all errors at once."""

from webapp.settings.identification import IdentificationSettings
from webapp.settings.web import WebSettings, derived_secret

__all__ = ["IdentificationSettings", "WebSettings", "derived_secret"]
