"""WebKitGTK, the engine of Safari, driven by its own WebDriver on a screen that nobody sees."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tools.other_browsers import WebKit


class WebKitTab:
    """One tab."""

    def __init__(self, address: str, mini_browser: str, downloads: Path) -> None:
        self._address, self.downloads = address, downloads
        options = {"binary": mini_browser, "args": ["--automation"]}
        wanted = {"capabilities": {"alwaysMatch": {"webkitgtk:browserOptions": options}}}
        self._session = f"/session/{self._call('POST', '/session', wanted)['sessionId']}"

    def open(self, url: str) -> None:
        self._call("POST", f"{self._session}/url", {"url": url})

    def evaluate(self, expression: str) -> Any:
        """What a JavaScript expression is worth, as JSON can say it."""
        script = {"script": f"return JSON.stringify([{expression}])", "args": []}
        return json.loads(self._call("POST", f"{self._session}/execute/sync", script))[0]

    def press(self, *keys: str) -> None:
        actions = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        source = {"type": "key", "id": "keyboard", "actions": actions}
        self._call("POST", f"{self._session}/actions", {"actions": [source]})

    def close(self) -> None:
        self._call("DELETE", self._session)

    def _call(self, method: str, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            f"{self._address}{path}", data, {"Content-Type": "application/json"}, method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{method} {path}: {error.read().decode()}") from error


@contextmanager
def a_webkit(programs: WebKit, folder: Path) -> Iterator[WebKitTab]:
    """A tab of WebKitGTK's small browser; all that it saves is in `folder`."""
    downloads = folder / "Downloads"
    downloads.mkdir()
    (folder / "user-dirs.dirs").write_text(f'XDG_DOWNLOAD_DIR="{downloads}"\n')
    with (
        _a_screen(programs.screen, folder) as display,
        (folder / "webkit.log").open("w") as log,
        subprocess.Popen(
            [programs.driver, f"--port={(port := _free_port())}"],
            env={**os.environ, "DISPLAY": display, "HOME": str(folder), "XDG_CONFIG_HOME": str(folder)},
            stdout=log,
            stderr=log,
        ) as process,
    ):
        try:
            _wait_for(port)
            tab = WebKitTab(f"http://127.0.0.1:{port}", programs.mini_browser, downloads)
            yield tab
            tab.close()
        finally:
            process.terminate()


@contextmanager
def _a_screen(program: str, folder: Path) -> Iterator[str]:
    """The name of a new screen: the X server chooses a number that is free, and tells it when it is ready."""
    read, write = os.pipe()
    command = [program, "-displayfd", str(write), "-screen", "0", "1280x900x24", "-nolisten", "tcp"]
    with (
        (folder / "screen.log").open("w") as log,
        subprocess.Popen(command, pass_fds=[write], stdout=log, stderr=log) as process,
    ):
        os.close(write)
        try:
            with os.fdopen(read) as told:
                number = told.readline().strip()
            assert number, "no screen"
            yield f":{number}"
        finally:
            process.terminate()


def _free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        port: int = server.getsockname()[1]
        return port


def _wait_for(port: int, seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("WebKit's driver does not listen")
