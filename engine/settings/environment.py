"""Read the settings from the environment, and name all mistakes at once."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Final, TypeAlias

from engine.errors import MisconfiguredEnvironment
from engine.settings.authority import FIELDS, SPOKEN, Authority
from engine.settings.checking import database_problems, gateway_problems, sender_problems
from engine.settings.declarations import SETTINGS
from engine.settings.master_key import read_versions
from engine.settings.secret_files import BY_FILE, from_files

Network: TypeAlias = IPv4Network | IPv6Network
_DEFAULTS: Final = {each.name: each.default for each in SETTINGS}
_OWED: Final = frozenset(each.name for each in SETTINGS if each.is_owed)
OWED: Final = "Se tulee kirjeisiin. Esittelyssä riittää VIREILLE_DEMONSTRATION=yes."


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
class CheckpointSettings:
    """Places of the access log's signed checkpoints, outside the database, and the halves of the key that signs them."""

    file: Path
    key_file: Path
    """The private half: only where checkpoints are signed."""
    public_key_file: Path
    copy: Path | None = None
    """A second place for the same lines, best on another machine."""


@dataclass(frozen=True, slots=True)
class SessionSettings:
    """When a session of staff ends by itself."""

    idle: timedelta = timedelta(minutes=30)
    """Without any use."""
    length: timedelta = timedelta(hours=10)
    """However much it is used."""


@dataclass(frozen=True, slots=True)
class OnCallSettings:
    """How the on-call workers hear of what is urgent, beside their own addresses."""

    email: str = ""
    every: timedelta = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class EngineSettings:
    database_url: str
    key_store_url: str
    """The SQLite file or PostgreSQL database of the wrapped data keys: not the database, and in no backup of it."""
    master_key: Mapping[int, bytes]
    """By version, 32 bytes that wrap every data key. Lives outside the database; losing it loses the content of every case."""
    master_key_place: str
    """The file or the variable it was read from, as a Finnish sentence has it after "the key"."""
    master_key_file: Path | None
    """The file, where it is read anew once the key has been changed; None if it was in a variable."""
    base_url: str
    mail: MailSettings | None
    authority: Authority
    worker_interval_seconds: int
    checkpoints: CheckpointSettings
    scanner: ScannerSettings | None = None
    """ClamAV. Without it files are made harmless but not looked up in a virus list."""
    is_demonstration: bool = False
    """Every person is invented."""
    sessions: SessionSettings = field(default_factory=SessionSettings)
    on_call: OnCallSettings = field(default_factory=OnCallSettings)
    sms_gateway: str = ""
    """Address of a gateway that makes a text message of a mail, with ``{number}`` in it; empty without one."""
    enquiries_kept: int = 60
    """Months from the answer to an enquiry until its words are destroyed."""
    webhook_networks: tuple[Network, ...] = ()
    """Private networks in which receivers of webhooks may be."""
    local_accounts: frozenset[str] | None = None
    """Usernames that may sign in without the authority's identity provider; None is everyone."""

    def is_local_account(self, username: str) -> bool:
        return self.local_accounts is None or username in self.local_accounts

    def master_key_anew(self) -> Mapping[int, bytes]:
        """Read the versions of the master key anew from its file, where a newer one may stand by now."""
        if self.master_key_file is None:
            return self.master_key
        with suppress(OSError, ValueError):
            return read_versions(self.master_key_file.read_text())
        return self.master_key

    @classmethod
    def from_environment(
        cls,
        environment: Mapping[str, str] | None = None,
        *,
        way_to_key: Callable[[str], str] = lambda _database_url: "",
    ) -> EngineSettings:
        """Read the settings from the environment (default: `os.environ`). Raise MisconfiguredEnvironment with every
        problem found; `way_to_key` says what to do about a missing key, given the address of the database."""
        env = os.environ if environment is None else environment
        settings, problems = cls.as_far_as_right(env, way_to_key)
        if problems:
            raise MisconfiguredEnvironment(problems)
        return settings

    @classmethod
    def as_far_as_right(
        cls, env: Mapping[str, str], way_to_key: Callable[[str], str] = lambda _database_url: ""
    ) -> tuple[EngineSettings, tuple[str, ...]]:
        """Return the settings with every problem found. Without its key, or with a wrong address, no engine may be built of them."""
        reader = _Reader(env)
        url = reader.database(env)
        settings = cls(
            database_url=url,
            key_store_url=reader.key_store(url),
            master_key=reader.key("VIREILLE_MASTER_KEY", key_file(env), lambda: way_to_key(url)),
            master_key_place=_key_place(env),
            master_key_file=None if env.get("VIREILLE_MASTER_KEY") else key_file(env),
            base_url=reader.text("VIREILLE_BASE_URL").rstrip("/"),
            mail=reader.mail(),
            authority=reader.authority(),
            worker_interval_seconds=reader.number("VIREILLE_WORKER_INTERVAL", 1, 3600),
            checkpoints=checkpoint_settings(env),
            scanner=reader.scanner(),
            is_demonstration=reader.demonstration(),
            sessions=SessionSettings(
                idle=timedelta(minutes=reader.number("VIREILLE_SESSION_IDLE", 5, 24 * 60)),
                length=timedelta(hours=reader.number("VIREILLE_SESSION_LENGTH", 1, 24)),
            ),
            local_accounts=reader.usernames("VIREILLE_LOCAL_ACCOUNTS"),
            webhook_networks=reader.networks("VIREILLE_WEBHOOK_NETWORKS"),
            sms_gateway=reader.sms_gateway("VIREILLE_SMS_GATEWAY"),
            enquiries_kept=reader.number("VIREILLE_ENQUIRIES_KEPT", 1, 120),
            on_call=OnCallSettings(
                email=reader.duty_address("VIREILLE_ON_CALL_EMAIL"),
                every=timedelta(minutes=reader.number("VIREILLE_ON_CALL_EVERY", 2, 120)),
            ),
        )
        return settings, tuple(reader.problems)


class _Reader:
    def __init__(self, env: Mapping[str, str]) -> None:
        self.problems: list[str] = []
        self._env = from_files(env, BY_FILE, self.problems)
        self._unset: list[str] = []

    @property
    def is_demonstration(self) -> bool:
        return self._env.get("VIREILLE_DEMONSTRATION") == "yes"

    def demonstration(self) -> bool:
        given = self._env.get("VIREILLE_DEMONSTRATION", "")
        if given not in {"", "yes", "no"}:
            self.problems.append(f"VIREILLE_DEMONSTRATION on {given!r}; vaihtoehdot ovat yes ja no.")
        return self.is_demonstration

    def optional(self, name: str) -> str:
        return self._env.get(name, _DEFAULTS[name]).strip()

    def text(self, name: str, default: str = "") -> str:
        value = self._env.get(name, default or _DEFAULTS[name]).strip()
        if not value:
            self.problems.append(f"{name} on tyhjä.")
        return value

    def usernames(self, name: str) -> frozenset[str] | None:
        """Return the names; None for everyone."""
        named = frozenset(self.optional(name).split())
        return None if not named or named == {"all"} else named

    def path(self, name: str, default: Path | None = None) -> Path:
        return Path(self._env.get(name) or default or _DEFAULTS[name])

    def number(self, name: str, least: int, most: int) -> int:
        raw = self._env.get(name, _DEFAULTS[name])
        if not raw.isdecimal() or not least <= int(raw) <= most:
            self.problems.append(f"{name} on {raw!r}; sen pitää olla kokonaisluku väliltä {least}-{most}.")
            return least
        return int(raw)

    def key(self, name: str, file: Path, way_to_key: Callable[[], str]) -> Mapping[int, bytes]:
        try:
            given = self._env.get(name)
            if not given and not self.is_demonstration:
                self._require_own(file)
            return read_versions(given or file.read_text())
        except FileNotFoundError:
            self.problems.append(f"{name} puuttuu, eikä tiedostoa {file} ole. {way_to_key()}".rstrip())
        except OSError as unreadable:
            self.problems.append(f"Avaimen tiedostoa {file} ei voi lukea ({unreadable.strerror}).")
        except ValueError as wrong:
            self.problems.append(f"{name} {wrong}")
        return {}

    def _require_own(self, file: Path) -> None:
        """Note a problem if others on this machine can read or change the file."""
        mode = file.stat().st_mode & 0o777
        if mode & 0o027:
            self.problems.append(
                f"Avaintiedoston {file} oikeudet ovat {mode:o}: muutkin pääsevät siihen. Aja 'chmod 600 {file}'."
            )

    def database(self, environment: Mapping[str, str]) -> str:
        url = self.text("VIREILLE_DATABASE_URL", database_url(environment))
        self.problems += database_problems("VIREILLE_DATABASE_URL", url) if url else []
        return url

    def key_store(self, database_url: str) -> str:
        url = self.optional("VIREILLE_KEY_STORE") or f"sqlite:///{self.path('VIREILLE_VAR') / 'keys.db'}"
        if url == database_url:
            self.problems.append(
                "VIREILLE_KEY_STORE on sama kuin VIREILLE_DATABASE_URL: tietokannan varmuuskopio veisi avaimet mukanaan."
            )
        self.problems += database_problems("VIREILLE_KEY_STORE", url)
        return url

    def choice(self, name: str, choices: tuple[str, ...]) -> str:
        value = self._env.get(name, _DEFAULTS[name])
        if value not in choices:
            self.problems.append(f"{name} on {value!r}; vaihtoehdot ovat {', '.join(choices)}.")
        return value

    def mail(self) -> MailSettings | None:
        host = self.optional("VIREILLE_SMTP_HOST")
        if not host:
            return None
        sender = self.text("VIREILLE_SMTP_SENDER")
        self.problems += sender_problems(
            "VIREILLE_SMTP_SENDER", sender, may_be_invented=self.is_demonstration
        )
        return MailSettings(
            host=host,
            port=self.number("VIREILLE_SMTP_PORT", 1, 65535),
            username=self.optional("VIREILLE_SMTP_USER"),
            password=self.optional("VIREILLE_SMTP_PASSWORD"),
            security=self.choice("VIREILLE_SMTP_SECURITY", ("none", "starttls", "tls")),
            sender=sender,
        )

    def networks(self, name: str) -> tuple[Network, ...]:
        found = []
        for each in self.optional(name).split():
            try:
                found.append(ip_network(each))
            except ValueError:
                self.problems.append(f"{name}: {each!r} ei ole verkko. Kirjoita se muodossa 10.20.0.0/16.")
        return tuple(found)

    def duty_address(self, name: str) -> str:
        value = self.optional(name)
        if value and ("@" not in value or any(each in value for each in " ,;")):
            self.problems.append(f"{name} on {value!r}; sen pitää olla yksi sähköpostiosoite.")
        return value

    def sms_gateway(self, name: str) -> str:
        value = self.optional(name)
        if value:
            self.problems += gateway_problems(
                name,
                value,
                host=self.optional("VIREILLE_SMTP_HOST"),
                security=self._env.get("VIREILLE_SMTP_SECURITY", _DEFAULTS["VIREILLE_SMTP_SECURITY"]),
            )
        return value

    def scanner(self) -> ScannerSettings | None:
        address = self.optional("VIREILLE_CLAMD")
        if not address:
            return None
        if address.startswith("/"):
            return ScannerSettings(path=address)
        host, _, port = address.rpartition(":")
        if not host or not port.isdecimal() or not 1 <= int(port) <= 65535:
            self.problems.append(
                f"VIREILLE_CLAMD on {address!r}; sen pitää olla polku (/run/clamav/clamd.ctl) tai osoite ja portti (127.0.0.1:3310)."
            )
            return None
        return ScannerSettings(host=host.strip("[]"), port=int(port))

    def authority(self) -> Authority:
        spoken = ((language, f"_{language.upper()}") for language in SPOKEN)
        return Authority(
            **{field: self.owed(name) for field, name in FIELDS.items()},
            titles=self.titles("VIREILLE_TITLES"),
            words={
                language: {
                    field: self.owed(f"{name}{end}")
                    for field, name in FIELDS.items()
                    if f"{name}{end}" in _DEFAULTS
                }
                for language, end in spoken
            },
            unset=tuple(self._unset),
        )

    def owed(self, name: str) -> str:
        """The value; what is invented in its place stands for it in the demonstration alone."""
        value = self._env.get(name, "").strip()
        if value or name not in _OWED:
            return value or _DEFAULTS[name]
        if self.is_demonstration:
            return _DEFAULTS[name]
        self._unset.append(name)
        return ""

    def titles(self, name: str) -> tuple[tuple[str, ...], ...]:
        lines = [line for line in self.text(name).splitlines() if line.strip()]
        found = tuple(tuple(word.strip() for word in line.split("|")) for line in lines)
        for line, words in zip(lines, found, strict=True):
            if len(words) != len(SPOKEN) + 1 or not all(words):
                self.problems.append(
                    f"{name}: rivillä {line.strip()!r} pitää olla nimike suomeksi, ruotsiksi ja englanniksi, väleissä |."
                )
        return found


def require_authority(settings: EngineSettings) -> None:
    """Raise MisconfiguredEnvironment, naming each setting, where a letter would name an invented authority or court."""
    if owed := owed_problems(settings):
        raise MisconfiguredEnvironment(owed)


def owed_problems(settings: EngineSettings) -> tuple[str, ...]:
    return tuple(f"{name} puuttuu. {OWED}" for name in settings.authority.unset)


def var_folder(environment: Mapping[str, str]) -> Path:
    return Path(environment.get("VIREILLE_VAR") or _DEFAULTS["VIREILLE_VAR"])


def key_file(environment: Mapping[str, str]) -> Path:
    """Return the path of the key's file, which is used if the environment does not hold the key itself."""
    return Path(environment.get("VIREILLE_MASTER_KEY_FILE", var_folder(environment) / "master.key"))


def checkpoint_settings(environment: Mapping[str, str]) -> CheckpointSettings:
    reader = _Reader(environment)
    var = reader.path("VIREILLE_VAR")
    copy = reader.optional("VIREILLE_CHECKPOINT_COPY")
    return CheckpointSettings(
        reader.path("VIREILLE_CHECKPOINT_FILE", var / "access-checkpoints.jsonl"),
        reader.path("VIREILLE_CHECKPOINT_KEY_FILE", var / "checkpoint.key"),
        reader.path("VIREILLE_CHECKPOINT_PUBLIC_KEY_FILE", var / "checkpoint.pub"),
        Path(copy) if copy else None,
    )


def _key_place(environment: Mapping[str, str]) -> str:
    return (
        "muuttujassa VIREILLE_MASTER_KEY"
        if environment.get("VIREILLE_MASTER_KEY")
        else f"tiedostossa {key_file(environment)}"
    )


def database_url(environment: Mapping[str, str]) -> str:
    """Return the address of the database, which is a file in the folder of settings unless another one is set."""
    known = from_files(environment, BY_FILE, [])
    return known.get("VIREILLE_DATABASE_URL") or f"sqlite:///{var_folder(environment) / 'vireille.db'}"
