"""Every variable of the environment that the engine reads. The reference of settings is made from these."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Setting:
    """One variable of the environment."""

    name: str
    default: str
    meaning: str
    shown: str = ""
    """The default as the reference shows it, where it depends on other settings."""
    is_owed: bool = False
    """The default is invented: it is used in the demonstration alone, and must be set everywhere else."""


def _owed(name: str, default: str, meaning: str) -> Setting:
    invented = "; ".join(default.splitlines())
    return Setting(name, default, meaning, f"owed; in the demonstration: {invented}", is_owed=True)


def _spoken(name: str, words: tuple[str, str, str], meaning: str) -> tuple[Setting, ...]:
    """A value that letters need in Finnish, Swedish and English. One without English falls back to Finnish."""
    finnish, swedish, english = words
    return (
        _owed(name, finnish, meaning),
        _owed(f"{name}_SV", swedish, "The same in Swedish."),
        _owed(f"{name}_EN", english, "The same in English.")
        if english
        else Setting(f"{name}_EN", "", "The same in English.", shown="the Finnish one"),
    )


SETTINGS: Final = (
    Setting("VIREILLE_VAR", "var", "Folder of the keys, the embedded database and the checkpoints."),
    Setting(
        "VIREILLE_DATABASE_URL", "", "`sqlite:///…` or `postgresql://…`.", shown="SQLite in `VIREILLE_VAR`"
    ),
    Setting(
        "VIREILLE_DATABASE_URL_FILE",
        "",
        "File with that address in its place, for one that holds a password.",
    ),
    Setting(
        "VIREILLE_MASTER_KEY",
        "",
        "32 bytes as base64 that wrap every data key. Keep a copy apart from the database. While the key is being changed, one for "
        "each version: `1:BASE64 2:BASE64`.",
        shown="read from `VIREILLE_MASTER_KEY_FILE`",
    ),
    Setting(
        "VIREILLE_MASTER_KEY_FILE",
        "",
        "File of the master key, which only its owner may read. `vireille rotate-key` changes the key in it while people work.",
        shown="`master.key` in `VIREILLE_VAR`",
    ),
    Setting(
        "VIREILLE_KEY_STORE",
        "",
        "`sqlite:///…` or `postgresql://…` of the data keys, apart from the database and from its backups: what is erased is "
        "erased in old backups only if they hold no keys. Back it up by itself, after the database, and keep those copies "
        "for weeks, not for years.",
        shown="SQLite, `keys.db` in `VIREILLE_VAR`",
    ),
    Setting("VIREILLE_KEY_STORE_FILE", "", "File with that address in its place."),
    Setting(
        "VIREILLE_CHECKPOINT_FILE",
        "",
        "Signed heads of the access log are appended here. Put it where the database's keeper can't write, and keep it as "
        "long as the log.",
        shown="`access-checkpoints.jsonl` in `VIREILLE_VAR`",
    ),
    Setting(
        "VIREILLE_CHECKPOINT_COPY",
        "",
        "A second file for the same lines, best in a folder of another machine: who can write both places and the database "
        "can take back what was signed.",
        shown="no second place",
    ),
    Setting(
        "VIREILLE_CHECKPOINT_KEY_FILE",
        "",
        "Private key (Ed25519, PEM) that signs them, made by `vireille access-log key`. Put it only where checkpoints are "
        "signed: on the host of one worker, or of a timer that runs `vireille access-log checkpoint`.",
        shown="`checkpoint.key` in `VIREILLE_VAR`; where there is none, nothing is signed",
    ),
    Setting(
        "VIREILLE_CHECKPOINT_PUBLIC_KEY_FILE",
        "",
        "Public key that verifies them; also public keys used before, one after another.",
        shown="`checkpoint.pub` in `VIREILLE_VAR`",
    ),
    Setting(
        "VIREILLE_BASE_URL",
        "http://localhost:8080",
        "The address people open; it stands in links. Passkeys need a name in it, not a bare IP address.",
    ),
    Setting("VIREILLE_WORKER_INTERVAL", "5", "Seconds between two looks for due work, 1 to 3600."),
    Setting(
        "VIREILLE_SESSION_IDLE",
        "30",
        "Minutes without any use after which a session of staff ends, 5 to 1440. Two minutes before, the page warns.",
    ),
    Setting(
        "VIREILLE_SESSION_LENGTH", "10", "Hours after which a session of staff ends in any case, 1 to 24."
    ),
    Setting(
        "VIREILLE_LOCAL_ACCOUNTS",
        "",
        "Usernames that may sign in with a passkey or a password of this service, with spaces between; `all` for everyone. "
        "Needed beside `VIREILLE_SIGN_IN_ISSUER`: name an emergency account there, for the day on which the provider is away.",
        shown="all, where no provider is set",
    ),
    Setting(
        "VIREILLE_SMTP_HOST", "", "Mail server. Without it messages wait in the outbox.", shown="no mail"
    ),
    Setting("VIREILLE_SMTP_PORT", "25", "Port of the mail server."),
    Setting("VIREILLE_SMTP_USER", "", "User name at the mail server."),
    Setting("VIREILLE_SMTP_PASSWORD", "", "Password at the mail server."),
    Setting("VIREILLE_SMTP_PASSWORD_FILE", "", "File with that password, in its place."),
    Setting("VIREILLE_SMTP_SECURITY", "starttls", "`none`, `starttls` or `tls`."),
    Setting(
        "VIREILLE_SMTP_SENDER",
        "viesti@example.invalid",
        "Sender of messages: a neutral address, without the authority's name.",
    ),
    Setting(
        "VIREILLE_SMS_GATEWAY",
        "",
        "Mail address of a gateway that makes a text message of each mail, with `{number}` where the number goes, as digits with "
        "the country's code and without a plus: `{number}@sms.agency.example`. Codes of requests to authorities and to referrers "
        "who are professionals go through it, to mobile numbers that an official took from another source than the request. It "
        "needs `VIREILLE_SMTP_HOST`, and encryption unless that is this machine. Take it from whom you trust with your mail: "
        "the link leaves by the same mail server.",
        shown="no text messages: codes are read by phone",
    ),
    Setting(
        "VIREILLE_ON_CALL_EMAIL",
        "",
        "Address that is notified of every urgent matter beside the on-call workers' own: of a duty phone, or of a gateway that "
        "makes a text message or a call of it.",
        shown="only the on-call workers' own addresses",
    ),
    Setting(
        "VIREILLE_ON_CALL_EVERY",
        "15",
        "Minutes after which the on-call workers are notified again of an urgent matter that nobody has taken, or that is not "
        "done by its hour, 2 to 120.",
    ),
    Setting(
        "VIREILLE_ENQUIRIES_KEPT",
        "60",
        "Months from the answer to an enquiry until its words are destroyed, 1 to 120. No Act names a period for a question "
        "without identity: five years is our reading, by 615/2020 section 15, and not verified with the authority.",
    ),
    Setting(
        "VIREILLE_WEBHOOK_NETWORKS",
        "",
        "Private networks in which receivers of webhooks may be, as `10.20.0.0/16 fd00::/8` with spaces between. Receivers "
        "elsewhere must be on the network at large and speak HTTPS; in these they may speak HTTP.",
        shown="none",
    ),
    Setting(
        "VIREILLE_CLAMD",
        "",
        "ClamAV: the path of clamd's socket, or `host:port`. While it is set and does not answer, files wait sealed in "
        "quarantine and nobody can open them.",
        shown="files are made harmless, but looked up in no virus list",
    ),
    Setting(
        "VIREILLE_DEMONSTRATION",
        "",
        "`yes` where every person is invented: letters may then name the invented authority and court below.",
        shown="no",
    ),
    *_spoken(
        "VIREILLE_AUTHORITY",
        ("Joutsenon vastaanottokeskus", "Förläggningen i Joutseno", "Joutseno Reception Centre"),
        "The authority, as it stands in letters.",
    ),
    *_spoken(
        "VIREILLE_AUTHORITY_UNIT",
        (
            "Ihmiskaupan uhrien auttamisjärjestelmä",
            "Hjälpsystemet för offer för människohandel",
            "Assistance System for Victims of Human Trafficking",
        ),
        "Its unit.",
    ),
    *_spoken(
        "VIREILLE_AUTHORITY_STREET",
        ("Esimerkkitie 1, 00000 Esimerkkilä", "Exempelvägen 1, 00000 Exempelby", ""),
        "Its address.",
    ),
    _owed("VIREILLE_AUTHORITY_PHONE", "000 000 0000", "Its telephone number."),
    _owed("VIREILLE_AUTHORITY_EMAIL", "kirjaamo@example.invalid", "Its registry's address."),
    _owed(
        "VIREILLE_RETURN_ADDRESS",
        "PL 00, 00000 Esimerkkilä",
        "Address on the back of envelopes, to which post comes back: a neutral one, without the authority's name.",
    ),
    _owed("VIREILLE_HELP_LINE", "000 000 0000", "The number on every public page and in letters."),
    Setting(
        "VIREILLE_TITLES",
        "johtaja | föreståndare | director\n"
        "apulaisjohtaja | biträdande föreståndare | deputy director\n"
        "erityisasiantuntija | specialsakkunnig | senior specialist\n"
        "päätöksentekijä | beslutsfattare | decision-maker\n"
        "käsittelijä | handläggare | caseworker\n"
        "ylitarkastaja | överinspektör | senior inspector\n"
        "sosiaalityöntekijä | socialarbetare | social worker\n"
        "sosiaaliohjaaja | socialhandledare | social counsellor\n"
        "kirjaaja | registrator | registrar",
        "Titles of officials in Finnish, Swedish and English, one official a line, divided by `|`. Who has a title "
        "without a Swedish word can't sign in Swedish.",
        shown="nine titles",
    ),
    *_spoken(
        "VIREILLE_COURT",
        ("Helsingin hallinto-oikeus", "Helsingfors förvaltningsdomstol", "Helsinki Administrative Court"),
        "The competent administrative court; to be confirmed by the authority's lawyers.",
    ),
    *_spoken(
        "VIREILLE_COURT_ADDRESS",
        ("Esimerkkikatu 2, 00000 Esimerkkilä", "Exempelgatan 2, 00000 Exempelby", ""),
        "The court's address.",
    ),
    _owed("VIREILLE_COURT_EMAIL", "hallinto-oikeus@example.invalid", "The court's registry."),
    _owed("VIREILLE_COURT_PHONE", "000 000 0001", "The court's telephone number."),
    *_spoken(
        "VIREILLE_OTHER_HELP",
        (
            "Rikosuhripäivystys\nPro-tukipiste\nMonika-Naiset liitto",
            "Brottsofferjouren\nPro-tukipiste\nMonika-Naiset liitto",
            "",
        ),
        "Other sources of help, one a line, named in an adverse decision.",
    ),
    Setting(
        "VIREILLE_DEADLINE_NOTE",
        "",
        "How the last day of the appeal period is counted (150/1930); to be confirmed.",
        shown="left out",
    ),
    Setting("VIREILLE_DEADLINE_NOTE_SV", "", "The same in Swedish.", shown="left out"),
)
