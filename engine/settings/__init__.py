"""The engine's settings: read from the environment, checked at start with all mistakes at once."""

from engine.settings.authority import Authority
from engine.settings.checking import database_problems, names_of_file, unknown_names
from engine.settings.declarations import SETTINGS, Setting
from engine.settings.environment import (
    CheckpointSettings,
    EngineSettings,
    MailSettings,
    OnCallSettings,
    ScannerSettings,
    SessionSettings,
    checkpoint_settings,
    database_url,
    key_file,
    owed_problems,
    require_authority,
    var_folder,
)
from engine.settings.master_key import add_version, as_word, create_master_key, drop_versions, read_versions
from engine.settings.secret_files import from_files, make_folder_of

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
    "add_version",
    "as_word",
    "checkpoint_settings",
    "create_master_key",
    "database_problems",
    "database_url",
    "drop_versions",
    "from_files",
    "key_file",
    "make_folder_of",
    "names_of_file",
    "owed_problems",
    "read_versions",
    "require_authority",
    "unknown_names",
    "var_folder",
]
