"""Captcha services on loopback: scripts as strict about their place as the real ones, and checks of their tokens."""

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

# Like the real ones: they find their place only in the page's own document, draw a box of a known size, and after
# `patience` ms give a token that is valid once. Tests read `window.captchas`.
SCRIPT = """
(() => {
  const parameters = new URL(document.currentScript.src).searchParams;
  const sizes = SIZES, shown = new Map();
  window.captchas ??= { shown: [], reset: 0, removed: 0 };
  const give = (options) => setTimeout(() => options.callback(`good-${crypto.randomUUID()}`), window.patience ?? 150);
  const optionsOf = (id) => { if (!shown.has(id)) throw new Error(`no captcha ${id}`); return shown.get(id); };
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
    reset(id = shown.keys().next().value) { captchas.reset += 1; give(optionsOf(id)); },
    remove(id) { optionsOf(id); shown.delete(id); captchas.removed += 1; },
  };
  const all = () => { // by default it finds its places by itself, and adds its field to the form there
    for (const place of document.querySelectorAll(".STYLE")) {
      const field = document.createElement("input");
      Object.assign(field, { type: "hidden", name: "FIELD" });
      place.append(field);
      window.NAME.render(place, { size: "normal", ...place.dataset, callback: (token) => { field.value = token; } });
    }
  };
  if (parameters.get("render") === "explicit") setTimeout(() => window[parameters.get("onload")](), 50);
  else if (document.readyState === "loading") addEventListener("DOMContentLoaded", all);
  else all();
})();
"""
SIZES = {
    "turnstile": {"normal": [300, 65], "compact": [150, 140]},
    "hcaptcha": {"normal": [303, 78], "compact": [164, 144]},
}


class CaptchaServices:
    """Both services. While `is_down`, no script is served. `checked` lists (token, whether it was valid)."""

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
        is_good = token.startswith("good-") and token not in [earlier for earlier, _ in self.checked]
        self.checked.append((token, is_good))
        return Answer(200, [("Content-Type", "application/json")], json.dumps({"success": is_good}).encode())

    @contextmanager
    def running(self, monkeypatch: MonkeyPatch) -> Iterator[CaptchaServices]:
        """Serve, and take the place of the real services, until the end of the block."""
        for name, service in SERVICES.items():
            local_service = replace(
                service, script=f"{self.url}/{name}.js", verify_url=f"{self.url}/check", origins=(self.url,)
            )
            monkeypatch.setitem(SERVICES, name, local_service)
        self._server.start()
        yield self
        self._server.stop()
