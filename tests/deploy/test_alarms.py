"""Each alarm rings for what it is there for, and for nothing else: hours are played through CloudWatch's documented rules."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib import log
from local.aws.template import PATH
from tests.kit.cloudwatch_alarms import ALARM, OK, READINGS, UNKNOWN, Player, Point, Reading, state_after

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.kit.world import World

RESOURCES: dict[str, dict[str, Any]] = json.loads(PATH.read_text())["Resources"]
STACK = "AWS::StackName"
CONFIG = json.loads(PATH.with_name("config.json").read_text())
# A person runs first_key, and sees what it answers.
NOT_BY_THEIR_NAME = {"api_handler", "first_key"}
FUNCTIONS = ["APIHandler", *(name.title() for name in CONFIG["lambda_functions"] if name not in NOT_BY_THEIR_NAME)]
QUEUES = [name for name in RESOURCES if name.endswith("DeadLetters")]
DAYS, HOUR = 3, 60
SENT = {"mail_sent": 1, "mail_delayed": 0}  # what the code logs for each email: a test holds it to that
DELAYED = {"mail_sent": 0, "mail_delayed": 1}


def named(value: Any) -> Any:
    """Intrinsic functions replaced by the name that they refer to."""
    if isinstance(value, list):
        return [named(one) for one in value]
    if not isinstance(value, dict):
        return value
    if "Ref" in value:
        return value["Ref"]
    if "Fn::GetAtt" in value:
        return value["Fn::GetAtt"][0]
    return {key: named(one) for key, one in value.items()}


def for_one_campaign(alarm: dict[str, Any]) -> dict[str, Any]:
    """The same alarm, looking at one of the series that its query finds: each is judged by itself."""
    query = next((one for one in alarm.get("Metrics", []) if "SELECT" in str(one.get("Expression"))), None)
    if query is None:
        return alarm
    dimensions = [{"Value": STACK}, {"Value": "peru"}]
    about = {"MetricName": "round_failed", "Statistic": "Sum", "Period": query["Period"], "Dimensions": dimensions}
    return {key: value for key, value in alarm.items() if key != "Metrics"} | about


ALARMS: dict[str, dict[str, Any]] = {
    name: for_one_campaign(named(facts["Properties"]))
    for name, facts in RESOURCES.items()
    if facts.get("Type") == "AWS::CloudWatch::Alarm"
}
every_reading = pytest.mark.parametrize("reading", READINGS, ids=str)
every_alarm = pytest.mark.parametrize(  # only expressions can be read differently
    ("name", "reading"),
    [
        (name, reading)
        for name in sorted(ALARMS)
        for reading in (READINGS if "Metrics" in ALARMS[name] else READINGS[:1])
    ],
    ids=str,
)


def messages(name: str, points: list[Point], reading: Reading, hours: int = DAYS * 24) -> list[str]:
    return Player(ALARMS[name], reading).messages(points, hours)


def each_minute(start: int, hours: int, numbers: Mapping[str, float], *about: str, every: int = 1) -> list[Point]:
    minutes = range(start * HOUR, (start + hours) * HOUR, every)
    return [Point(minute + 0.5, name, value, about) for minute in minutes for name, value in numbers.items()]


def rounds(start: int, hours: int, value: int = 1) -> list[Point]:
    """The hourly function: its own metric, and Lambda's, which has zeros when it was invoked and nothing when it was not."""
    points = each_minute(start, hours, {"scheduled_round_complete": value}, STACK, every=HOUR)
    return points + each_minute(start, hours, {"Errors": 0, "Throttles": 0}, "Scheduled", every=HOUR)


def good(start: int = 0, hours: int = DAYS * 24) -> list[Point]:
    """People sign and confirm, and all goes well."""
    points = rounds(start, hours)
    for number in range(5):
        points += each_minute(start, hours, SENT | {"pending": 1, "confirmed": number % 2}, STACK, every=2)
    for function in FUNCTIONS:
        points += each_minute(start, hours, {"Errors": 0, "Throttles": 0}, function, every=4)
    for queue in QUEUES:
        points += each_minute(start, hours, {"ApproximateNumberOfMessagesVisible": 0}, queue, every=5)
    points += each_minute(start, hours, {"IteratorAge": 900}, "Project", every=4)
    points += each_minute(start, hours, {"5XXError": 0}, STACK, "api", every=4)
    reputation = {"Reputation.BounceRate": 0.004, "Reputation.ComplaintRate": 0.0001}
    return points + each_minute(start, hours, reputation, every=HOUR)


def emails(start: int, hours: int, *, delayed: int, sent: int, every: int = 1) -> list[Point]:
    points: list[Point] = []
    for numbers, times in ((DELAYED, delayed), (SENT, sent)):
        for _ in range(times):
            points += each_minute(start, hours, numbers, STACK, every=every)
    return points


def own(metric: str, value: float, every: int = 4) -> Callable[[int, int], list[Point]]:
    return lambda start, hours: each_minute(start, hours, {metric: value}, STACK, every=every)


def visible(queue: str) -> Callable[[int, int], list[Point]]:
    return lambda start, hours: each_minute(start, hours, {"ApproximateNumberOfMessagesVisible": 1}, queue, every=5)


def throttled(function: str) -> Callable[[int, int], list[Point]]:
    """Every invocation is throttled: then there is none, and Lambda has no value for errors."""
    return lambda start, hours: each_minute(start, hours, {"Throttles": 3}, function, every=4)


def nobody_confirms(start: int, hours: int) -> list[Point]:
    return each_minute(start, hours, {"pending": 1}, STACK)


def captcha_fails(start: int, hours: int) -> list[Point]:
    return 2 * each_minute(start, hours, {"captcha_unanswered": 1}, STACK)


# What goes wrong, as points from an hour on, for so many hours.
CAUSES: dict[str, Callable[[int, int], list[Point]]] = {
    **{f"{queue}Alarm": visible(queue) for queue in QUEUES},
    **{f"{'Api' if name == 'APIHandler' else name}ErrorsAlarm": throttled(name) for name in FUNCTIONS},
    "ProjectorAgeAlarm": lambda start, hours: each_minute(start, hours, {"IteratorAge": 61_000}, "Project"),
    "ApiServerErrorsAlarm": lambda start, hours: each_minute(start, hours, {"5XXError": 1}, STACK, "api"),
    "MailDelayedAlarm": lambda start, hours: emails(start, hours, delayed=1, sent=0),
    "MailStoppedAlarm": own("mail_stopped", 1),
    "UpdatePausedAlarm": own("update_paused", 1),
    "BounceRateAlarm": lambda start, hours: each_minute(start, hours, {"Reputation.BounceRate": 0.031}, every=HOUR),
    "ComplaintRateAlarm": lambda start, hours: each_minute(
        start, hours, {"Reputation.ComplaintRate": 0.0009}, every=HOUR
    ),
    "ConfirmationRateAlarm": nobody_confirms,
    "TallyDifferenceAlarm": own("tally_difference", 1),
    "UnreadableRecordAlarm": own("unreadable_record", 1),
    "ExportFailedAlarm": own("export_failed", 1),
    "ScheduledRoundAlarm": lambda start, hours: rounds(start, hours, value=0),
    "RoundFailedAlarm": lambda start, hours: each_minute(start, hours, {"round_failed": 1}, STACK, "peru", every=HOUR),
    "UnlikelyShareAlarm": own("unlikely_share", 60),
    "BucketFillAlarm": own("bucket_fill", 50),
    "CaptchaUnansweredAlarm": captcha_fails,
}


# ── the rules themselves: the tables of the user guide, with the states for data that is missing, ignored, breaching and not ──
@pytest.mark.parametrize(
    ("values", "needed", "states"),
    [
        ("0-X-X", 3, (OK, OK, OK, OK)),
        ("0----", 3, (OK, OK, OK, OK)),
        ("-----", 3, (UNKNOWN, "before", ALARM, OK)),
        ("0XX-X", 3, (ALARM, ALARM, ALARM, ALARM)),
        ("--X--", 3, (ALARM, "before", ALARM, OK)),
        ("0-X-X", 2, (ALARM, ALARM, ALARM, ALARM)),
        ("00X0X", 2, (ALARM, ALARM, ALARM, ALARM)),
        ("0-X--", 2, (OK, OK, ALARM, OK)),
        ("----0", 2, (OK, OK, ALARM, OK)),
        ("---X-", 2, (ALARM, "before", ALARM, OK)),
    ],
)
def test_the_player_agrees_with_the_user_guide(values: str, needed: int, states: tuple[str, ...]) -> None:
    range_ = [{"0": 0.0, "X": 1.0, "-": None}[letter] for letter in values]
    for treatment, expected in zip(("missing", "ignore", "breaching", "notBreaching"), states, strict=True):
        alarm = {
            "EvaluationPeriods": 3, "DatapointsToAlarm": needed, "Threshold": 1,
            "ComparisonOperator": "GreaterThanOrEqualToThreshold", "TreatMissingData": treatment,
        }  # fmt: skip
        assert state_after(alarm, range_, "before") == expected, treatment


# ── every alarm ──────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_there_is_a_cause_for_every_alarm() -> None:
    assert CAUSES.keys() == ALARMS.keys()


@every_alarm
def test_no_alarm_rings_while_all_goes_well(name: str, reading: Reading) -> None:
    assert messages(name, good(), reading) in ([OK], [])


@every_alarm
def test_no_alarm_rings_while_nobody_signs(name: str, reading: Reading) -> None:
    assert messages(name, rounds(0, DAYS * 24), reading) in ([OK], [])


@every_alarm
def test_no_alarm_rings_at_the_first_deployment(name: str, reading: Reading) -> None:
    """The hourly function runs for the first time up to an hour later, and nobody signs for a day."""
    assert messages(name, rounds(1, 24) + good(25, 24), reading, hours=49) in ([OK], [])


@every_alarm
def test_every_alarm_rings_for_its_cause_and_says_when_it_is_over(name: str, reading: Reading) -> None:
    bad = CAUSES[name](24, 30)
    affected = {(point.metric, point.about) for point in bad}
    affected |= {("Errors", one.about) for one in bad if one.metric == "Throttles"}
    affected |= {("confirmed", (STACK,))} if name == "ConfirmationRateAlarm" else set()
    well = [one for one in good() if not 24 <= one.minute / HOUR < 54 or (one.metric, one.about) not in affected]
    assert [one for one in messages(name, well + bad, reading) if one != UNKNOWN][-2:] == [ALARM, OK]
    if name != "ConfirmationRateAlarm":  # which compares with hours before
        assert messages(name, bad, reading, hours=54)[-1] == ALARM, "whatever was there before"


# ── emails ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_code_logs_both_numbers_for_every_email(world: World, capfd: pytest.CaptureFixture[str]) -> None:
    def logged() -> list[dict[str, float]]:
        lines = [json.loads(line) for line in capfd.readouterr().err.splitlines() if line.startswith("{")]
        return [{name: line[name] for name in SENT} for line in lines if SENT.keys() & line.keys()]

    world.sign()
    world.drain()
    assert logged() == [SENT]
    world.ses.refuses = "TooManyRequestsException"
    world.sign(email="ben@example.org")
    world.drain()
    found = logged()
    assert found
    assert Counter(map(str, found)) == {str(DELAYED): len(found)}
    assert SENT.keys() <= log.METRICS


@every_reading
@pytest.mark.parametrize(
    ("delayed", "sent", "every", "rings"),
    [(1, 0, 1, True), (5, 5, 1, True), (2, 8, 1, False), (1, 0, 2, False), (3, 9, 1, True), (0, 5, 1, False)],
)
def test_the_alarm_on_delays_rings_beyond_a_fifth_of_ten(
    delayed: int, sent: int, every: int, rings: bool, reading: Reading
) -> None:
    told = messages("MailDelayedAlarm", emails(0, 6, delayed=delayed, sent=sent, every=every), reading, hours=6)
    assert (ALARM in told) is rings


def test_the_alarm_on_delays_needs_no_number_that_is_zero() -> None:
    """Releases before this one logged only what happened, and their lines arrive while a new one is deployed."""
    alone = each_minute(0, 6, {"mail_delayed": 1}, STACK)
    assert ALARM in messages("MailDelayedAlarm", alone, Reading(), hours=6)
    assert ALARM not in messages("MailDelayedAlarm", each_minute(0, 6, {"mail_sent": 1}, STACK), Reading(), hours=6)


def test_the_alarm_on_delays_does_not_lose_a_bad_quarter_whose_end_is_not_in_yet() -> None:
    bad_then_empty = emails(0, 1, delayed=1, sent=0)[: 2 * 15]
    told = messages("MailDelayedAlarm", bad_then_empty, Reading(), hours=1)
    assert told == [ALARM, OK]
    assert ALARMS["MailDelayedAlarm"]["EvaluationPeriods"] > ALARMS["MailDelayedAlarm"]["DatapointsToAlarm"]


# ── the daily round ──────────────────────────────────────────────────────────────────────────────────────────────────────────
@every_reading
def test_a_round_that_no_longer_runs_is_told_as_missing(reading: Reading) -> None:
    assert messages("ScheduledRoundAlarm", rounds(1, 24), reading) == [OK, UNKNOWN]


@every_reading
def test_a_round_that_runs_and_never_ends_rings_after_a_day(reading: Reading) -> None:
    assert messages("ScheduledRoundAlarm", rounds(1, 22, value=0), reading, hours=23)[-1:] != [ALARM]
    assert messages("ScheduledRoundAlarm", rounds(1, 30, value=0), reading, hours=31)[-1] == ALARM
    once = rounds(1, 12, value=0) + rounds(13, 1) + rounds(14, 12, value=0)
    assert ALARM not in messages("ScheduledRoundAlarm", once, reading, hours=26)


# ── who else is in the account ───────────────────────────────────────────────────────────────────────────────────────────────
@every_reading
def test_no_alarm_rings_for_another_stage_of_the_account(reading: Reading) -> None:
    other = each_minute(0, 6, {"5XXError": 1}, "undersigned-other", "api")
    assert ALARM not in messages("ApiServerErrorsAlarm", other, reading, hours=6)


def test_the_api_is_named_after_its_stack_wherever_its_numbers_are_read() -> None:
    api = RESOURCES["RestAPI"]["Properties"]
    stack = {"Ref": STACK}
    assert api["Name"] == api["DefinitionBody"]["info"]["title"] == stack
    dimensions = {one["Name"]: one["Value"] for one in RESOURCES["ApiServerErrorsAlarm"]["Properties"]["Dimensions"]}
    assert dimensions == {"ApiName": stack, "Stage": "api"}
    shown = json.loads(RESOURCES["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"])
    lines = [line for one in shown["widgets"] for line in one["properties"]["metrics"] if line[0] == "AWS/ApiGateway"]
    assert lines
    assert {tuple(line[2:6]) for line in lines} == {("ApiName", "${AWS::StackName}", "Stage", "api")}
