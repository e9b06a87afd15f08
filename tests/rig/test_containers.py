"""The rig is as strict as Lambda: what may be written, read and imported, and what a container lives through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tools.rig.container import Container, Function
from tools.rig.runtime_folder import runtime

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Make = Callable[[str], Container]

# Lambda guide, "Defined runtime environment variables".
DEFINED = {
    "_HANDLER", "_X_AMZN_TRACE_ID", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_EXECUTION_ENV", "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_VERSION", "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN", "AWS_LAMBDA_RUNTIME_API", "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR", "LANG", "PATH", "PYTHONPATH",
    "TZ", "AWS_XRAY_CONTEXT_MISSING", "AWS_XRAY_DAEMON_ADDRESS",
}  # fmt: skip


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """A container of the function `handler` in the source that it is given."""
    made: list[Container] = []

    def a_container(source: str) -> Container:
        task = tmp_path / "task"
        task.mkdir()
        (task / "probe.py").write_text(source)
        function = Function("probe", "probe.handler", 30, 256, {"SETTING": "from the template"})
        made.append(Container(function, task, runtime(), tmp_path / "container"))
        return made[0]

    yield a_container
    for container in made:
        container.stop()


def test_a_function_can_write_nowhere_but_in_its_tmp(make: Make, tmp_path: Path) -> None:
    (tmp_path / "theirs").write_text("as it was")
    source = """
import os, pathlib, tempfile
def attempt(path):
    try:
        pathlib.Path(path).write_text("x")
    except OSError as error:
        return error.strerror
    return "written"
def handler(event, context):
    places = {path: attempt(path) for path in event}
    with tempfile.TemporaryDirectory() as folder:
        places["tmp"] = attempt(os.path.join(folder, "x"))
    return places
"""
    places = ["probe.py", "new.py", str(tmp_path / "theirs"), str(tmp_path / "new"), "/var/tmp/undersigned-rig"]
    outcome = make(source).invoke(places)
    assert outcome.payload == {**dict.fromkeys(places, "Permission denied"), "tmp": "written"}
    assert (tmp_path / "theirs").read_text() == "as it was"


def test_a_function_sees_only_what_lambda_and_the_template_set(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "whoever develops this")
    source = "import os\ndef handler(event, context): return dict(os.environ)\n"
    seen = make(source).invoke({}).payload
    assert set(seen) - DEFINED - {"LC_CTYPE"} == {"SETTING", "TMPDIR"}  # where there is no en_US, Python adds LC_CTYPE
    assert seen["LAMBDA_TASK_ROOT"].endswith("/task")


def test_a_function_has_what_the_zip_holds_and_nothing_else(make: Make) -> None:
    source = """
import importlib
def handler(event, context):
    found = []
    for name in event:
        try:
            importlib.import_module(name)
            found.append(name)
        except ImportError:
            pass
    return found
"""
    names = [
        "boto3",
        "botocore",
        "probe",
        "chalice",
        "chalicelib",
        "pydantic",
        "jinja2",
        "pytest",
        "pip",
        "awslambdaric",
    ]
    assert make(source).invoke(names).payload == ["probe", "awslambdaric"]


def test_a_function_that_cannot_be_imported_says_so_once_it_is_called(make: Make) -> None:
    outcome = make("import pydantic\n").invoke({})
    assert (outcome.kind, outcome.payload["errorType"]) == ("init error", "Runtime.ImportModuleError")


def test_a_container_lives_through_an_exception_but_not_through_its_own_end(make: Make) -> None:
    source = """
import os
calls = []
def handler(event, context):
    calls.append(event)
    if event == "fail":
        raise ValueError("no")
    if event == "end":
        os._exit(3)
    return len(calls)
"""
    container = make(source)
    outcomes: list[tuple[str, Any]] = []
    for event in ("one", "fail", "three", "end", "one"):
        outcome = container.invoke(event)
        outcomes.append((outcome.kind, outcome.payload if outcome.kind == "answer" else None))
    assert outcomes == [("answer", 1), ("error", None), ("answer", 3), ("ended", None), ("answer", 1)]


def test_a_container_stands_still_between_two_invocations(make: Make) -> None:
    source = """
import threading, time
ticks = 0
def tick():
    global ticks
    while True:
        time.sleep(0.001)
        ticks += 1
threading.Thread(target=tick, daemon=True).start()
def handler(event, context): return ticks
"""
    container = make(source)
    container.invoke({})
    assert container.is_frozen()


def test_an_answer_larger_than_lambda_allows_is_an_error(make: Make) -> None:
    source = "def handler(event, context): return 'x' * event\n"
    container = make(source)
    assert container.invoke(6 * 1024 * 1024).kind == "answer"
    outcome = container.invoke(7 * 1024 * 1024)
    assert (outcome.kind, outcome.payload["errorType"]) == ("error", "Function.ResponseSizeTooLarge")


def test_a_function_knows_how_long_it_has(make: Make) -> None:
    container = make("def handler(event, context): return context.get_remaining_time_in_millis()\n")
    assert 10_000 < container.invoke({}).payload <= 30_000
    assert container.invoke({}, seconds=2).payload <= 2_000
