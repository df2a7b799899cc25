"""`vireille access-log`: the log is signed and proved at a terminal, where its checkpoints lie."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.terminal import refused, run


def test_the_access_log_is_signed_and_proved(populated: Path) -> None:
    private, public = run("access-log", "key").stdout.split()
    assert [oct(Path(each).stat().st_mode & 0o777) for each in (private, public)] == ["0o600", "0o644"]
    # Its own entry is what is signed.
    assert run("access-log", "verify").exit_code == 0
    assert "Allekirjoitettuja ketjuja: 1." in run("access-log", "checkpoint").stdout
    assert "Loki on ehjä." in run("access-log", "verify").stdout
    (populated / "access-checkpoints.jsonl").write_text("{}\n")
    broken = run("access-log", "verify")
    assert broken.exit_code == 1
    assert [line.partition(":")[0] for line in broken.stdout.splitlines()[:2]] == ["signature", "shortened"]
    assert "2 vikaa." in broken.stdout


def test_the_log_is_not_verified_on_a_host_that_never_had_its_checkpoints(populated: Path) -> None:
    """Nothing is stored that would read as a change of the log."""
    private = run("access-log", "key").stdout.split()[0]
    assert run("access-log", "verify").exit_code == 0
    assert run("access-log", "checkpoint").exit_code == 0
    (populated / "access-checkpoints.jsonl").unlink()
    assert run("access-log", "verify").exit_code == 1, "the host that signs"
    Path(private).unlink()
    refused(run("access-log", "verify"), "koneella, joka allekirjoittaa")


def test_a_pair_of_keys_for_checkpoints_is_never_replaced(populated: Path) -> None:
    refused(run("access-log", "checkpoint"), "allekirjoitusavainta ei ole")
    made = [Path(each).read_bytes() for each in run("access-log", "key").stdout.split()]
    refused(run("access-log", "key"), "jo olemassa")
    (populated / "checkpoint.pub").unlink()
    refused(run("access-log", "key"), "jo olemassa")
    assert [(populated / "checkpoint.key").read_bytes()] == made[:1]
    assert not (populated / "checkpoint.pub").exists()


def test_another_host_goes_on_signing_with_the_second_place_of_a_lost_one(
    populated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The key comes from its copy in the safe. The last archive holds less: what it lacks is named as shortened."""
    second, own = populated / "second.jsonl", populated / "access-checkpoints.jsonl"
    monkeypatch.setenv("VIREILLE_CHECKPOINT_COPY", str(second))
    run("access-log", "key")
    (populated / "data").mkdir()
    for _ in range(2):
        run("access-log", "verify")
        assert "ketjuja: 1." in run("access-log", "checkpoint").stdout
        assert (
            run("backup", str(populated / "data" / f"of {len(own.read_bytes().splitlines())}")).exit_code == 0
        )
    own.unlink()
    assert run("access-log", "verify").exit_code == 1

    own.write_bytes(second.read_bytes())

    assert run("access-log", "verify").exit_code == 0
    assert "ketjuja: 1." in run("access-log", "checkpoint").stdout
    assert run("access-log", "verify").exit_code == 0
    assert second.read_bytes() == own.read_bytes()
    own.write_bytes((populated / "data" / "of 1" / "access-checkpoints.jsonl").read_bytes())
    assert "shortened: tarkistuspisteet 2" in run("access-log", "verify").stdout
