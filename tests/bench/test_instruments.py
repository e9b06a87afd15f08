"""What the figures of the bench stand on: the stubs answer like AWS, the load generator counts what was answered."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import types
from typing import TYPE_CHECKING

from bench.instruments import cpu_time, load_generator
from bench.instruments.call_counter import Count, units_in
from local.http.server import Answer, Server

if TYPE_CHECKING:
    from local.http.server import Request


def test_the_load_generator_signs_each_form_once_over_kept_connections() -> None:
    bodies: list[bytes] = []
    clients: set[int] = set()

    def handle(request: Request) -> Answer:
        bodies.append(request.body)
        clients.add(threading.get_ident())
        return Answer(201, [("Content-Type", "application/json")], b"{}")

    server = Server(0, handle)
    server.start()
    try:
        result = load_generator.drive("127.0.0.1", server.port, 4, 50, 10.0, "test")
    finally:
        server.stop()
    assert result["signs"] == len(set(bodies)) == len(bodies) == 50
    assert len(clients) == 4
    assert 0 < result["p50_ms"] <= result["p99_ms"]


def test_a_refused_sign_ends_the_measurement() -> None:
    server = Server(0, lambda _: Answer(503))
    server.start()
    command = [
        sys.executable,
        "-m",
        "bench.instruments.load_generator",
        "127.0.0.1",
        str(server.port),
        "1",
        "5",
        "5",
        "test",
    ]
    try:
        done = subprocess.run(command, check=False, capture_output=True, text=True)
    finally:
        server.stop()
    assert done.returncode != 0
    assert "503" in done.stderr


def test_cpu_of_children_is_counted_with_their_parent() -> None:
    ours = cpu_time.cpu_seconds([os.getpid()])
    burn = "import time\nend = time.process_time() + 0.3\nwhile time.process_time() < end: pass\nprint(flush=True)\ninput()"
    with subprocess.Popen([sys.executable, "-c", burn], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout
        assert child.stdin
        child.stdout.readline()
        alone = cpu_time.cpu_seconds([child.pid])
        with_it = cpu_time.cpu_seconds([os.getpid()])
        child.stdin.write(b"\n")
        child.stdin.close()
    assert alone >= 0.25  # ticks of 10 ms
    assert with_it >= ours + 0.25


def test_a_refused_condition_costs_a_unit() -> None:
    count, asked = Count(), types.SimpleNamespace(name="UpdateItem")
    with count.attributed_to("api"):
        count._answered(asked, {"Error": {"Code": "ConditionalCheckFailedException"}}, {"bench_table": "t"})
        count._answered(asked, {"ConsumedCapacity": {"TableName": "t", "CapacityUnits": 2.0}}, {})
        count._answered(asked, {}, {})
    assert count.writes == {("api", "t"): 3.0}
    assert count.take()["units"] == 3.0
    assert count.take()["units"] == 0


def test_units_of_many_tables_are_told_apart() -> None:
    told = [{"TableName": name, "CapacityUnits": n} for name, n in (("a", 1.0), ("b", 0.5), ("a", 2.0))]
    assert units_in({"ConsumedCapacity": told}) == {"a": 3.0, "b": 0.5}


def test_the_sign_that_is_measured_is_taken_with_nothing_but_stubs() -> None:
    told = "from bench.instruments import scenario; from bench.signing import handler_cpu; print(handler_cpu.prepare()[0](scenario.event(0), None)['statusCode'])"
    done = subprocess.run([sys.executable, "-c", told], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "201"
