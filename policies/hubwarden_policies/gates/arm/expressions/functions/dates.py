"""Dates. Source: "Date functions for ARM templates": a year is 365 days, a month 30."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from hubwarden_policies.gates.arm.expressions.error import ExpressionError, NotKnown
from hubwarden_policies.gates.arm.expressions.functions.function import Function, expect

_DURATION: Final = re.compile(
    r"(?P<sign>-?)P(?=.)(?:(?P<years>\d{1,5})Y)?(?:(?P<months>\d{1,6})M)?(?:(?P<weeks>\d{1,6})W)?"
    r"(?:(?P<days>\d{1,7})D)?"
    r"(?:T(?=.)(?:(?P<hours>\d{1,8})H)?(?:(?P<minutes>\d{1,9})M)?(?:(?P<seconds>\d{1,9})S)?)?",
    re.ASCII,
)
# What .NET's custom formats have in common with ours; a format with anything else is not known.
_TOKENS: Final = {
    "yyyy": "%Y",
    "MM": "%m",
    "dd": "%d",
    "HH": "%H",
    "mm": "%M",
    "ss": "%S",
}
_TOKEN: Final = re.compile(r"(?P<literal>[-:./ TZ_])|(?P<run>(.)\3*)", re.DOTALL)
_STANDARD: Final = {
    "d": "MM/dd/yyyy",
    "s": "yyyy-MM-ddTHH:mm:ss",
    "u": "yyyy-MM-dd HH:mm:ssZ",
}
_ISO: Final = "yyyy-MM-ddTHH:mm:ssZ"


def _date(text: Any) -> datetime:
    try:
        date = datetime.fromisoformat(expect(text, str).strip())
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        # .NET reads many forms more, each in its culture.
        raise NotKnown from None


def _written(date: datetime, layout: str) -> str:
    def token(match: re.Match[str]) -> str:
        if match["literal"]:
            return match["literal"]
        if match["run"] not in _TOKENS:
            raise NotKnown
        # A year before 1000 is written without its zeros.
        return date.strftime(_TOKENS[match["run"]]).rjust(len(match["run"]), "0")

    return _TOKEN.sub(token, _STANDARD.get(layout, layout))


def _add(base: Any, duration: Any, layout: Any = _ISO) -> str:
    match = _DURATION.fullmatch(expect(duration, str))
    if match is None:
        raise ExpressionError("its second argument is no duration as in ISO 8601, such as P30D")
    years, months, *rest = (int(part or 0) for part in match.groups()[1:])
    weeks, days, hours, minutes, seconds = rest
    span = timedelta(
        weeks=weeks,
        days=days + 365 * years + 30 * months,
        hours=hours,
        minutes=minutes,
        seconds=seconds,
    )
    try:
        date = _date(base) + (-span if match["sign"] else span)
    except OverflowError:
        raise ExpressionError("the date is outside of the years 1 to 9999") from None
    return _written(date, expect(layout, str))


def _from_epoch(seconds: Any) -> str:
    try:
        date = datetime.fromtimestamp(expect(seconds, int), UTC)
    except (ValueError, OverflowError, OSError):
        raise ExpressionError("the date is outside of the years 1 to 9999") from None
    return _written(date, _ISO)


def _unknown(*_arguments: Any) -> Any:
    raise NotKnown


FUNCTIONS: Final = (
    Function("dateTimeAdd", _add, 2, 3),
    Function("dateTimeFromEpoch", _from_epoch, 1, 1),
    Function("dateTimeToEpoch", lambda text: int(_date(text).timestamp()), 1, 1),
    Function("utcNow", _unknown, 0, 1),
)
