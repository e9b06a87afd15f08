"""An export from the wish to the file: it waits, goes on after a cut, checks what came, and remembers since when."""

from __future__ import annotations

import gzip
import io
import json
import os
import signal
import stat
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile, ZipInfo

import pytest

from tests.client.hosts import a_problem, told

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.client.conftest import Client
    from tests.client.hosts import Host

SOURCES = Path(__file__).parents[2] / "client" / "src"
ROWS = b"id,email\n" + b"".join(b"%d,p%d@example.org\n" % (i, i) for i in range(20_000))
PACKED = gzip.compress(ROWS[:100_000]) + gzip.compress(ROWS[100_000:])  # the API writes files of several members
ALL, ONE = "/admin/campaigns/peru/exports", "/admin/campaigns/peru/exports/e1"


def an_export(host: Host, **changes: Any) -> dict[str, Any]:
    return {
        "id": "e1",
        "campaign": "peru",
        "state": "done",
        "format": "csv",
        "rows": 20_000,
        "total": 20_000,
        "progress": 1.0,
        "bytes": len(PACKED),
        "url": f"{host.url}/file?signed=1",
        "browser_url": f"{host.url}/file?signed=1&browser=1",
        "cursor": "2026-11-24T00:00:00.000000Z",
        **changes,
    }


@pytest.fixture
def exports(host: Host, client: Client) -> Host:
    """A host whose export is done at once and whose file is whole."""
    client.use(host.url)
    host.says("POST", ALL, told(an_export(host), 202))
    host.says("GET", ONE, told(an_export(host)))
    host.files["/file?signed=1"] = PACKED
    return host


def test_a_file_is_fetched_unpacked_and_its_owners_alone(exports: Host, client: Client) -> None:
    done = client("export", "peru", "-o", "out.csv")
    assert (done.code, done.out.splitlines()[0]) == (0, "20,000 rows in out.csv")
    assert "--since 2026-11-24T00:00:00.000000Z" in done.out
    assert Path("out.csv").read_bytes() == ROWS
    assert stat.S_IMODE(Path("out.csv").stat().st_mode) == 0o600
    assert [path.name for path in Path().iterdir()] == ["out.csv"]
    assert exports.requests("POST", ALL)[0].json == {"format": "csv"}


def test_a_name_in_gz_keeps_it_packed(exports: Host, client: Client) -> None:
    assert client("export", "peru", "-o", "out.csv.gz").code == 0
    assert Path("out.csv.gz").read_bytes() == PACKED
    assert [path.name for path in Path().iterdir()] == ["out.csv.gz"]
    assert exports.asked


def test_the_key_is_not_shown_to_the_host_of_the_file(exports: Host, client: Client) -> None:
    client("export", "peru", "-o", "out.csv")
    (fetched,) = exports.requests("GET", "/file?signed=1")
    assert "authorization" not in fetched.headers


def test_it_waits_until_the_file_is_written(exports: Host, client: Client) -> None:
    client.patch.setattr("undersigned_client.commands.background_files.MIN_PAUSE_SECONDS", 0.01)
    running = [
        told(an_export(exports, state=state, progress=share)) for state, share in (("queued", 0.0), ("running", 0.5))
    ]
    exports.says("POST", ALL, running[0])
    exports.says("GET", ONE, *running, told(an_export(exports)))
    assert client("export", "peru", "-o", "out.csv").code == 0
    assert len(exports.requests("GET", ONE)) == 3


@pytest.mark.parametrize("cuts", [[1000], [0], [1000, 0, 0, 500], [len(PACKED) - 1]])
def test_a_broken_connection_goes_on_where_it_was(exports: Host, client: Client, cuts: list[int]) -> None:
    exports.cuts = list(cuts)
    assert client("export", "peru", "-o", "out.csv").code == 0
    assert Path("out.csv").read_bytes() == ROWS
    first_held = next((cut for cut in cuts if cut), 0)
    asked = [one.headers.get("range") for one in exports.requests("GET", "/file?signed=1")]
    assert asked[0] is None
    assert not first_held or f"bytes={first_held}-" in asked


def test_a_link_that_has_expired_is_asked_for_anew(exports: Host, client: Client) -> None:
    exports.gone.add("/file?signed=1")
    exports.files["/file?signed=2"] = PACKED
    exports.says("GET", ONE, told(an_export(exports, url=f"{exports.url}/file?signed=2")))
    assert client("export", "peru", "-o", "out.csv").code == 0
    assert Path("out.csv").read_bytes() == ROWS


def test_a_host_that_never_gives_it_ends_with_what_is_there_kept(exports: Host, client: Client) -> None:
    exports.cuts = [1000, *[0] * 20]
    done = client("export", "peru", "-o", "out.csv")
    assert (done.code, Path("out.csv").exists()) == (4, False)
    exports.cuts = []
    assert client("export", "peru", "--resume", "e1", "-o", "out.csv").code == 0
    assert exports.asked[-1].headers["range"] == "bytes=1000-"
    assert Path("out.csv").read_bytes() == ROWS


@pytest.mark.parametrize("content", [PACKED[:-8] + b"\0" * 8, b"x" * len(PACKED), PACKED[: len(PACKED) // 2]])
def test_a_damaged_file_is_thrown_away(exports: Host, client: Client, content: bytes) -> None:
    exports.files["/file?signed=1"] = content
    exports.says("POST", ALL, told(an_export(exports, bytes=len(content))))
    assert client("export", "peru", "-o", "out.csv").code == 5
    assert [path.name for path in Path().iterdir()] == []


def test_what_is_left_of_a_longer_file_is_no_part_of_this_one(exports: Host, client: Client) -> None:
    Path(".out.csv.e1.part").write_bytes(b"x" * (len(PACKED) + 1))
    assert client("export", "peru", "-o", "out.csv").code == 0
    assert Path("out.csv").read_bytes() == ROWS
    assert exports.asked


def test_a_file_in_the_way_is_kept_unless_told(exports: Host, client: Client) -> None:
    Path("out.csv").write_text("mine")
    assert client("export", "peru", "-o", "out.csv").code == 5
    assert (Path("out.csv").read_text(), exports.asked) == ("mine", [])
    assert client("export", "peru", "-o", "out.csv", "--overwrite").code == 0
    assert Path("out.csv").read_bytes() == ROWS


def test_a_folder_that_is_not_there_is_said_before_anything_is_asked(exports: Host, client: Client) -> None:
    assert client("export", "peru", "-o", "no/out.csv").code == 5
    assert exports.asked == []


def test_the_next_one_goes_on_from_the_last(exports: Host, client: Client) -> None:
    assert client("export", "peru", "-o", "1.csv", "--sponsor", "wbw", "--incremental", "since.json").code == 0
    assert client("export", "peru", "-o", "2.csv", "--sponsor", "wbw", "--incremental", "since.json").code == 0
    first, second = exports.requests("POST", ALL)
    assert first.json == {"format": "csv", "sponsor": "wbw"}
    assert second.json == {"format": "csv", "sponsor": "wbw", "since": "2026-11-24T00:00:00.000000Z"}
    assert client("export", "peru", "-o", "3.csv", "--incremental", "since.json").code == 2


def test_a_file_for_programs_is_asked_for_without_its_mark(exports: Host, client: Client) -> None:
    assert client("export", "peru", "-o", "1.csv", "--no-bom", "--incremental", "since.json").code == 0
    assert client("export", "peru", "-o", "2.csv", "--incremental", "since.json").code == 0
    first, second = exports.requests("POST", ALL)
    assert first.json == {"format": "csv", "bom": False}
    assert second.json == {"format": "csv", "since": "2026-11-24T00:00:00.000000Z"}


def a_workbook() -> bytes:
    file = io.BytesIO()
    with ZipFile(file, "w") as packed:
        packed.writestr(ZipInfo("xl/worksheets/sheet1.xml"), "<worksheet/>" * 100)  # with a date that stands still
    return file.getvalue()


@pytest.mark.parametrize("wish", [["--xlsx"], ["--format", "xlsx"]])
def test_a_spreadsheet_is_fetched_as_it_is(exports: Host, client: Client, wish: list[str]) -> None:
    exports.files["/file?signed=1"] = a_workbook()
    exports.says("POST", ALL, told(an_export(exports, format="xlsx", bytes=len(a_workbook())), 202))
    done = client("export", "peru", "-o", "out.xlsx", *wish)
    assert (done.code, done.out.splitlines()[0]) == (0, "20,000 rows in out.xlsx")
    assert exports.requests("POST", ALL)[0].json == {"format": "xlsx"}
    assert Path("out.xlsx").read_bytes() == a_workbook()
    assert [path.name for path in Path().iterdir()] == ["out.xlsx"]


@pytest.mark.parametrize("spoil", [lambda one: one[:60] + b"\0\0\0" + one[63:], lambda one: one[:-30] + b"\0" * 30])
def test_a_damaged_spreadsheet_is_thrown_away(exports: Host, client: Client, spoil: Callable[[bytes], bytes]) -> None:
    exports.files["/file?signed=1"] = spoil(a_workbook())
    exports.says("POST", ALL, told(an_export(exports, format="xlsx", bytes=len(a_workbook())), 202))
    assert client("export", "peru", "--xlsx", "-o", "out.xlsx").code == 5
    assert [path.name for path in Path().iterdir()] == []


def test_a_spreadsheet_with_too_many_rows_is_saved_as_what_it_is(exports: Host, client: Client) -> None:
    done = client("export", "peru", "--xlsx", "-o", "out.xlsx")
    assert (done.code, done.out.splitlines()[0]) == (0, "20,000 rows in out.csv")
    assert "There are too many rows for a spreadsheet file: this is a CSV." in done.out
    assert Path("out.csv").read_bytes() == ROWS
    assert client("export", "peru", "--xlsx", "-o", "out.xlsx").code == 5, "what is there stays"
    assert exports.asked


def test_what_an_earlier_release_remembered_goes_on(exports: Host, client: Client) -> None:
    saved = {"campaign": "peru", "format": "csv", "state": None, "sponsor": None, "delivery": None, "bom": None}
    Path("since.json").write_text(json.dumps({**saved, "cursor": "2026-11-23T00:00:00.000000Z"}))
    assert client("export", "peru", "-o", "2.csv", "--incremental", "since.json").code == 0
    assert exports.requests("POST", ALL)[0].json["since"] == "2026-11-23T00:00:00.000000Z"


def test_a_failed_fetch_leaves_the_memory_as_it_was(exports: Host, client: Client) -> None:
    exports.says("POST", ALL, told(an_export(exports, state="failed")))
    assert client("export", "peru", "-o", "1.csv", "--incremental", "since.json").code == 3
    assert not Path("since.json").exists()


@pytest.mark.parametrize("text", ["", "{}", "[]", "x"])
def test_a_memory_that_is_something_else_is_refused(exports: Host, client: Client, text: str) -> None:
    Path("since.json").write_text(text)
    assert client("export", "peru", "-o", "1.csv", "--incremental", "since.json").code == 5
    assert exports.asked == []


def test_programs_get_the_export_without_its_links(exports: Host, client: Client) -> None:
    told_ = json.loads(client("export", "peru", "-o", "out.csv", "--json").out)
    assert (told_["rows"], told_["file"], told_["cursor"]) == (20_000, "out.csv", "2026-11-24T00:00:00.000000Z")
    assert not {"url", "browser_url"} & told_.keys()
    assert exports.asked


def test_a_refusal_is_the_apis_sentence(exports: Host, client: Client) -> None:
    exports.says("POST", ALL, a_problem("invalid", 422, "Corrija los campos."))
    done = client("export", "peru", "-o", "out.csv")
    assert (done.code, done.err) == (3, "Corrija los campos.\n")


def test_ctrl_c_leaves_the_export_running_and_says_how_to_go_on(exports: Host, client: Client) -> None:
    exports.says("POST", ALL, told(an_export(exports, state="running", progress=0.1)))
    exports.says("GET", ONE, told(an_export(exports, state="running", progress=0.1)))
    command = [sys.executable, "-m", "undersigned_client", "export", "peru", "-o", str(client.home / "out.csv")]
    environment = {**os.environ, "PYTHONPATH": str(SOURCES)}
    heeding = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)  # a shell's background job would not
    with subprocess.Popen(
        command,
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=heeding,  # noqa: PLW1509
    ) as process:
        deadline = time.monotonic() + 30
        while not exports.requests("GET", ONE) and time.monotonic() < deadline:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        try:
            _, said = process.communicate(timeout=30)
        finally:
            process.kill()
    assert process.returncode == 130
    assert f"undersigned export peru --resume e1 --format csv -o {client.home}/out.csv" in said
    assert "Traceback" not in said
    assert [one for one in exports.asked if one.method == "DELETE"] == []
