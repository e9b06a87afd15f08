"""One API process: the app behind the local API Gateway, on a port of its own."""

from __future__ import annotations

import threading

from chaos.workers.startup import load
from local.aws.template import Template
from local.functions.api_gateway import Gateway
from local.http.server import Server


def main(name: str, port: str) -> None:
    """Serve until killed."""
    app = load(name)
    gateway = Gateway(app.app, Template({"Production": "false"}), changed=lambda: None)
    Server(int(port), gateway.handle, gateway.refuse).start()
    threading.Event().wait()
