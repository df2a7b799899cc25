"""The engine's commands for a terminal, one module a topic. `vireille` (webapp/cli.py) mounts them beside its own."""

from __future__ import annotations

import click

from engine.cli.access_log import access_log
from engine.cli.cases import case
from engine.cli.database import backup, count_times, migrate, restore, verify
from engine.cli.demonstration import demo
from engine.cli.expressions import dmn, feel
from engine.cli.master_key import key, rotate_key
from engine.cli.moves import move
from engine.cli.people import people
from engine.cli.policy import policy_table
from engine.cli.processes import process
from engine.cli.simulations import replay, walk
from engine.cli.vocabulary import vocabulary
from engine.cli.webhooks import webhooks

for _command in (move, replay, vocabulary, walk):
    process.add_command(_command)

COMMANDS: tuple[click.Command, ...] = (
    key,
    rotate_key,
    migrate,
    demo,
    process,
    case,
    people,
    webhooks,
    backup,
    restore,
    verify,
    count_times,
    access_log,
    policy_table,
    feel,
    dmn,
)
"""The commands that `vireille` mounts."""
