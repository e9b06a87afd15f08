"""Firefox, driven by WebDriver BiDi without a driver between."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from contextlib import contextmanager, suppress
from itertools import count
from typing import TYPE_CHECKING, Any

from tests.kit.web_socket import WebSocket

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Nothing is asked of Mozilla, and a download is saved without a question.
PREFERENCES: dict[str, bool | int | str] = {
    "app.normandy.enabled": False,
    "app.update.disabledForTesting": True,
    "browser.download.folderList": 2,
    "browser.download.useDownloadDir": True,
    "browser.download.always_ask_before_handling_new_types": False,
    "browser.safebrowsing.downloads.enabled": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    # The browser's own complaints, such as of a forbidden icon, which no page hears of.
    "devtools.console.stdout.chrome": True,
    "extensions.systemAddon.update.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,",
    "toolkit.telemetry.server": "data:,",
}


class FirefoxTab:
    """One tab."""

    def __init__(self, socket: WebSocket, downloads: Path, log: Path) -> None:
        self._socket, self._numbers = socket, count(1)
        self.downloads, self._log = downloads, log
        self.errors: list[str] = []
        self._call("session.new", capabilities={})
        self._call("session.subscribe", events=["log.entryAdded"])
        # The window that Firefox begins with never has the focus, and without it Enter presses no button.
        self._context = self._call("browsingContext.create", type="window")["context"]

    def open(self, url: str) -> None:
        self._call("browsingContext.navigate", context=self._context, url=url, wait="complete")

    def evaluate(self, expression: str) -> Any:
        """What a JavaScript expression is worth, as JSON can say it."""
        found = self._call(
            "script.evaluate",
            expression=f"JSON.stringify([{expression}])",
            target={"context": self._context},
            awaitPromise=False,
        )
        assert found["type"] == "success", found
        return json.loads(found["result"]["value"])[0]

    def press(self, *keys: str) -> None:
        actions = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        source = {"type": "key", "id": "keyboard", "actions": actions}
        self._call("input.performActions", context=self._context, actions=[source])

    def said(self) -> str:
        """What Firefox itself complained of so far."""
        return self._log.read_text()

    def close(self) -> None:
        with suppress(ConnectionError):
            self._call("browser.close")
        self._socket.close()

    def _call(self, method: str, **parameters: Any) -> Any:
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            said = json.loads(self._socket.receive())
            if said.get("method") == "log.entryAdded" and said["params"]["level"] == "error":
                self.errors.append(said["params"]["text"])
            if said.get("id") == number:
                assert said["type"] == "success", f"{method}: {said.get('message')}"
                return said["result"]


@contextmanager
def a_firefox(program: str, folder: Path) -> Iterator[FirefoxTab]:
    """A tab of a Firefox without a window; its profile and its downloads are in `folder`."""
    profile, downloads = folder / "profile", folder / "downloads"
    profile.mkdir()
    downloads.mkdir()
    settings = PREFERENCES | {"browser.download.dir": str(downloads)}
    lines = (f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in settings.items())
    (profile / "user.js").write_text("".join(lines))
    log = folder / "firefox.log"
    command = [program, "--headless", "--no-remote", "--profile", str(profile), "--remote-debugging-port", "0"]
    with log.open("w") as written, subprocess.Popen(command, stdout=written, stderr=written) as process:
        try:
            tab = FirefoxTab(WebSocket(f"{_address(log, process)}/session"), downloads, log)
            yield tab
            tab.close()
            process.wait(30)
        finally:
            process.kill()
    shutil.rmtree(profile, ignore_errors=True)


def _address(log: Path, process: subprocess.Popen[bytes], seconds: float = 60) -> str:
    for _ in range(int(seconds * 10)):
        found = re.search(r"WebDriver BiDi listening on (ws://\S+)", log.read_text())
        if found:
            return found[1]
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.1)
            break
    raise AssertionError(f"Firefox does not listen: {log.read_text()}")
