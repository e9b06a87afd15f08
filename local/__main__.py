"""`make run`: starts the local stack, loads the samples, says where everything is, and stops in order.

It needs no AWS account and no container; everything it keeps is in `.local/`.
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

from local.engines.dynoxide import DynoxideMissing
from local.engines.engine import ROOT, EngineFailed, EngineName
from local.stack import Stack
from local.web.demo_site import Demo

OLDEST_PYTHON = (3, 11)
LAST_PORT = 65535


def main() -> int:
    """Run until Ctrl-C or SIGTERM; return the exit code."""
    if sys.version_info < OLDEST_PYTHON:
        print("Python 3.11 or newer is needed.", file=sys.stderr)
        return 1
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("botocore").setLevel(logging.ERROR)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    try:
        return _run(stop)
    except (EngineFailed, DynoxideMissing) as failed:
        print(failed, file=sys.stderr)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        print(f"Port {_port()} is taken. Choose another: PORT={_port() + 10} make run", file=sys.stderr)
    return 1


def _run(stop: threading.Event) -> int:
    from chalicelib import log

    wanted = os.environ.get("ENGINE", "ministack")
    if wanted not in get_args(EngineName):
        print(f"ENGINE is one of {', '.join(get_args(EngineName))}, not {wanted}.", file=sys.stderr)
        return 1
    engine = cast("EngineName", wanted)
    directory = Path(os.environ.get("UNDERSIGNED_LOCAL") or ROOT / ".local")
    prefix = os.environ.get("PATH_PREFIX", "")
    with Stack(engine=engine, directory=directory, port=_port(), prefix=prefix, held=True) as stack:
        # A line for each request and mail: to a file, so that the terminal shows what needs a look.
        log.write_to(logging.FileHandler(directory / "app.log"))
        demo = Demo(_port() + 1, stack.url)
        demo.start()
        stack.pages.demo_url = demo.url
        key = stack.load_samples(demo.origins)
        _write_environment(stack, directory / "env")
        _announce(stack, demo, key)
        stop.wait()
        print("\nStopping ...", flush=True)
        demo.stop()
    return 0


def _announce(stack: Stack, demo: Demo, key: str) -> None:
    lines = [("Sign", f"{stack.url}/sign/{name}") for name in stack.sample_names()]
    lines += [
        ("Demo page", demo.url),
        ("Outbox", f"{stack.base}/_local/outbox"),
        ("All pages", f"{stack.base}/_local/"),
        ("Dashboard", f"{stack.url}/admin"),
        ("Admin key", f"{key}  (also in .local/admin-key)"),
        ("Log", ".local/app.log"),
        ("Commands", ". .local/env && .venv/bin/python -m chalicelib.cli --help"),
    ]
    print(f"\nUndersigned is running on {stack.url}\n")
    for label, value in lines:
        print(f"  {label:<10} {value}")
    print("\nCtrl-C stops it; the data stay in .local/ (make clean removes them).", flush=True)


def _write_environment(stack: Stack, path: Path) -> None:
    """What another shell needs to use the same stack with the commands of the app."""
    path.touch(mode=0o600)
    path.write_text("".join(f"export {name}='{value}'\n" for name, value in sorted(stack.environment.values.items())))


def _port() -> int:
    """The port asked for. Ends with a sentence when it is none; the demo page needs the next one too."""
    wanted = os.environ.get("PORT", "8000")
    if not (wanted.isascii() and wanted.isdigit() and 0 < int(wanted[:6]) < LAST_PORT):
        sys.exit(f"PORT is a number from 1 to {LAST_PORT - 1}, not {wanted}.")
    return int(wanted)


if __name__ == "__main__":
    sys.exit(main())
