"""Letters of resolutions: as a page, and as a PDF that says it is a draft until it is signed."""

from webapp.resolutions.letters import blueprint

__all__ = ["blueprint"]
