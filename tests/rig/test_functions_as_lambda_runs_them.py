"""Every packaged function under Lambda's own runtime client, with every event that AWS may send it."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING

import pytest

from deploy.packaging import stage_package
from deploy.packaging.architectures import of_this_machine
from tools.rig.aws_events import queue_batch
from tools.rig.cases import every_case
from tools.rig.rig import Rig

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tools.rig.cases import Case

pytestmark = [pytest.mark.engine, pytest.mark.slow]


@pytest.fixture(scope="module")
def rig() -> Iterator[Rig]:
    with Rig(stage_package.checked(of_this_machine())) as made:
        yield made


def is_one_of_ours(line: str) -> bool:
    try:
        return {"time", "level", "message"} <= set(json.loads(line))
    except ValueError:
        return False


@pytest.mark.parametrize("case", every_case(), ids=lambda case: f"{case.function}: {case.event}")
def test_each_event_gets_its_answer(rig: Rig, case: Case) -> None:
    container = rig.containers[case.function]
    before = len(container.log())
    assert case.run(rig) == case.expected
    assert container.most_megabytes() < container.function.megabytes / 2
    lines = container.log()[before:].splitlines()
    # The runtime client tells an exception in its own words; all else is one JSON object in a line.
    assert [line for line in lines if not is_one_of_ours(line)] == [] or "error:" in case.expected


def test_every_function_of_the_template_has_cases(rig: Rig) -> None:
    assert {case.function for case in every_case()} == set(rig.containers)


def test_an_email_is_sent_once_after_ses_hung_up_on_a_frozen_container(rig: Rig) -> None:
    campaign = rig.new_campaign()
    addresses = [f"{uuid.uuid4().hex}@example.org" for _ in range(2)]
    first, second = (rig.mail_jobs([rig.sign(campaign, address)]) for address in addresses)
    before = len(rig.services.outbox)
    for jobs in (first, second):
        assert rig.invoke("mail", queue_batch(jobs, "mail")).payload == {"batchItemFailures": []}
        assert rig.containers["mail"].is_frozen()
        rig.services.drop_connections()
    sent = rig.services.outbox.emails(before)
    assert [email["to"] for email in sent] == addresses


def test_a_function_leaves_nothing_behind_in_its_tmp(rig: Rig) -> None:
    for case in every_case():
        if case.function == "export":
            assert case.run(rig) == case.expected
    assert list(rig.containers["export"].temporary.iterdir()) == []
