"""What the engine is told by its environment, checked at start with all errors at once."""

from __future__ import annotations

import base64
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.errors import MisconfiguredEnvironment


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
    """Where clamd listens: a socket in the file system, or host and port."""

    path: str = ""
    host: str = ""
    port: int = 0


@dataclass(frozen=True, slots=True)
class Authority:
    """Who decides, as it stands in letters. Configuration, because offices move and courts are assigned."""

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
    """Where signed checkpoints of the access log are appended, outside the database."""
    scanner: ScannerSettings | None = None
    """ClamAV. Without it files are made harmless but not looked up in a virus list."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> EngineSettings:
        """Raises MisconfiguredEnvironment with every problem found, not only the first."""
        env = os.environ if environment is None else environment
        reader = _Reader(env)
        var = Path(env.get("VIREILLE_VAR", "var"))
        settings = cls(
            database_url=reader.text("VIREILLE_DATABASE_URL", f"sqlite:///{var / 'vireille.db'}"),
            master_key=reader.key("VIREILLE_MASTER_KEY", key_file(env)),
            base_url=reader.text("VIREILLE_BASE_URL", "http://127.0.0.1:8080").rstrip("/"),
            mail=reader.mail(),
            authority=Authority(
                name=reader.text(
                    "VIREILLE_AUTHORITY",
                    "Joutsenon vastaanottokeskus",
                ),
                street=reader.text("VIREILLE_AUTHORITY_STREET", "Esimerkkitie 1, 00000 Esimerkkilä"),
                phone=reader.text("VIREILLE_AUTHORITY_PHONE", "000 000 0000"),
                email=reader.text("VIREILLE_AUTHORITY_EMAIL", "kirjaamo@example.invalid"),
                help_line=reader.text("VIREILLE_HELP_LINE", "000 000 0000"),
                court=reader.text("VIREILLE_COURT", "Helsingin hallinto-oikeus"),
                unit=reader.text("VIREILLE_AUTHORITY_UNIT", "Ihmiskaupan uhrien auttamisjärjestelmä"),
                court_address=reader.text("VIREILLE_COURT_ADDRESS", "Esimerkkikatu 2, 00000 Esimerkkilä"),
                court_email=reader.text("VIREILLE_COURT_EMAIL", "hallinto-oikeus@example.invalid"),
                court_phone=reader.text("VIREILLE_COURT_PHONE", "000 000 0001"),
                deadline_note=env.get("VIREILLE_DEADLINE_NOTE", ""),
                reflection_appeal_note=reader.text(
                    "VIREILLE_REFLECTION_APPEAL_NOTE",
                    "Muutoksenhausta harkinta-aikaa koskevaan päätökseen kerrotaan päätöksen liitteessä.",
                ),
                other_help=reader.text(
                    "VIREILLE_OTHER_HELP", "Rikosuhripäivystys\nPro-tukipiste\nMonika-Naiset liitto"
                ),
            ),
            worker_interval_seconds=reader.number("VIREILLE_WORKER_INTERVAL", 5, 1, 3600),
            checkpoint_file=Path(env.get("VIREILLE_CHECKPOINT_FILE", var / "access-checkpoints.jsonl")),
            scanner=reader.scanner(),
        )
        reader.finish()
        return settings


class _Reader:
    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = env
        self._problems: list[str] = []

    def text(self, name: str, default: str) -> str:
        value = self._env.get(name, default).strip()
        if not value:
            self._problems.append(f"{name} on tyhjä.")
        return value

    def number(self, name: str, default: int, least: int, most: int) -> int:
        raw = self._env.get(name, str(default))
        if not raw.isdecimal() or not least <= int(raw) <= most:
            self._problems.append(f"{name} on {raw!r}; sen pitää olla kokonaisluku väliltä {least}-{most}.")
            return default
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

    def choice(self, name: str, default: str, choices: tuple[str, ...]) -> str:
        value = self._env.get(name, default)
        if value not in choices:
            self._problems.append(f"{name} on {value!r}; vaihtoehdot ovat {', '.join(choices)}.")
        return value

    def mail(self) -> MailSettings | None:
        host = self._env.get("VIREILLE_SMTP_HOST", "")
        if not host:
            return None
        return MailSettings(
            host=host,
            port=self.number("VIREILLE_SMTP_PORT", 25, 1, 65535),
            username=self._env.get("VIREILLE_SMTP_USER", ""),
            password=self._env.get("VIREILLE_SMTP_PASSWORD", ""),
            security=self.choice("VIREILLE_SMTP_SECURITY", "starttls", ("none", "starttls", "tls")),
            sender=self.text("VIREILLE_SMTP_SENDER", "viesti@example.invalid"),
        )

    def scanner(self) -> ScannerSettings | None:
        told = self._env.get("VIREILLE_CLAMD", "").strip()
        if not told:
            return None
        if told.startswith("/"):
            return ScannerSettings(path=told)
        host, _, port = told.rpartition(":")
        if not host or not port.isdecimal() or not 1 <= int(port) <= 65535:
            self._problems.append(
                f"VIREILLE_CLAMD on {told!r}; sen pitää olla polku (/run/clamav/clamd.ctl) tai osoite ja portti (127.0.0.1:3310)."
            )
            return None
        return ScannerSettings(host=host.strip("[]"), port=int(port))

    def finish(self) -> None:
        if self._problems:
            raise MisconfiguredEnvironment(tuple(self._problems))


def key_file(environment: Mapping[str, str]) -> Path:
    """Where the key is looked for when it does not stand in the environment itself."""
    var = Path(environment.get("VIREILLE_VAR", "var"))
    return Path(environment.get("VIREILLE_MASTER_KEY_FILE", var / "master.key"))


def create_master_key(file: Path, *, random: Callable[[int], bytes] = secrets.token_bytes) -> None:
    """Write a new key that only its owner may read. Refuses to replace one: that would lose every case."""
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(base64.b64encode(random(32)) + b"\n")
