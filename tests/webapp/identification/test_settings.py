"""Identification is off until it is configured, and then whole or refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from joserfc.jwk import ECKey, RSAKey

from engine.errors import MisconfiguredEnvironment
from webapp.settings import IdentificationSettings, WebSettings

WEB = {"VIREILLE_WEB_SECRET": "s" * 32}


def read(folder: Path, **named_settings: str) -> IdentificationSettings | None:
    (folder / "secret").write_text("a secret\n")
    usual = {
        "ISSUER": "https://id.example/tenant",
        "CLIENT_ID": "vireille",
        "LEVELS": "substantial high",
        "CLAIM": "code",
        "NAME_FI": "Esimerkkitunnistus",
        "SECRET_FILE": str(folder / "secret"),
    }
    named = {f"VIREILLE_IDENTIFICATION_{name}": value for name, value in {**usual, **named_settings}.items()}
    return WebSettings.from_environment({**WEB, **named}).identification


def problems(folder: Path, **named_settings: str) -> list[str]:
    with pytest.raises(MisconfiguredEnvironment) as refused:
        read(folder, **named_settings)
    return list(refused.value.problems)


def test_nothing_set_is_off() -> None:
    assert WebSettings.from_environment(WEB).identification is None
    assert WebSettings.from_environment({**WEB, "VIREILLE_IDENTIFICATION_ISSUER": " "}).identification is None


def test_all_settings_are_read(tmp_path: Path) -> None:
    settings = read(tmp_path, NAME_EN="Example", SCOPES="openid code", HOSTS="keys.example")

    assert settings is not None
    assert (settings.secret, settings.levels) == ("a secret", ("substantial", "high"))
    assert [settings.name_in(each) for each in ("fi", "selko", "sv", "en", "ar")] == [
        "Esimerkkitunnistus",
        "Esimerkkitunnistus",
        "Esimerkkitunnistus",
        "Example",
        "Example",
    ]
    assert settings.is_expected("https://id.example/x")
    assert settings.is_expected("https://keys.example/x")
    assert not settings.is_expected("http://id.example/x")
    assert not settings.is_expected("https://id.example.evil.example/x")
    assert "a secret" not in repr(settings)


def test_one_setting_alone_tells_all_that_is_missing_at_once() -> None:
    with pytest.raises(MisconfiguredEnvironment) as refused:
        WebSettings.from_environment({"VIREILLE_IDENTIFICATION_NAME_SV": "x", "VIREILLE_PROXIES": "many"})

    named_settings = "\n".join(refused.value.problems)
    for name in ("ISSUER", "CLIENT_ID", "LEVELS", "CLAIM", "NAME_FI", "SECRET_FILE"):
        assert f"VIREILLE_IDENTIFICATION_{name} " in named_settings
    assert "VIREILLE_PROXIES" in named_settings
    assert "VIREILLE_WEB_SECRET" in named_settings


def test_senseless_settings_are_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("\n")
    (tmp_path / "no key").write_text("a secret")
    assert "https://" in problems(tmp_path, ISSUER="http://id.example")[0]
    assert "täydellinen osoite" in problems(tmp_path, ISSUER="https://[id")[0]
    assert "openid" in problems(tmp_path, SCOPES="profile")[0]
    assert "tyhjä" in problems(tmp_path, SECRET_FILE=str(tmp_path / "empty"))[0]
    assert "ei voi lukea" in problems(tmp_path, SECRET_FILE=str(tmp_path / "nowhere"))[0]
    assert "yksityinen avain" in problems(tmp_path, KEY_FILE=str(tmp_path / "no key"))[0]
    assert "tällaista asetusta ei ole" in problems(tmp_path, ISSUR="https://id.example")[0]


def test_a_private_key_instead_of_a_secret(tmp_path: Path) -> None:
    for number, key in enumerate((RSAKey.generate_key(2048), ECKey.generate_key("P-256"))):
        file = tmp_path / f"{number}.pem"
        file.write_bytes(key.as_pem(private=True))
        settings = read(tmp_path, SECRET_FILE="", KEY_FILE=str(file))
        assert settings is not None
        assert settings.key is not None
        assert settings.key.thumbprint() == key.thumbprint()
        file.write_bytes(key.as_pem(private=False))
        assert "yksityinen avain" in problems(tmp_path, KEY_FILE=str(file))[0]


def test_a_short_key_is_refused(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="2048 bits"):
        short = RSAKey.generate_key(1024)
    (tmp_path / "short.pem").write_bytes(short.as_pem(private=True))

    with pytest.warns(UserWarning, match="2048 bits"):
        named_settings = problems(tmp_path, KEY_FILE=str(tmp_path / "short.pem"))
    assert "2048" in named_settings[0]


def test_a_key_on_another_curve_is_refused(tmp_path: Path) -> None:
    (tmp_path / "curve.pem").write_bytes(ECKey.generate_key("P-384").as_pem(private=True))

    assert "P-256" in problems(tmp_path, KEY_FILE=str(tmp_path / "curve.pem"))[0]
