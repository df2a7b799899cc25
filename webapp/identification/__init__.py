"""Strong identification at a configured OpenID Connect provider: the redirect there, and the proof on return.

It knows no cases. All requests over the network happen outside any transaction.
"""

from webapp.identification.errors import NotIdentified, ProviderAway, WithoutCode
from webapp.identification.provider import Provider, Secrets

__all__ = ["NotIdentified", "Provider", "ProviderAway", "Secrets", "WithoutCode"]
