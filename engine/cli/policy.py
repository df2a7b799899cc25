"""`vireille policy`: the policy table, a line for each cell that is allowed."""

from __future__ import annotations

from collections.abc import Iterator

import click

from engine.domain import policy
from engine.domain.people import Role
from engine.domain.policy import Action, Relation, Standing


@click.command("policy")
@click.option("--role", type=click.Choice([role.value for role in Role]), help="Of one role only.")
def policy_table(role: str | None) -> None:
    """Print who may do what with a case: action, role, relation, standing, and the parts that are shown.

    What is not printed is denied.
    """
    for line in allowed(Role(role) if role else None):
        click.echo(line)


def allowed(role: Role | None = None) -> Iterator[str]:
    for action in Action:
        for each in [role] if role else Role:
            for relation in Relation:
                for standing in Standing:
                    found = policy.decision(action, frozenset({each}), relation, standing)
                    if found.allowed:
                        parts = " ".join(sorted(found.parts)) or "-"
                        yield f"{action:24} {each:14} {relation:13} {standing:18} {parts}"
