"""The stack as separate processes, each reaching its services through proxies; starts them and makes them fail.

Everything listens on 127.0.0.1, keeps its data in one folder, and ends with this process, however that ends.
"""

from __future__ import annotations

import contextlib
import json
import socket
import time
import urllib.request
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Self

from chalicelib.domain.access.api_keys import Role
from chalicelib.domain.counting.tallies import MAX_LABELS
from chalicelib.storage.dynamodb import item_keys
from chaos.faults.fault_proxy import FaultLog, Proxy, Upstream
from chaos.faults.service_faults import PATIENCE, Dice, Service
from chaos.plan import ENGINE, GATEWAYS, LETTER, MAILERS, PETITION, PROJECTOR, SOURCE_ROOM, UNREADABLE, UPDATERS
from chaos.stack.fake_ses import FakeSes
from chaos.stack.hand_edits import HandEdits
from chaos.stack.processes import ForkServer, Process
from chaos.stack.supervisor import Supervisor
from local.aws.resources import create
from local.aws.template import Template
from local.engines import dynoxide
from local.engines.engine import Engine
from local.engines.ports import HOST, ReservedPort
from local.http.messages import Answer, Request
from local.startup.app_loader import forget_wiring, wiring
from local.startup.environment import AWS, Environment, aws_session
from local.startup.sample_campaigns import documents

if TYPE_CHECKING:
    import threading
    from collections.abc import Mapping
    from pathlib import Path
    from types import TracebackType

    from chaos.plan import Plan

Forward = Callable[[Request], Answer | None]
# The share of requests to each service that fail during the storm.
SHARES: dict[Service, float] = {"tables": 0.08, "queues": 0.08, "mail": 0.2}
BUCKETS = 4
AFTERWARDS = "afterwards"
# Everybody signs from one network here, and no email must be held back for that.
LIMITS = dict.fromkeys(("network_hourly", "network_daily", "domain_hourly", "domain_daily"), 1_000_000)
CHANGES = {"allowed_origins": [], "buckets": BUCKETS, "limits": LIMITS, "ask_updates": True}
START_SECONDS = 60
REACTION_SECONDS = 0.01


class Cluster:
    """Started by `with`; `storm` injects the faults."""

    def __init__(self, plan: Plan, folder: Path) -> None:
        self.plan = plan
        self.folder = folder
        self.fault_log = FaultLog()
        self.aimed_kills: Counter[str] = Counter()
        self._kills_left = plan.kills
        self.environment = Environment()
        self._open = contextlib.ExitStack()
        self._proxies: list[Proxy] = []
        self._tables: list[Proxy] = []
        # Processes restart on the port that they had, so the ports are reserved from the start to the end.
        self._gateway_ports = [ReservedPort() for _ in GATEWAYS]
        self._engine_port = ReservedPort()
        self.gateway_urls = [port.url for port in self._gateway_ports]

    def __enter__(self) -> Self:
        """Start everything without faults; if a part fails, stop the others."""
        with contextlib.ExitStack() as started:
            self._start(started)
            self._open = started.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop everything."""
        self._open.close()

    def storm(self, over: threading.Event) -> None:
        """Make requests fail and kill processes as planned, until the planned time is over or `over` is set."""
        self._weather(is_calm=False)
        began = time.monotonic()
        while (now := time.monotonic() - began) < self.plan.seconds and not over.is_set():
            for kill in self._due_kills(now):
                self.supervisor.kill(kill)
            self.hand_edits.step(now)
            for proxy in self._tables:
                proxy.throttled_table = self._throttled_table(now)
            over.wait(REACTION_SECONDS)
        self._weather(is_calm=True)
        self.hand_edits.undo()

    def end_workers(self) -> None:
        """Stop the workers in order; the services keep running."""
        self.supervisor.stop(except_for=ENGINE)

    def _throttled_table(self, now: float) -> str | None:
        for one in self.plan.brownouts:
            if one.at <= now < one.at + one.seconds:
                return self.resources.registry_table if one.is_registry_only else ""
        return None

    def _due_kills(self, now: float) -> list[str]:
        due = [kill.process for kill in self._kills_left if kill.at <= now]
        self._kills_left = self._kills_left[len(due) :]
        return due

    def _weather(self, *, is_calm: bool) -> None:
        for proxy in self._proxies:
            proxy.calm(is_calm=is_calm)
        for proxy in self._tables:
            proxy.throttled_table = None

    def _start(self, started: contextlib.ExitStack) -> None:
        for port in (self._engine_port, *self._gateway_ports):
            started.callback(port.close)
        services = Engine("ministack", self.folder)
        fork_server = ForkServer()
        started.callback(fork_server.close)
        self._workers = self._all_workers(fork_server)
        where = ["--host", HOST, "--port", str(self._engine_port.number), "--db-path", str(self.folder / "dynamo.db")]
        binary, log = str(dynoxide.binary()), self.folder / f"{ENGINE}.log"
        self._engine = Process(ENGINE, fork_server, binary, where, log, is_program=True)
        self.supervisor = Supervisor([self._engine, *self._workers], f"{self.plan.seed}/supervisor")
        started.callback(self.supervisor.stop)
        self._engine.start()
        services.start()
        started.callback(services.stop)
        self._await(self._engine_port.number)
        started.callback(forget_wiring)
        started.callback(self.environment.restore)
        self._make_resources(services.endpoints["AWS_ENDPOINT_URL"])
        self.fake_ses = FakeSes(self.folder / "outbox.jsonl")
        started.callback(self.fake_ses.close)
        # For the time after the storm, when this process does the work of the workers itself.
        mail = self._proxy(AFTERWARDS, "mail", partial(self.fake_ses.handle, sender=AFTERWARDS), started)
        self._proxies.remove(mail)
        self.environment.set({"AWS_ENDPOINT_URL_SESV2": mail.url})
        self._start_workers(started)
        self._open_campaigns()

    def _all_workers(self, fork_server: ForkServer) -> list[Process]:
        ports = [str(port.number) for port in self._gateway_ports]

        def worker(name: str, module: str, *arguments: str) -> Process:
            return Process(name, fork_server, module, (name, *arguments), self.folder / f"{name}.log")

        return [
            *(worker(name, "chaos.workers.gateway", port) for name, port in zip(GATEWAYS, ports, strict=True)),
            worker(PROJECTOR, "chaos.workers.projector", str(self.plan.seed)),
            *(worker(name, "chaos.workers.mailer") for name in MAILERS),
            *(worker(name, "chaos.workers.updater") for name in UPDATERS),
        ]

    def _make_resources(self, services: str) -> None:
        tables = self._engine_port.url
        direct = {"AWS_ENDPOINT_URL_DYNAMODB": tables, "AWS_ENDPOINT_URL_DYNAMODB_STREAMS": tables}
        self.environment.set({**AWS, "PATIENCE": str(PATIENCE), "AWS_ENDPOINT_URL": services, **direct})
        template = Template({"Production": "false", "PublicUrl": self.gateway_urls[0]})
        self.resources = create(template, aws_session())
        self.environment.set(template.environment("APIHandler"))
        self.environment.set({"CHAOS_FOLDER": str(self.folder), "CHAOS_STREAM": self.resources.stream_arn})
        self.hand_edits = HandEdits(self.plan.edits, self.resources.signatures_table, BUCKETS)
        self._services_port = int(services.rpartition(":")[2])

    def _start_workers(self, started: contextlib.ExitStack) -> None:
        for worker in self._workers:
            worker.environment = self._way_of(worker.name, started)
            worker.start()
        for port in self._gateway_ports:
            self._await(port.number)
        self.supervisor.start()

    def _way_of(self, name: str, started: contextlib.ExitStack) -> Mapping[str, str]:
        """Proxies for one process, as the environment variables that point its clients to them."""
        tables = self._proxy(name, "tables", Upstream(self._engine_port.number), started)
        queues = self._proxy(name, "queues", Upstream(self._services_port), started)
        mail = self._proxy(name, "mail", partial(self.fake_ses.handle, sender=name), started)
        self._tables.append(tables)
        return {
            "AWS_ENDPOINT_URL": queues.url,
            "AWS_ENDPOINT_URL_DYNAMODB": tables.url,
            "AWS_ENDPOINT_URL_SESV2": mail.url,
            # Only the poller reads it, and that is AWS's part, not ours: it must merely survive kills of the engine.
            "AWS_ENDPOINT_URL_DYNAMODB_STREAMS": self._engine_port.url,
        }

    def _proxy(self, name: str, service: Service, forward: Forward, started: contextlib.ExitStack) -> Proxy:
        proxy = Proxy(
            service,
            forward=forward,
            dice=Dice(f"{self.plan.seed}/{name}/{service}", service, SHARES[service]),
            fault_log=self.fault_log,
            kill=lambda: self._kill_caller(name),
        )
        started.callback(proxy.stop)
        self._proxies.append(proxy)
        return proxy

    def _kill_caller(self, name: str) -> bool:
        """Kill the process that made a request, at that very moment; the other kills are at random moments."""
        is_killed = self.supervisor.kill(name)
        self.aimed_kills[name] += is_killed
        return is_killed

    def _open_campaigns(self) -> None:
        """Open both sample campaigns with few buckets, so that many signers meet in each, and room for few sources."""
        self.admin_key = str(wiring().keyring.create("chaos", Role.ADMIN)[1])
        samples = documents([])
        for name in (PETITION, LETTER):
            document = {**samples[name], **CHANGES}
            body = json.dumps(document).encode()
            request = urllib.request.Request(f"{self.gateway_urls[0]}/admin/campaigns/{name}", body, method="PUT")
            request.add_header("Authorization", f"Bearer {self.admin_key}")
            request.add_header("Content-Type", "application/json")
            urllib.request.urlopen(request, timeout=START_SECONDS).close()
            room = {":n": MAX_LABELS - SOURCE_ROOM}
            wiring().registry.update(*item_keys.labels_key(name), "SET #labels = :n", values=room)
        self._open_unreadable_campaign()

    def _open_unreadable_campaign(self) -> None:
        """One whose document nobody can read, first in every list: the round must go past it."""
        found = wiring().registry.get(*item_keys.campaign_key(LETTER)) or {}
        pk, sk = item_keys.campaign_key(UNREADABLE)
        broken = {**found, "pk": pk, "sk": sk, "sort": UNREADABLE, "document": "{"}
        wiring().registry.put(broken, condition="attribute_not_exists(#pk)")
        self.fault_log.add("tables", "a campaign whose document cannot be read")

    def _await(self, port: int) -> None:
        """Wait until something listens on `port`."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            try:
                socket.create_connection((HOST, port), timeout=1).close()
            except OSError:
                time.sleep(REACTION_SECONDS)
            else:
                return
        raise TimeoutError(f"nothing listens on port {port}; the logs are in {self.folder}")
