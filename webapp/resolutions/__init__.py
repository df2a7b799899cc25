"""Letters of resolutions: as a page, and as a PDF that is marked as a draft until it is signed."""

from webapp.resolutions.letters import blueprint as blueprint
