"""Backups: an archive of the data, an archive of the keys, their proof, and their way back to an empty machine."""

from engine.backups.proving import Proof, prove_data, prove_keys
from engine.backups.restoring import Restored, restore_data, restore_keys
from engine.backups.taking import back_up_data, back_up_keys

__all__ = [
    "Proof",
    "Restored",
    "back_up_data",
    "back_up_keys",
    "prove_data",
    "prove_keys",
    "restore_data",
    "restore_keys",
]
