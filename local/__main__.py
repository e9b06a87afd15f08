"""`make run`: starts the local stack, loads the samples, prints where everything is, and shuts down cleanly.

It needs no AWS account and no container; all its data is in `.local/`.
"""

from __future__ import annotations

import errno
import logging
import os
import signal
import sys
import threading
from pathlib import Path
from typing import cast, get_args

from local.engines.engine import ROOT, EngineFailed, EngineName
from local.engines.npm_binary import BinaryMissing
from local.stack import Stack
from local.startup.first_member import ADDRESS, ensure_member
from local.web.demo_site import DemoSite

MIN_PYTHON = (3, 11)
MAX_PORT = 65535


def main() -> int:
    """Run until Ctrl-C or SIGTERM; return the exit code."""
    if sys.version_info < MIN_PYTHON:
        print("Python 3.11 or newer is needed.", file=sys.stderr)
        return 1
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("botocore").setLevel(logging.ERROR)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    try:
        return _run(stop)
    except (EngineFailed, BinaryMissing) as failed:
        print(failed, file=sys.stderr)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        print(f"Port {_port()} is in use. Choose another one: PORT={_port() + 10} make run", file=sys.stderr)
    return 1


def _run(stop: threading.Event) -> int:
    from chalicelib import log

    name = os.environ.get("ENGINE", "ministack")
    if name not in get_args(EngineName):
        print(f"ENGINE must be {' or '.join(get_args(EngineName))}, not {name}.", file=sys.stderr)
        return 1
    engine = cast("EngineName", name)
    directory = Path(os.environ.get("UNDERSIGNED_LOCAL") or ROOT / ".local")
    prefix = os.environ.get("PATH_PREFIX", "")
    with Stack(engine=engine, directory=directory, port=_port(), prefix=prefix, holds_requests=True) as stack:
        # The log has a line per request and email; in a file, so that the terminal shows only what needs attention.
        log.write_to(logging.FileHandler(directory / "app.log"))
        demo = DemoSite(_port() + 1, stack.url)
        demo.start()
        stack.pages.demo_url = demo.url
        key = stack.load_samples(demo.origins)
        ensure_member()
        _write_environment(stack, directory / "env")
        _announce(stack, demo, key)
        stop.wait()
        print("\nStopping ...", flush=True)
        demo.stop()
    return 0


def _announce(stack: Stack, demo: DemoSite, key: str) -> None:
    lines = [("Sign", f"{stack.url}/sign/{name}") for name in stack.sample_names()]
    lines += [
        ("Demo page", demo.url),
        ("Outbox", f"{stack.base}/_local/outbox"),
        ("All pages", f"{stack.base}/_local/"),
        ("Dashboard", f"{stack.url}/admin"),
        ("Sign in", f"as {ADDRESS}: the email is in the outbox"),
        ("Admin key", f"{key}  (also in .local/admin-key)"),
        ("Log", ".local/app.log"),
        ("Commands", ". .local/env && .venv/bin/python -m chalicelib.cli --help"),
    ]
    print(f"\nUndersigned is running on {stack.url}\n")
    for label, value in lines:
        print(f"  {label:<10} {value}")
    print("\nCtrl-C stops it. The data stays in .local/ (make clean deletes it).", flush=True)


def _write_environment(stack: Stack, path: Path) -> None:
    """The variables with which the app's commands use this stack from another shell."""
    path.touch(mode=0o600)
    path.write_text("".join(f"export {name}='{value}'\n" for name, value in sorted(stack.environment.values.items())))


def _port() -> int:
    """PORT as a number; exits with a message when it is invalid. The demo site takes the next port."""
    port = os.environ.get("PORT", "8000")
    if not (port.isascii() and port.isdigit() and 0 < int(port[:6]) < MAX_PORT):
        sys.exit(f"PORT must be a number from 1 to {MAX_PORT - 1}, not {port}.")
    return int(port)


if __name__ == "__main__":
    sys.exit(main())
