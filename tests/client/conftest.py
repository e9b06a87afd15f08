"""Fixtures: the client as a person runs it, against a world on a real port or a host that misbehaves as told."""

from __future__ import annotations

import contextlib
import io
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from undersigned_client.__main__ import main

from local.http.server import Server
from tests.client.hosts import Host

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.kit.world import World


@dataclass(frozen=True)
class Outcome:
    """What a command left behind."""

    code: int
    out: str
    err: str


class Typed(io.StringIO):
    """Standard input with a person at it."""

    def isatty(self) -> bool:
        return True


@dataclass
class Client:
    """Runs commands in this process, with an environment of its own."""

    patch: pytest.MonkeyPatch
    home: Path

    def use(self, url: str, key: str = "us_key") -> None:
        self.patch.setenv("UNDERSIGNED_URL", url)
        self.patch.setenv("UNDERSIGNED_KEY", key)

    def speak(self, locale: str) -> None:
        self.patch.setenv("LC_ALL", locale)

    def __call__(self, *words: str, piped: str = "", typed: str | None = None) -> Outcome:
        out, err = io.StringIO(), io.StringIO()
        self.patch.setattr(sys, "stdin", io.StringIO(piped) if typed is None else Typed(typed))
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                code = main(list(words), backoff_seconds=0.001)
            except SystemExit as ended:
                code = int(ended.code or 0)
        return Outcome(code, out.getvalue(), err.getvalue())


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Client:
    for name in ("UNDERSIGNED_URL", "UNDERSIGNED_KEY", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.chdir(tmp_path)
    return Client(monkeypatch, tmp_path)


@pytest.fixture
def at_world(world: World, client: Client) -> Iterator[World]:
    """The world behind a real port, and the client with its admin key."""
    server = Server(0, world.gateway.handle)
    server.start()
    client.use(f"http://127.0.0.1:{server.port}", world.admin_key)
    yield world
    server.stop()


@pytest.fixture
def host() -> Iterator[Host]:
    with Host() as made:
        yield made
