"""Hands events to receivers over HTTPS. The only module of the engine that calls addresses which people have typed."""

from engine.webhooks.sending import Call as Call
from engine.webhooks.sending import ReceiverAway as ReceiverAway
from engine.webhooks.sending import send as send
