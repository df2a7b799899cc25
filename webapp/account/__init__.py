"""Signing in and out, and a staff member's own settings."""

from webapp.account.views import blueprint as blueprint

__all__ = ["blueprint"]
