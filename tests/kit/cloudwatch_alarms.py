"""Plays CloudWatch: which alarms would ring for which datapoints, by its documents and by nothing else.

From the user guide: "Configuring how CloudWatch alarms treat missing data" (its tables are tests of this module), "Using math
expressions with CloudWatch metrics", and "Actions on alarm state changes". The documents leave two things open: what a missing
value is worth in arithmetic, and whether FILL fills a metric that has no value at all. `Reading` decides, and alarms must
behave alike in each.
"""

from __future__ import annotations

import ast
import math
import operator
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

OK, ALARM, UNKNOWN = "OK", "ALARM", "INSUFFICIENT_DATA"
ACTIONS = {OK: "OKActions", ALARM: "AlarmActions", UNKNOWN: "InsufficientDataActions"}
EXTRA_PERIODS = 2  # "attempts to retrieve a higher number of data points"; in its examples five for three
Series = dict[int, float]
BREACHES: dict[str, Callable[[float, float], bool]] = {
    "GreaterThanOrEqualToThreshold": operator.ge,
    "GreaterThanThreshold": operator.gt,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}
STATISTICS: dict[str, Callable[[list[float]], float]] = {"Sum": sum, "Maximum": max}
ARITHMETIC: dict[type, Callable[[float, float], float]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
}  # fmt: skip
COMPARISONS: dict[type, Callable[[float, float], bool]] = {
    ast.Gt: operator.gt, ast.GtE: operator.ge, ast.Lt: operator.lt, ast.LtE: operator.le,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reading:
    """How to read what the documents leave open."""

    missing_is_zero: bool = False
    fills_what_is_empty: bool = True


READINGS = [Reading(zero, fills) for zero in (False, True) for fills in (False, True)]


@dataclass(frozen=True, slots=True)
class Point:
    """One value of a metric, `about` naming the values of its dimensions, at a minute."""

    minute: float
    metric: str
    value: float
    about: tuple[str, ...] = ()


@dataclass(slots=True)
class Math:
    """Evaluates an expression over the periods of a range."""

    series: Mapping[str, Series]
    periods: range
    reading: Reading

    def value(self, expression: str) -> Series:
        """The series that `expression` makes."""
        found = self._of(ast.parse(re.sub(r"\bAND\b", "and", expression), mode="eval").body)
        return found if isinstance(found, dict) else dict.fromkeys(self.periods, found)

    def _of(self, node: ast.expr) -> Series | float:
        match node:
            case ast.Constant(value=int() | float() as number):
                return float(number)
            case ast.Name(id=name):
                return self.series[name]
            case ast.BinOp(left=left, op=op, right=right):
                return self._each(ARITHMETIC[type(op)], self._of(left), self._of(right))
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return self._each(COMPARISONS[type(op)], self._of(left), self._of(right))
            case ast.BoolOp(op=ast.And(), values=[left, right]):
                return self._each(lambda a, b: bool(a) and bool(b), self._of(left), self._of(right))
            case ast.Call(func=ast.Name(id=name), args=args):
                return self._call(name, [self._argument(one) for one in args])
        raise ValueError(ast.dump(node))

    def _argument(self, node: ast.expr) -> Any:
        return [self._of(one) for one in node.elts] if isinstance(node, ast.List) else self._of(node)

    def _call(self, name: str, args: list[Any]) -> Series:
        if name == "FILL":
            series, value = args
            is_filled = series or self.reading.fills_what_is_empty
            return {period: series.get(period, value) for period in self.periods} if is_filled else {}
        if name == "DIFF":  # with the value before it
            (series,) = args
            return {period: series[period] - series[period - 1] for period in series if period - 1 in series}
        if name == "SUM":
            return self._sum(*args)
        if name == "IF":
            return self._if(*args)
        raise ValueError(name)

    def _sum(self, members: list[Any]) -> Series:
        """Of several series, at each moment, those that have a value there."""
        present = {period: [one[period] for one in members if period in one] for period in self.periods}
        return {period: sum(values) for period, values in present.items() if values}

    def _if(self, condition: Series, yes: Series | float, no: Series | float) -> Series:
        found = {
            period: _at(yes if condition[period] else no, period) for period in self.periods if period in condition
        }
        return {period: value for period, value in found.items() if value is not None}

    def _each(self, function: Callable[[float, float], float], left: Series | float, right: Series | float) -> Series:
        made: Series = {}
        for period in self.periods:
            pair = [_at(left, period), _at(right, period)]
            if self.reading.missing_is_zero and pair != [None, None]:
                pair = [one or 0.0 for one in pair]
            first, second = pair
            if first is not None and second is not None and not (function is operator.truediv and second == 0):
                made[period] = float(function(first, second))
        return made


def _at(value: Series | float, period: int) -> float | None:
    return value.get(period) if isinstance(value, dict) else value


def state_after(alarm: Mapping[str, Any], values: list[float | None], before: str) -> str:
    """The state of an alarm whose evaluation range holds `values`, oldest first; None is missing."""
    breaches = BREACHES[alarm["ComparisonOperator"]]
    wanted = int(alarm["EvaluationPeriods"])
    needed = int(alarm.get("DatapointsToAlarm", wanted))
    real = [breaches(one, alarm["Threshold"]) for one in values if one is not None]
    bad = sum(real[-wanted:])
    treatment = alarm.get("TreatMissingData", "missing")
    if len(real) < wanted and treatment == "breaching":
        bad += wanted - len(real)
    if bad >= needed:
        return ALARM
    if len(real) >= wanted or treatment in {"breaching", "notBreaching"} or not all(real):
        return OK
    if treatment == "ignore":
        return before
    oldest = next((len(values) - index for index, one in enumerate(values) if one is not None), 0)
    return UNKNOWN if not real else ALARM if oldest >= needed else OK  # "Avoiding premature transitions to alarm state"


@dataclass(slots=True)
class Player:
    """One alarm, evaluated at the end of each of its periods."""

    alarm: Mapping[str, Any]
    reading: Reading = field(default_factory=Reading)

    def messages(self, points: Iterable[Point], hours: int) -> list[str]:
        """The states that it tells people of, one after the other, from its creation on."""
        length = self._period() // 60
        state, told, gathered = UNKNOWN, [], self._gathered(points, length)
        for end in range(1, math.ceil(hours * 60 / length) + 1):
            periods = range(end - int(self.alarm["EvaluationPeriods"]) - EXTRA_PERIODS, end)
            series = self._series(gathered, periods)
            after = state_after(self.alarm, [series.get(period) for period in periods], state)
            if after != state and self.alarm.get(ACTIONS[after]):
                told.append(after)
            state = after
        return told

    def _period(self) -> int:
        queries = [one.get("MetricStat", one) for one in self.alarm.get("Metrics", [self.alarm])]
        return int(next(one["Period"] for one in queries if "Period" in one))

    def _gathered(self, points: Iterable[Point], length: int) -> dict[str, Series]:
        """The statistic of each metric that the alarm names, by its id there."""
        stats = {one["Id"]: one["MetricStat"] for one in self.alarm.get("Metrics", []) if "MetricStat" in one}
        if "Metrics" not in self.alarm:
            stats = {"": {"Metric": self.alarm, "Stat": self.alarm["Statistic"]}}
        values: dict[str, dict[int, list[float]]] = {name: {} for name in stats}
        wanted = {_key(one["Metric"]): name for name, one in stats.items()}
        for point in points:
            if (name := wanted.get((point.metric, point.about))) is not None:
                values[name].setdefault(int(point.minute // length), []).append(point.value)
        return {
            name: {period: STATISTICS[stats[name]["Stat"]](found) for period, found in one.items()}
            for name, one in values.items()
        }

    def _series(self, gathered: Mapping[str, Series], periods: range) -> Series:
        series = {name: {period: one[period] for period in periods if period in one} for name, one in gathered.items()}
        if "Metrics" not in self.alarm:
            return series[""]
        entries = {one["Id"]: one for one in self.alarm["Metrics"]}
        while left := [name for name in entries if name not in series]:
            for name in left:  # an expression may name others
                named = set(re.findall(r"\b[a-z]\w*", entries[name]["Expression"]))
                if named <= series.keys():
                    series[name] = Math(series, periods, self.reading).value(entries[name]["Expression"])
        return series[next(name for name, one in entries.items() if one["ReturnData"])]


def _key(metric: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
    return metric["MetricName"], tuple(str(one["Value"]) for one in metric.get("Dimensions", []))
