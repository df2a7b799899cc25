"""Imported by the fork server alone: each life that it forks has the shipped models compiled, and reads them no more."""

from __future__ import annotations

from tests.support import doomed as doomed
from tests.support.world import READ_ONCE, files_in_use

READ_ONCE.know(files_in_use())
