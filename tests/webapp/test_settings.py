"""The settings that the web takes from its environment, and its refusals."""

from __future__ import annotations

import base64
import re

import pytest

from engine.errors import MisconfiguredEnvironment
from engine.settings import SETTINGS
from webapp.settings import WebSettings
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


def test_the_secret_of_the_web_comes_from_the_master_key_but_does_not_show_it() -> None:
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
