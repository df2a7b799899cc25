"""Strong identification at a configured OpenID Connect provider: going there, and what coming back proves.

Knows nothing of cases. What it asks over the network happens outside any transaction.
"""

from webapp.identification.errors import NotIdentified, ProviderAway, WithoutCode
from webapp.identification.provider import Provider, Secrets

__all__ = ["NotIdentified", "Provider", "ProviderAway", "Secrets", "WithoutCode"]
