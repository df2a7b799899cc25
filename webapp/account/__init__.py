"""Signing in and out, and a staff member's own settings."""

from webapp.account import at_provider as at_provider_pages
from webapp.account import invitation, own_sessions, own_sign_in, proof, sign_in, views
from webapp.account.at_provider import RETURN_ADDRESS
from webapp.account.blueprint import at_provider, blueprint

__all__ = [
    "RETURN_ADDRESS",
    "at_provider",
    "at_provider_pages",
    "blueprint",
    "invitation",
    "own_sessions",
    "own_sign_in",
    "proof",
    "sign_in",
    "views",
]
