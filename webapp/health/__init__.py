"""Addresses for machines that watch this one: does it live, may it be asked, what waits."""

from webapp.health.views import blueprint

__all__ = ["blueprint"]
