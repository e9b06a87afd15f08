"""A captcha service on loopback: its script, as strict about its place as the real ones, and the check of what it gave."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from chalicelib.domain.campaigns.captcha_services import SERVICES
from local.http.server import Answer, Server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest import MonkeyPatch  # noqa: PT013

    from local.http.server import Request

# What the real ones do: they find their place in the page's document only, draw a box of a known size, and give
# something that is good once, after `patience` ms. `captchas` is told to the window so that a test can ask.
SCRIPT = """
(() => {
  const asked = new URL(document.currentScript.src).searchParams;
  const sizes = SIZES, shown = new Map();
  window.captchas ??= { shown: [], reset: 0, removed: 0 };
  const give = (options) => setTimeout(() => options.callback(`good-${crypto.randomUUID()}`), window.patience ?? 150);
  const known = (id) => { if (!shown.has(id)) throw new Error(`no captcha ${id}`); return shown.get(id); };
  window.NAME = {
    render(place, options) {
      if (place.getRootNode() !== document) throw new Error("a captcha needs the page's own document");
      const id = `NAME-${captchas.shown.length}`, box = document.createElement("div");
      const [width, height] = sizes[options.size];
      box.className = "captcha-box";
      box.textContent = `NAME (${options.language || options.hl})`;
      const dark = options.theme === "dark";
      Object.assign(box.style, { boxSizing: "border-box", width: `${width}px`, height: `${height}px`, padding: "8px",
        border: "1px solid #888", background: dark ? "#222" : "#fafafa", color: dark ? "#fff" : "#222" });
      place.append(box);
      shown.set(id, options);
      captchas.shown.push({ name: "NAME", sitekey: options.sitekey, size: options.size, theme: options.theme, language: options.language || options.hl });
      give(options);
      return id;
    },
    reset(id = shown.keys().next().value) { captchas.reset += 1; give(known(id)); },
    remove(id) { known(id); shown.delete(id); captchas.removed += 1; },
  };
  const all = () => { // unless asked otherwise, it finds its places by itself, and adds its field to the form there
    for (const place of document.querySelectorAll(".STYLE")) {
      const field = document.createElement("input");
      Object.assign(field, { type: "hidden", name: "FIELD" });
      place.append(field);
      window.NAME.render(place, { size: "normal", ...place.dataset, callback: (token) => { field.value = token; } });
    }
  };
  if (asked.get("render") === "explicit") setTimeout(() => window[asked.get("onload")](), 50);
  else if (document.readyState === "loading") addEventListener("DOMContentLoaded", all);
  else all();
})();
"""
SIZES = {
    "turnstile": {"normal": [300, 65], "compact": [150, 140]},
    "hcaptcha": {"normal": [303, 78], "compact": [164, 144]},
}


class CaptchaServices:
    """Both services; while one `is_down` its script does not come. `checked` is what was asked about, and the answer."""

    def __init__(self) -> None:
        self.is_down = False
        self.checked: list[tuple[str, bool]] = []
        self._server = Server(0, self._handle)
        self.url = f"http://127.0.0.1:{self._server.port}"

    def _handle(self, request: Request) -> Answer | None:
        name = request.path.strip("/").removesuffix(".js")
        if request.method == "POST":
            return self._check(parse_qs(request.body.decode())["response"][0])
        if self.is_down or name not in SIZES:
            return None
        service = SERVICES[name]
        script = SCRIPT.replace("SIZES", json.dumps(SIZES[name])).replace("NAME", name)
        script = script.replace("STYLE", service.css_class).replace("FIELD", service.field)
        return Answer(200, [("Content-Type", "text/javascript")], script.encode())

    def _check(self, token: str) -> Answer:
        is_good = token.startswith("good-") and token not in [known for known, _ in self.checked]
        self.checked.append((token, is_good))
        return Answer(200, [("Content-Type", "application/json")], json.dumps({"success": is_good}).encode())

    @contextmanager
    def running(self, monkeypatch: MonkeyPatch) -> Iterator[CaptchaServices]:
        """Serves, and stands where the real ones do."""
        for name, service in SERVICES.items():
            here = replace(service, script=f"{self.url}/{name}.js", verify_url=f"{self.url}/check", origins=(self.url,))
            monkeypatch.setitem(SERVICES, name, here)
        self._server.start()
        yield self
        self._server.stop()
