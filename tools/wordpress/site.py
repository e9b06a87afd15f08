"""Starts a WordPress of Debian's packages on loopback, with a database of its own; all of it goes when the check ends."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

PACKAGES = ("wordpress", "wordpress-theme-twentytwentythree", "mariadb-server", "php-cli", "php-mysql", "php-xml")
PROGRAMS = ("mariadbd", "mariadb-install-db", "mariadb", "php")
SOURCE = Path("/usr/share/wordpress")
THEME = Path("/var/lib/wordpress/wp-content/themes/twentytwentythree")
HERE = Path(__file__).parent
PATIENCE = 60


def find_or_install() -> None:
    """Exits with the command to run when something is missing and it cannot install it."""
    if not _is_there() and os.geteuid() == 0 and shutil.which("apt-get"):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], check=True, env=environment)
        install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *PACKAGES]
        subprocess.run(install, check=True, env=environment)
    if not _is_there():
        sys.exit(f"WordPress is missing. On Debian: sudo apt-get install {' '.join(PACKAGES)}")


def _is_there() -> bool:
    programs = (shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin") for name in PROGRAMS)
    return all(programs) and SOURCE.is_dir() and THEME.is_dir()


@contextmanager
def wordpress(place: Path, form_port: int, posts: Mapping[str, Mapping[str, str]]) -> Iterator[dict[str, Any]]:
    """A site with `posts` (`{account: {title: content}}`), which may ask the app at `form_port` about embeds.

    Yields `{account: {title: {url, content}}}`, the content as WordPress stored it.
    """
    port = _free_port()
    root, socket_file = place / "site", place / "db.sock"
    _copy_site(root)
    environment = {
        **os.environ,
        "PATH": f"{os.environ.get('PATH', '')}:/usr/sbin",
        "WP_URL": f"http://127.0.0.1:{port}",
        "WP_ROOT": str(root),
        "WP_SOCKET": str(socket_file),
        "FORM_PORT": str(form_port),
        "PHP_CLI_SERVER_WORKERS": "4",
    }
    with _database(place / "db", socket_file, environment), _web_server(root, port, environment):
        found = subprocess.run(
            ["php", str(HERE / "setup.php")],
            input=json.dumps(posts), capture_output=True, text=True, check=False, env=environment,
        )  # fmt: skip
        if found.returncode or not found.stdout.startswith("{"):
            sys.exit(f"WordPress could not be set up:\n{found.stdout}\n{found.stderr}")
        yield json.loads(found.stdout)


def _copy_site(root: Path) -> None:
    shutil.copytree(SOURCE, root, ignore=shutil.ignore_patterns("wp-config.php", ".htaccess", "languages"))
    themes, plugins = root / "wp-content" / "themes", root / "wp-content" / "mu-plugins"
    shutil.copytree(THEME, themes / THEME.name, dirs_exist_ok=True)
    plugins.mkdir()
    shutil.copy(HERE / "allow-loopback.php", plugins)
    shutil.copy(HERE / "wp-config.php", root)


@contextmanager
def _database(data: Path, socket_file: Path, environment: Mapping[str, str]) -> Iterator[None]:
    who = ["--user=root"] if os.geteuid() == 0 else []
    install = ["mariadb-install-db", f"--datadir={data}", "--auth-root-authentication-method=normal", *who]
    subprocess.run(install, check=True, capture_output=True, env=environment)
    run = ["mariadbd", "--no-defaults", f"--datadir={data}", f"--socket={socket_file}", "--skip-networking", *who]
    with _running(run, environment):
        create = ["mariadb", "--no-defaults", f"--socket={socket_file}", "-uroot", "-e", "CREATE DATABASE wordpress"]
        _wait(lambda: subprocess.run(create, capture_output=True, check=False, env=environment).returncode == 0)
        yield


@contextmanager
def _web_server(root: Path, port: int, environment: Mapping[str, str]) -> Iterator[None]:
    with _running(["php", "-S", f"127.0.0.1:{port}", "-t", str(root)], environment):
        _wait(lambda: _answers(port))
        yield


@contextmanager
def _running(command: list[str], environment: Mapping[str, str]) -> Iterator[None]:
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment, start_new_session=True
    )
    try:
        yield
    finally:
        os.killpg(process.pid, 15)  # its workers, too
        process.wait(PATIENCE)


def _wait(is_ready: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not is_ready():
        if time.monotonic() > end:
            sys.exit("WordPress did not start within a minute")
        time.sleep(0.2)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
