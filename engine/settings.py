"""The engine's settings: read from the environment, checked at start with all mistakes at once."""

from __future__ import annotations

import base64
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from engine.errors import MisconfiguredEnvironment


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable. The reference of settings is generated from these."""

    name: str
    default: str
    meaning: str
    shown: str = ""
    """The default as the reference shows it, where it depends on other settings."""


SETTINGS: Final = (
    Setting("VIREILLE_VAR", "var", "Folder of the key, the embedded database and the checkpoints."),
    Setting(
        "VIREILLE_DATABASE_URL", "", "`sqlite:///…` or `postgresql://…`.", shown="SQLite in `VIREILLE_VAR`"
    ),
    Setting(
        "VIREILLE_MASTER_KEY",
        "",
        "32 bytes as base64 that wrap every data key. Keep a copy apart from the database.",
        shown="read from `VIREILLE_MASTER_KEY_FILE`",
    ),
    Setting(
        "VIREILLE_MASTER_KEY_FILE", "", "File of the master key.", shown="`master.key` in `VIREILLE_VAR`"
    ),
    Setting(
        "VIREILLE_CHECKPOINT_FILE",
        "",
        "Signed heads of the access log are appended here. Put it where the database's keeper can't write, and keep it as "
        "long as the log.",
        shown="`access-checkpoints.jsonl` in `VIREILLE_VAR`",
    ),
    Setting("VIREILLE_BASE_URL", "http://127.0.0.1:8080", "The address people open; it stands in links."),
    Setting("VIREILLE_WORKER_INTERVAL", "5", "Seconds between two looks for due work, 1 to 3600."),
    Setting(
        "VIREILLE_SMTP_HOST", "", "Mail server. Without it messages wait in the outbox.", shown="no mail"
    ),
    Setting("VIREILLE_SMTP_PORT", "25", "Port of the mail server."),
    Setting("VIREILLE_SMTP_USER", "", "User name at the mail server."),
    Setting("VIREILLE_SMTP_PASSWORD", "", "Password at the mail server."),
    Setting("VIREILLE_SMTP_SECURITY", "starttls", "`none`, `starttls` or `tls`."),
    Setting(
        "VIREILLE_SMTP_SENDER",
        "viesti@example.invalid",
        "Sender of messages: a neutral address, without the authority's name.",
    ),
    Setting(
        "VIREILLE_CLAMD",
        "",
        "ClamAV: the path of clamd's socket, or `host:port`. While it is set and does not answer, files wait sealed in "
        "quarantine and nobody can open them.",
        shown="files are made harmless, but looked up in no virus list",
    ),
    Setting("VIREILLE_AUTHORITY", "Joutsenon vastaanottokeskus", "The authority, as it stands in letters."),
    Setting("VIREILLE_AUTHORITY_UNIT", "Ihmiskaupan uhrien auttamisjärjestelmä", "Its unit."),
    Setting("VIREILLE_AUTHORITY_STREET", "Esimerkkitie 1, 00000 Esimerkkilä", "Its address."),
    Setting("VIREILLE_AUTHORITY_PHONE", "000 000 0000", "Its telephone number."),
    Setting("VIREILLE_AUTHORITY_EMAIL", "kirjaamo@example.invalid", "Its registry's address."),
    Setting(
        "VIREILLE_RETURN_ADDRESS",
        "PL 00, 00000 Esimerkkilä",
        "Address on the back of envelopes, to which post comes back: a neutral one, without the authority's name.",
    ),
    Setting("VIREILLE_HELP_LINE", "000 000 0000", "The number on every public page and in letters."),
    Setting(
        "VIREILLE_COURT",
        "Helsingin hallinto-oikeus",
        "The competent administrative court; to be confirmed by the authority's lawyers.",
    ),
    Setting("VIREILLE_COURT_ADDRESS", "Esimerkkikatu 2, 00000 Esimerkkilä", "The court's address."),
    Setting("VIREILLE_COURT_EMAIL", "hallinto-oikeus@example.invalid", "The court's registry."),
    Setting("VIREILLE_COURT_PHONE", "000 000 0001", "The court's telephone number."),
    Setting(
        "VIREILLE_OTHER_HELP",
        "Rikosuhripäivystys\nPro-tukipiste\nMonika-Naiset liitto",
        "Other sources of help, one a line, named in an adverse decision.",
        shown="three organisations",
    ),
    Setting(
        "VIREILLE_DEADLINE_NOTE",
        "",
        "How the last day of the appeal period is counted (150/1930); to be confirmed.",
        shown="left out",
    ),
    Setting(
        "VIREILLE_REFLECTION_APPEAL_NOTE",
        "Muutoksenhausta harkinta-aikaa koskevaan päätökseen kerrotaan päätöksen liitteessä.",
        "How a decision on the reflection period is appealed; to be confirmed.",
        shown="a neutral sentence",
    ),
)
_DEFAULTS: Final = {each.name: each.default for each in SETTINGS}


@dataclass(frozen=True, slots=True)
class MailSettings:
    host: str
    port: int
    username: str
    password: str
    security: str
    """``none``, ``starttls`` or ``tls``."""
    sender: str
    """A neutral address: the name of the authority must not stand in it."""


@dataclass(frozen=True, slots=True)
class ScannerSettings:
    """Address of clamd: a socket in the file system, or host and port."""

    path: str = ""
    host: str = ""
    port: int = 0


@dataclass(frozen=True, slots=True)
class Authority:
    """The authority's details in letters. They are configuration, because offices move and courts are assigned."""

    name: str
    street: str
    phone: str
    email: str
    help_line: str
    court: str
    """The administrative court competent for appeals; to be confirmed by the authority's lawyers."""
    unit: str = ""
    court_address: str = ""
    court_email: str = ""
    court_phone: str = ""
    deadline_note: str = ""
    """How the last day of the appeal period is counted (law 150/1930): empty until the authority's lawyers confirm it."""
    reflection_appeal_note: str = (
        "Muutoksenhausta harkinta-aikaa koskevaan päätökseen kerrotaan päätöksen liitteessä."
    )
    """How a reflection-period decision is appealed: to be confirmed by the authority's lawyers."""
    return_address: str = ""
    """On envelopes: neutral, its lines divided by commas."""
    other_help: str = ""
    """Other sources of help, one a line: named in an adverse resolution."""


@dataclass(frozen=True, slots=True)
class EngineSettings:
    database_url: str
    master_key: bytes
    """32 bytes that wrap every data key. Lives outside the database; losing it loses the content of every case."""
    base_url: str
    mail: MailSettings | None
    authority: Authority
    worker_interval_seconds: int
    checkpoint_file: Path
    """File of the access log's signed checkpoints, outside the database."""
    scanner: ScannerSettings | None = None
    """ClamAV. Without it files are made harmless but not looked up in a virus list."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> EngineSettings:
        """Read the settings from the environment (default: `os.environ`). Raise MisconfiguredEnvironment with every
        problem found."""
        env = os.environ if environment is None else environment
        reader = _Reader(env)
        var = reader.path("VIREILLE_VAR")
        settings = cls(
            database_url=reader.text("VIREILLE_DATABASE_URL", f"sqlite:///{var / 'vireille.db'}"),
            master_key=reader.key("VIREILLE_MASTER_KEY", key_file(env)),
            base_url=reader.text("VIREILLE_BASE_URL").rstrip("/"),
            mail=reader.mail(),
            authority=Authority(
                name=reader.text("VIREILLE_AUTHORITY"),
                street=reader.text("VIREILLE_AUTHORITY_STREET"),
                phone=reader.text("VIREILLE_AUTHORITY_PHONE"),
                email=reader.text("VIREILLE_AUTHORITY_EMAIL"),
                help_line=reader.text("VIREILLE_HELP_LINE"),
                court=reader.text("VIREILLE_COURT"),
                unit=reader.text("VIREILLE_AUTHORITY_UNIT"),
                court_address=reader.text("VIREILLE_COURT_ADDRESS"),
                court_email=reader.text("VIREILLE_COURT_EMAIL"),
                court_phone=reader.text("VIREILLE_COURT_PHONE"),
                deadline_note=reader.optional("VIREILLE_DEADLINE_NOTE"),
                reflection_appeal_note=reader.text("VIREILLE_REFLECTION_APPEAL_NOTE"),
                return_address=reader.text("VIREILLE_RETURN_ADDRESS"),
                other_help=reader.text("VIREILLE_OTHER_HELP"),
            ),
            worker_interval_seconds=reader.number("VIREILLE_WORKER_INTERVAL", 1, 3600),
            checkpoint_file=reader.path("VIREILLE_CHECKPOINT_FILE", var / "access-checkpoints.jsonl"),
            scanner=reader.scanner(),
        )
        reader.finish()
        return settings


class _Reader:
    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = env
        self._problems: list[str] = []

    def optional(self, name: str) -> str:
        return self._env.get(name, _DEFAULTS[name]).strip()

    def text(self, name: str, default: str = "") -> str:
        value = self._env.get(name, default or _DEFAULTS[name]).strip()
        if not value:
            self._problems.append(f"{name} on tyhjä.")
        return value

    def path(self, name: str, default: Path | None = None) -> Path:
        return Path(self._env.get(name) or default or _DEFAULTS[name])

    def number(self, name: str, least: int, most: int) -> int:
        raw = self._env.get(name, _DEFAULTS[name])
        if not raw.isdecimal() or not least <= int(raw) <= most:
            self._problems.append(f"{name} on {raw!r}; sen pitää olla kokonaisluku väliltä {least}-{most}.")
            return least
        return int(raw)

    def key(self, name: str, file: Path) -> bytes:
        try:
            raw = self._env.get(name) or file.read_text().strip()
            key = base64.b64decode(raw, validate=True)
        except FileNotFoundError:
            self._problems.append(
                f"{name} puuttuu, eikä tiedostoa {file} ole. Luo avain komennolla 'vireille key'."
            )
            return b""
        except ValueError:
            self._problems.append(f"{name} ei ole base64-tekstiä.")
            return b""
        if len(key) != 32:
            self._problems.append(f"{name} on {len(key)} tavua; sen pitää olla 32.")
        return key

    def choice(self, name: str, choices: tuple[str, ...]) -> str:
        value = self._env.get(name, _DEFAULTS[name])
        if value not in choices:
            self._problems.append(f"{name} on {value!r}; vaihtoehdot ovat {', '.join(choices)}.")
        return value

    def mail(self) -> MailSettings | None:
        host = self.optional("VIREILLE_SMTP_HOST")
        if not host:
            return None
        return MailSettings(
            host=host,
            port=self.number("VIREILLE_SMTP_PORT", 1, 65535),
            username=self.optional("VIREILLE_SMTP_USER"),
            password=self.optional("VIREILLE_SMTP_PASSWORD"),
            security=self.choice("VIREILLE_SMTP_SECURITY", ("none", "starttls", "tls")),
            sender=self.text("VIREILLE_SMTP_SENDER"),
        )

    def scanner(self) -> ScannerSettings | None:
        address = self.optional("VIREILLE_CLAMD")
        if not address:
            return None
        if address.startswith("/"):
            return ScannerSettings(path=address)
        host, _, port = address.rpartition(":")
        if not host or not port.isdecimal() or not 1 <= int(port) <= 65535:
            self._problems.append(
                f"VIREILLE_CLAMD on {address!r}; sen pitää olla polku (/run/clamav/clamd.ctl) tai osoite ja portti (127.0.0.1:3310)."
            )
            return None
        return ScannerSettings(host=host.strip("[]"), port=int(port))

    def finish(self) -> None:
        if self._problems:
            raise MisconfiguredEnvironment(tuple(self._problems))


def key_file(environment: Mapping[str, str]) -> Path:
    """Return the path of the key's file, which is used if the environment does not hold the key itself."""
    var = Path(environment.get("VIREILLE_VAR") or _DEFAULTS["VIREILLE_VAR"])
    return Path(environment.get("VIREILLE_MASTER_KEY_FILE", var / "master.key"))


def create_master_key(file: Path, *, random: Callable[[int], bytes] = secrets.token_bytes) -> None:
    """Write a new key that only its owner may read. Raise FileExistsError if there is one: replacing it would lose every case."""
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(base64.b64encode(random(32)) + b"\n")
