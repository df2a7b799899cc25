"""An OpenID Connect provider that this project did not write: npm's `oidc-provider`, run by the Node that builds the editors."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tests.support import npm
from tests.support.identity_provider import CLIENT

HERE = Path(__file__).with_name("oidc_provider")
SECRET = "a secret of forty characters, for tests."


@dataclass(frozen=True)
class ForeignProvider:
    issuer: str
    _input: IO[str]
    _output: IO[str]

    def registers(self, address: str, groups: Mapping[str, Sequence[str]]) -> None:
        """Take the service at this address as a client. Anyone comes in with any password; their groups are these."""
        client = {
            "client_id": CLIENT,
            "client_secret": SECRET,
            "token_endpoint_auth_method": "client_secret_basic",
            "redirect_uris": [f"{address}/sign-in/provider/back"],
            "post_logout_redirect_uris": [f"{address}/sign-in"],
        }
        self._input.write(json.dumps({"client": client, "groups": groups}) + "\n")
        self._input.flush()
        while (line := self._output.readline()) and line.strip() != "ready":
            pass
        assert line, "the provider ended"


@contextmanager
def foreign_provider(log: Path) -> Iterator[ForeignProvider]:
    npm.install(HERE)
    with (
        log.open("w") as errors,
        subprocess.Popen(
            [npm.NODE, "provider.mjs"],
            cwd=HERE,
            env={**os.environ, "NODE_ENV": "production"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as process,
    ):
        try:
            assert process.stdin is not None
            assert process.stdout is not None
            issuer = process.stdout.readline().strip()
            assert issuer, log.read_text()
            yield ForeignProvider(issuer, process.stdin, process.stdout)
        finally:
            process.kill()
