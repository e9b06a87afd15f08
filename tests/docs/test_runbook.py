"""Who is woken at night finds out why, what to do, and numbers that exist: alarms, runbook, dashboard and code agree."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

import app
from chalicelib import log

ROOT = Path(app.__file__).parent
TEMPLATE: dict[str, Any] = json.loads((ROOT / ".chalice" / "resources.json").read_text())
RESOURCES: dict[str, dict[str, Any]] = TEMPLATE["Resources"]
CONFIG = json.loads((ROOT / ".chalice" / "config.json").read_text())
BY_HAND = "FirstKey"  # a person runs it, and sees what it answers
FUNCTIONS = {"APIHandler", *(n.title() for n in CONFIG["lambda_functions"] if n not in {"api_handler", "first_key"})}


def of_type(kind: str) -> dict[str, dict[str, Any]]:
    return {name: r["Properties"] for name, r in RESOURCES.items() if r.get("Type") == kind}


ALARMS = of_type("AWS::CloudWatch::Alarm")


def looked_at(alarm: dict[str, Any]) -> list[dict[str, Any]]:
    """The metrics of an alarm, in one shape."""
    if "Metrics" in alarm:
        return [one["MetricStat"]["Metric"] for one in alarm["Metrics"] if "MetricStat" in one]
    return [alarm]


def is_query(alarm: dict[str, Any]) -> bool:
    """True for an alarm on a CloudWatch Metrics Insights query, which has a series for each campaign."""
    return any("SELECT" in json.dumps(one.get("Expression", "")) for one in alarm.get("Metrics", []))


def test_the_alarm_on_the_round_has_a_series_for_each_campaign_that_failed() -> None:
    # "Create a CloudWatch alarm based on a Metrics Insights query": several series want GROUP BY and ORDER BY.
    (query,) = (one for alarm in ALARMS.values() if is_query(alarm) for one in alarm["Metrics"])
    assert query["Expression"]["Fn::Sub"] == (
        'SELECT SUM(round_failed) FROM SCHEMA("Undersigned", campaign, deployment)'
        " WHERE deployment = '${AWS::StackName}' GROUP BY campaign ORDER BY SUM() DESC"
    )
    assert query["ReturnData"] is True
    assert {"round_failed"} == log.METRICS_BY_CAMPAIGN


def test_every_alarm_has_an_entry_in_the_runbook_and_every_entry_an_alarm() -> None:
    headings = re.findall(r"^## (\w+)$", (ROOT / "docs" / "runbook.md").read_text(), re.MULTILINE)
    assert sorted(headings) == sorted(ALARMS)


@pytest.mark.parametrize("name", sorted(ALARMS))
def test_an_alarm_says_why_where_to_read_on_and_whom_to_tell(name: str) -> None:
    alarm = ALARMS[name]
    reason, _, rest = alarm["AlarmDescription"].partition(" What to do: ")
    assert len(reason) > 40
    assert ":" in reason or "." in reason[:-1]
    assert rest == f"docs/runbook.md, {name}."
    assert alarm["AlarmActions"] == alarm["OKActions"] == [{"Ref": "AlarmTopic"}]
    assert alarm["TreatMissingData"] in {"notBreaching", "ignore", "missing"}
    told_of_silence = alarm.get("InsufficientDataActions")
    assert told_of_silence == ([{"Ref": "AlarmTopic"}] if alarm["TreatMissingData"] == "missing" else None)
    assert RESOURCES[name]["Condition"] == "HasAlarmTopic"


def test_no_queue_of_dead_letters_and_no_function_is_unwatched() -> None:
    seen = json.dumps(list(ALARMS.values()))
    for queue in of_type("AWS::SQS::Queue"):
        assert not queue.endswith("DeadLetters") or f'["{queue}", "QueueName"]' in seen
    for function in FUNCTIONS:
        watched = {one["MetricName"] for a in ALARMS.values() for one in looked_at(a)
                   if one.get("Dimensions") == [{"Name": "FunctionName", "Value": {"Ref": function}}]}  # fmt: skip
        assert {"Errors", "Throttles"} <= watched


def test_expressions_speak_of_what_is_there() -> None:
    for name, alarm in ALARMS.items():
        ids = {one["Id"] for one in alarm.get("Metrics", [])}
        if is_query(alarm):
            continue
        for one in alarm.get("Metrics", []):
            named = set(re.findall(r"\b[a-z]\w*", one.get("Expression", "")))
            assert named <= ids, name
            assert ("Expression" in one) != ("MetricStat" in one)
        assert sum(one["ReturnData"] for one in alarm.get("Metrics", [])) == ("Metrics" in alarm)
        periods = {one["MetricStat"]["Period"] for one in alarm.get("Metrics", []) if "MetricStat" in one}
        # CloudWatch, "PutMetricAlarm": a day at most, with periods of an hour or more a week.
        period = periods.pop() if periods else alarm["Period"]
        assert not periods, "one alarm, one period"
        assert period * alarm["EvaluationPeriods"] <= (86_400 if period < 3600 else 604_800)


def test_own_metrics_of_alarms_and_dashboard_are_ones_that_the_code_logs() -> None:
    alarmed = {one["MetricName"] for a in ALARMS.values() for one in looked_at(a) if one["Namespace"] == log.NAMESPACE}
    assert alarmed <= log.METRICS
    shown = {line[1] for widget in dashboard()["widgets"] for line in widget["properties"]["metrics"]
             if line[0] == log.NAMESPACE}  # fmt: skip
    assert shown == log.METRICS
    code = "".join(path.read_text() for path in sorted((ROOT / "chalicelib").rglob("*.py")) if path.name != "log.py")
    assert {name for name in log.METRICS if f'"{name}"' not in code} == {
        "mail_bounced", "mail_complained", "mail_delivered", "mail_rejected",
    }, "made of `mail_` and what SES reported"  # fmt: skip


def dashboard() -> dict[str, Any]:
    (board,) = of_type("AWS::CloudWatch::Dashboard").values()
    text = board["DashboardBody"]["Fn::Sub"]
    for name in re.findall(r"\$\{(\w+)[.}]", text):
        assert name in RESOURCES, name
    body: dict[str, Any] = json.loads(text)
    return body


def test_the_dashboard_has_no_two_things_in_one_place() -> None:
    taken = [
        (w["x"] + x, w["y"] + y) for w in dashboard()["widgets"] for x in range(w["width"]) for y in range(w["height"])
    ]
    assert len(taken) == len(set(taken))
    assert max(x for x, _ in taken) < 24


def test_every_log_is_kept_for_a_time_and_every_function_writes_to_its_own() -> None:
    groups = of_type("AWS::Logs::LogGroup")
    assert all(group["RetentionInDays"] == {"Ref": "LogRetentionDays"} for group in groups.values())
    written = [
        RESOURCES[function]["Properties"]["LoggingConfig"]["LogGroup"]["Ref"] for function in {*FUNCTIONS, BY_HAND}
    ]
    assert sorted([*written, "AccessLogs"]) == sorted(groups), "the last is API Gateway's, if it is asked for"
