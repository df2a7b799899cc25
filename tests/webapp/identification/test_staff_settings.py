"""Signing in at the authority's provider is off until it is configured, and then whole or refused with every mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.domain.people import Role
from engine.errors import MisconfiguredEnvironment
from webapp.settings import StaffSignIn, WebSettings

WEB = {"VIREILLE_WEB_SECRET": "s" * 32}
TABLE = """
ask = "Tietohallinto"
roles_claim = "groups"
given_by_claim = ["auditor"]
[people]
"a1" = "kasittelija"
[roles]
"workers" = ["caseworker", "intake"]
"auditors" = ["auditor"]
"""


def read(folder: Path, table: str = TABLE, **named: str) -> StaffSignIn | None:
    (folder / "secret").write_text("a secret\n")
    (folder / "table.toml").write_text(table)
    usual = {
        "ISSUER": "https://id.example/tenant",
        "CLIENT_ID": "vireille",
        "CLAIM": "sub",
        "NAME_FI": "Viraston kirjautuminen",
        "SECRET_FILE": str(folder / "secret"),
        "TABLE_FILE": str(folder / "table.toml"),
    }
    given = {f"VIREILLE_SIGN_IN_{name}": value for name, value in {**usual, **named}.items()}
    local = {"VIREILLE_LOCAL_ACCOUNTS": "yllapitaja"}
    return WebSettings.from_environment({**WEB, **local, **given}).staff_sign_in


def problems(folder: Path, table: str = TABLE, **named: str) -> list[str]:
    with pytest.raises(MisconfiguredEnvironment) as refused:
        read(folder, table, **named)
    return list(refused.value.problems)


def test_nothing_set_is_off() -> None:
    assert WebSettings.from_environment(WEB).staff_sign_in is None


def test_the_table_is_read(tmp_path: Path) -> None:
    found = read(tmp_path)

    assert found is not None
    assert (found.provider.claim, found.provider.levels) == ("sub", ())
    assert found.table.people == {"a1": "kasittelija"}
    assert found.table.roles["workers"] == {Role.CASEWORKER, Role.INTAKE}
    assert found.table.given == {Role.AUDITOR}


def test_a_table_without_roles_or_people(tmp_path: Path) -> None:
    found = read(tmp_path, 'ask = "Tietohallinto"')

    assert found is not None
    assert (found.table.people, found.table.roles_claim, found.table.given) == ({}, "", frozenset())


def test_every_mistake_is_named_at_once(tmp_path: Path) -> None:
    table = """
roles_claim = "groups"
given_by_claim = ["director"]
colour = "blue"
[people]
"a1" = 7
[roles]
"workers" = ["caseworker", "king", "applicant"]
"""
    found = "\n".join(problems(tmp_path, table, CLAIM="", SCOPES="profile", LEVEL="high"))

    for each in (
        "CLAIM puuttuu",
        "VIREILLE_SIGN_IN_LEVEL: tällaista asetusta ei ole",
        "siinä pitää olla openid",
        "colour: tällaista kohtaa ei ole",
        "ask puuttuu",
        "'a1' ei ole käyttäjätunnus",
        "roolia 'king' ei ole",
        "roolia 'applicant' ei ole",
        "director ei ole minkään arvon kohdalla",
    ):
        assert each in found, each


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ("ask = ", "ei ole TOMLia"),
        ('ask = "x"\nroles_claim = 3', "roles_claim ei ole teksti"),
        ('ask = "x"\nroles = []', "roles ei ole taulukko"),
        ('ask = "x"\nroles_claim = "groups"', "tarvitsevat toisensa"),
        ('ask = "x"\n[roles]\n"a" = "caseworker"\n"b" = [1]', "roolia 1 ei ole"),
    ],
)
def test_tables_that_are_none(tmp_path: Path, table: str, problem: str) -> None:
    assert problem in "\n".join(problems(tmp_path, table))


def test_a_file_that_is_missing(tmp_path: Path) -> None:
    assert "tiedostoa ei voi lukea" in "\n".join(problems(tmp_path, TABLE_FILE=str(tmp_path / "none")))


def test_an_emergency_account_is_named(tmp_path: Path) -> None:
    read(tmp_path)
    given = {
        "VIREILLE_SIGN_IN_ISSUER": "https://id.example",
        "VIREILLE_SIGN_IN_CLAIM": "sub",
        "VIREILLE_LOCAL_ACCOUNTS": " ",
    }
    with pytest.raises(MisconfiguredEnvironment, match="hätätunnus"):
        WebSettings.from_environment({**WEB, **given})
