"""A plugin of pytest: the shipped bundle has the fault of one mutant, for the stories that people live through.

Loaded before any module of the tests, so that all of them are given the planted files.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache

from engine import bootstrap
from tests.deep.mutants import mutants_of

MUTANT = "VIREILLE_MUTANT"
_shipped = bootstrap.shipped_files


@cache
def planted_files() -> Mapping[str, bytes]:
    files = _shipped()
    mutant = next(each for each in mutants_of(files) if each.name == os.environ[MUTANT])
    return mutant.planted(files)


bootstrap.shipped_files = planted_files
