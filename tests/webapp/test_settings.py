"""The settings that the web takes from its environment, and its refusals."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest

from engine.errors import MisconfiguredEnvironment
from engine.settings import SETTINGS
from webapp.settings import EVERY_SETTING, WebSettings
from webapp.wsgi import read_settings

SECRET = "s" * 32
KEY = base64.b64encode(bytes(range(32))).decode()


def test_all_mistakes_are_named_at_once() -> None:
    with pytest.raises(MisconfiguredEnvironment) as refused:
        WebSettings.from_environment(
            {
                "VIREILLE_BASE_URL": "http://vireille.example",
                "VIREILLE_LEAVE_URL": "weather",
                "VIREILLE_PROXIES": "many",
                "VIREILLE_HELP_LINE": "call us",
                "VIREILLE_WEB_SECRET": "short",
            }
        )

    problems = "\n".join(refused.value.problems)
    assert len(refused.value.problems) == 5
    for name in ("BASE_URL", "LEAVE_URL", "PROXIES", "HELP_LINE", "WEB_SECRET"):
        assert f"VIREILLE_{name}" in problems


def test_mistakes_of_engine_and_web_are_named_together() -> None:
    with pytest.raises(MisconfiguredEnvironment) as refused:
        read_settings({"VIREILLE_MASTER_KEY": "x", "VIREILLE_PROXIES": "many"})

    problems = "\n".join(refused.value.problems)
    assert "VIREILLE_MASTER_KEY" in problems
    assert "VIREILLE_PROXIES" in problems


def test_it_does_not_start_with_an_invented_authority_or_court() -> None:
    owed = [each.name for each in SETTINGS if each.is_owed]
    real = dict.fromkeys(owed, "Oikea 123")

    with pytest.raises(MisconfiguredEnvironment) as refused:
        read_settings({"VIREILLE_MASTER_KEY": KEY})
    assert {problem.split()[0] for problem in refused.value.problems} == set(owed)

    for name in ("VIREILLE_COURT_ADDRESS", "VIREILLE_AUTHORITY_SV"):
        with pytest.raises(MisconfiguredEnvironment, match=name):
            read_settings({"VIREILLE_MASTER_KEY": KEY, **real, name: " "})
    engine_settings, _ = read_settings({"VIREILLE_MASTER_KEY": KEY, **real})
    assert not engine_settings.authority.unset
    assert "Esimerk" not in str(engine_settings.authority)


def test_nothing_invented_is_a_default_outside_the_demonstration() -> None:
    invented = re.compile(r"Esimerk|Exempel|\.invalid|000 000|\b00000\b")
    neutral = {"VIREILLE_SMTP_SENDER"}

    assert {each.name for each in SETTINGS if invented.search(each.default) and not each.is_owed} <= neutral


def test_a_title_has_a_word_in_each_language() -> None:
    with pytest.raises(MisconfiguredEnvironment, match="VIREILLE_TITLES"):
        read_settings(
            {"VIREILLE_MASTER_KEY": KEY, "VIREILLE_DEMONSTRATION": "yes", "VIREILLE_TITLES": "johtaja | x"}
        )


def test_the_secret_of_the_web_does_not_show_the_master_key() -> None:
    engine_settings, web = read_settings({"VIREILLE_MASTER_KEY": KEY, "VIREILLE_DEMONSTRATION": "yes"})

    assert len(web.secret) >= 32
    assert engine_settings.master_key[1] not in web.secret
    assert KEY.encode() not in web.secret
    assert web.base_url == engine_settings.base_url


@pytest.mark.parametrize(
    "address",
    ["http://localhost:8080", "http://127.0.0.1:1", "http://[::1]:8080", "https://vireille.example/"],
)
def test_plain_http_is_for_this_machine_only(address: str) -> None:
    settings = WebSettings.from_environment(
        {"VIREILLE_BASE_URL": address, "VIREILLE_WEB_SECRET": SECRET, "VIREILLE_PROXIES": "1"}
    )

    assert not settings.base_url.endswith("/")
    assert settings.is_https == address.startswith("https")


@pytest.mark.parametrize(
    ("gateway", "others", "says"),
    [
        ("{number}@sms.example", {}, ""),
        ("+{number}@sms.example", {"VIREILLE_SMTP_SECURITY": "tls"}, ""),
        ("{number}@sms.example", {"VIREILLE_SMTP_SECURITY": "none"}, "salaamatta"),
        ("{number}@sms.example", {"VIREILLE_SMTP_SECURITY": "none", "VIREILLE_SMTP_HOST": "localhost"}, ""),
        ("{number}@sms.example", {"VIREILLE_SMTP_HOST": ""}, "tarvitsee VIREILLE_SMTP_HOST"),
        ("sms.example", {}, "sähköpostiosoite, jossa numero on kerran"),
        ("codes@sms.example", {}, "sähköpostiosoite, jossa numero on kerran"),
        ("codes@{number}.example", {}, "sähköpostiosoite, jossa numero on kerran"),
        ("{number}{number}@sms.example", {}, "sähköpostiosoite, jossa numero on kerran"),
        ("{number}{other}@sms.example", {}, "sähköpostiosoite, jossa numero on kerran"),
        ("{number}}@sms.example", {}, "sähköpostiosoite, jossa numero on kerran"),
        ("{number}@sms.example, x@y.example", {}, "sähköpostiosoite, jossa numero on kerran"),
    ],
)
def test_the_gateway_for_text_messages_is_checked_at_the_start(
    gateway: str, others: dict[str, str], says: str
) -> None:
    given = {
        "VIREILLE_MASTER_KEY": KEY,
        "VIREILLE_DEMONSTRATION": "yes",
        "VIREILLE_SMTP_HOST": "mail",
        "VIREILLE_SMS_GATEWAY": gateway,
        **others,
    }
    if not says:
        assert read_settings(given)[0].sms_gateway == gateway
        return
    with pytest.raises(MisconfiguredEnvironment, match="VIREILLE_SMS_GATEWAY") as refused:
        read_settings(given)
    assert says in "\n".join(refused.value.problems)


# ---------------------------------------------------------------- secrets in files

BY_FILE = {
    "VIREILLE_DATABASE_URL": "postgresql://vireille:salasana@127.0.0.1/vireille",
    "VIREILLE_KEY_STORE": "postgresql://vireille:salasana@127.0.0.1/keys",
    "VIREILLE_SMTP_PASSWORD": "salasana",
    "VIREILLE_WEB_SECRET": "w" * 32,
}


def in_files(folder: Path) -> dict[str, str]:
    """Each secret in a file, as systemd's LoadCredential lays it there, and the name of none in the environment."""
    environment = {
        "VIREILLE_MASTER_KEY": KEY,
        "VIREILLE_DEMONSTRATION": "yes",
        "VIREILLE_SMTP_HOST": "mail",
    }
    for name, secret in BY_FILE.items():
        file = folder / name
        file.write_text(f"{secret}\n")
        file.chmod(0o400)
        environment[f"{name}_FILE"] = str(file)
    return environment


def test_each_secret_may_lie_in_a_file(tmp_path: Path) -> None:
    engine, web = read_settings(in_files(tmp_path))

    assert engine.database_url == BY_FILE["VIREILLE_DATABASE_URL"]
    assert engine.key_store_url == BY_FILE["VIREILLE_KEY_STORE"]
    assert engine.mail
    assert engine.mail.password == "salasana"
    assert web.secret == BY_FILE["VIREILLE_WEB_SECRET"].encode()


def test_a_setting_that_holds_a_secret_has_a_file() -> None:
    """A new one whose name says that it is secret needs a file too."""
    names = {each.name for each in EVERY_SETTING}
    secret = {name for name in names if re.search(r"_(PASSWORD|SECRET|TOKEN|KEY|URL)$", name)}

    assert {name for name in secret if f"{name}_FILE" not in names} == {
        "VIREILLE_BASE_URL",
        "VIREILLE_LEAVE_URL",
    }


@pytest.mark.parametrize("name", BY_FILE)
def test_a_file_that_is_away_open_to_others_or_beside_the_variable_is_named(
    tmp_path: Path, name: str
) -> None:
    environment = {**in_files(tmp_path), "VIREILLE_DEMONSTRATION": ""}
    file = tmp_path / name

    def problems(**given: str) -> str:
        with pytest.raises(MisconfiguredEnvironment) as refused:
            read_settings({**environment, **given})
        mine = [each for each in refused.value.problems if name in each]
        assert "salasana" not in "".join(refused.value.problems)
        return "\n".join(mine)

    assert "poista toinen" in problems(**{name: "x" * 32})
    file.chmod(0o644)
    assert f"chmod 600 {file}" in problems()
    file.chmod(0o600)
    file.write_text("salasana\nja toinen rivi")
    assert "yksi rivi" in problems()
    file.write_text("")
    assert "yksi rivi" in problems()
    file.unlink()
    assert "ei voi lukea" in problems()
