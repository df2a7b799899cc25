"""The engine's settings: read from the environment, checked at start with all mistakes at once."""

from engine.settings.authority import Authority
from engine.settings.declarations import SETTINGS, Setting
from engine.settings.environment import (
    CheckpointSettings,
    EngineSettings,
    MailSettings,
    OnCallSettings,
    ScannerSettings,
    SessionSettings,
    checkpoint_settings,
    create_master_key,
    database_url,
    key_file,
    require_authority,
)

__all__ = [
    "SETTINGS",
    "Authority",
    "CheckpointSettings",
    "EngineSettings",
    "MailSettings",
    "OnCallSettings",
    "ScannerSettings",
    "SessionSettings",
    "Setting",
    "checkpoint_settings",
    "create_master_key",
    "database_url",
    "key_file",
    "require_authority",
]
