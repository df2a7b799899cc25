"""Signing in and out, and what a person of the staff may choose for themselves."""

from webapp.account.views import blueprint as blueprint

__all__ = ["blueprint"]
