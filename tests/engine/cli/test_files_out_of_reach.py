"""A file or folder that a setting or an argument names can't be written or read: a sentence that names it, never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.terminal import Names, refused, run

NO_FOLDER = "/proc/x/y"
"""Not even root makes a folder there."""
UNDER_A_FILE = "/etc/passwd/x"
OUT_OF_REACH = f"/{'n' * 300}/file"
PLACES = {
    NO_FOLDER: "No such file or directory",
    UNDER_A_FILE: "Not a directory",
    OUT_OF_REACH: "File name too long",
}
"""Each with the system's own reason."""


@pytest.fixture
def signing(populated: Path) -> Path:
    """A host with the key for checkpoints, and an entry that waits to be signed: of the key's own making."""
    run("access-log", "key")
    run("access-log", "verify")
    return populated


@pytest.mark.parametrize(("file", "reason"), [*PLACES.items(), ("/etc", "Is a directory")])
@pytest.mark.parametrize("name", ["VIREILLE_CHECKPOINT_FILE", "VIREILLE_CHECKPOINT_COPY"])
def test_checkpoints_that_cannot_be_written_are_a_sentence(
    signing: Path, monkeypatch: pytest.MonkeyPatch, name: str, file: str, reason: str
) -> None:
    monkeypatch.setenv(name, file)

    result = run("access-log", "checkpoint")

    refused(result, f"{name}: tiedostoon {file} ei voi kirjoittaa ({reason})")
    assert result.stderr.count("\n") == 1
    monkeypatch.delenv(name)
    signed = "1" if name == "VIREILLE_CHECKPOINT_FILE" else "0"
    assert f"Allekirjoitettuja ketjuja: {signed}." in run("access-log", "checkpoint").stdout


@pytest.mark.parametrize(("file", "reason"), PLACES.items())
@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("VIREILLE_VAR", ("key",)),
        ("VIREILLE_VAR", ("access-log", "key")),
        ("VIREILLE_MASTER_KEY_FILE", ("key",)),
        ("VIREILLE_CHECKPOINT_KEY_FILE", ("access-log", "key")),
        ("VIREILLE_CHECKPOINT_PUBLIC_KEY_FILE", ("access-log", "key")),
    ],
)
def test_a_key_that_cannot_be_made_there_names_the_setting(
    file: str, reason: str, name: str, arguments: Names, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("VIREILLE_VAR", str(tmp_path))
    monkeypatch.setenv("VIREILLE_DATABASE_URL", f"sqlite:///{tmp_path / 'vireille.db'}")
    monkeypatch.delenv("VIREILLE_MASTER_KEY", raising=False)
    monkeypatch.setenv(name, file)

    result = run(*arguments)

    refused(result, name)
    assert reason in result.stderr or "on tiedosto" in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(("file", "reason"), PLACES.items())
@pytest.mark.parametrize(
    "arguments",
    [
        ("backup",),
        ("backup", "--keys"),
        ("process", "pictures", "processes"),
        ("texts", "export", "en", "--to"),
    ],
    ids=" ".join,
)
def test_what_cannot_be_written_to_a_place_names_it(
    populated: Path, file: str, reason: str, arguments: Names
) -> None:
    result = run(
        *(str(Path(__file__).parents[3] / each) if each == "processes" else each for each in arguments), file
    )

    refused(result, reason if file == OUT_OF_REACH or arguments[0] != "backup" else "ei ole")
    assert result.stderr.count("\n") == 1


def test_a_folder_that_nobody_reaches_is_one_mistake_among_all(
    populated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIREILLE_VAR", OUT_OF_REACH)

    refused(run("access-log", "verify"), "VIREILLE")
    named = run("doctor")

    assert named.exit_code == 1
    assert isinstance(named.exception, SystemExit)
    assert "VIREILLE_AUTHORITY puuttuu" in named.stdout


def test_a_backup_names_the_file_that_it_cannot_read(
    populated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIREILLE_CHECKPOINT_FILE", "/etc")

    refused(run("backup", str(populated / "copy")), "(/etc: Is a directory)")
