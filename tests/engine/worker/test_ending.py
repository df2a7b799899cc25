"""`vireille worker` is asked to end while a mail server holds it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from base64 import b64encode
from pathlib import Path

import pytest

from engine.mail.sending import PATIENCE
from tests.support.story import Story
from tests.support.world import MASTER_KEY, World, key_store_beside

SOON = PATIENCE / 2
"""Seconds: without its own way to end, the worker would wait for the server's patience to be over."""


@pytest.mark.slow
def test_a_worker_ends_at_once_though_its_mail_server_is_silent(world: World, tmp_path: Path) -> None:
    Story(world).applies(safe_channels=["email"], email="joku@example.invalid", may_leave_message="no")
    url = world.engine.database.url
    world.engine.close()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("VIREILLE_")}
        worker = subprocess.Popen(
            [sys.executable, "-m", "webapp.cli", "worker"],
            env={
                **environment,
                "VIREILLE_VAR": str(tmp_path),
                "VIREILLE_DATABASE_URL": url,
                "VIREILLE_KEY_STORE": key_store_beside(url, tmp_path),
                "VIREILLE_MASTER_KEY": b64encode(MASTER_KEY).decode(),
                "VIREILLE_DEMONSTRATION": "yes",
                "VIREILLE_SMTP_HOST": "127.0.0.1",
                "VIREILLE_SMTP_PORT": str(silent.getsockname()[1]),
                "VIREILLE_SMTP_SECURITY": "none",
            },
        )
        try:
            silent.settimeout(60)
            held, _ = silent.accept()
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(SOON) == 0
            held.close()
        finally:
            worker.kill()
            worker.wait()
