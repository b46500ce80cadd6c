"""Check JSON against a JSON Schema: the one judge of formats and patterns, at push and at validate.

Two validators ask the same functions and so agree: a compiled one to accept, one to explain.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from functools import cache
from typing import Any, Protocol, cast
from urllib.parse import urlsplit

import jsonschema_rs
from jsonschema import Draft202012Validator, FormatChecker, ValidationError, validators

from .model import Json

_DATE_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_EDTF = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")
#: Letters and digits of every script, as RFC 3987 allows them in links; no white space, and no
#: marks that only turn the direction of what is read.
_INTERNATIONAL = (
    r"(?![\s\u200e\u200f\u202a-\u202e])"
    r"[\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef\U00010000-\U0001fffd\U00020000-\U000efffd]"
)
_URI = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]*:"
    rf"([A-Za-z0-9._~:/?#@!$&'()*+,;=\[\]-]|%[0-9A-Fa-f]{{2}}|{_INTERNATIONAL})*"
)

_OF_THE_WEB = ("http", "https")


def _is_date_time(text: str) -> bool:
    if not _DATE_TIME.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(re.sub(r"\.[0-9]+", "", text.upper()))
    except ValueError:
        return False
    return True


def _is_date(text: str) -> bool:
    if not _DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_edtf(text: str) -> bool:
    """Whether the text is a year, a month, or a day of the calendar (EDTF level 0)."""
    return _EDTF.fullmatch(text) is not None and _is_date((text + "-01-01")[:10])


def _is_uri(text: str) -> bool:
    """Whether the text is a link with its scheme, also an international one (RFC 3987).

    One to the web names a host; none holds a password, which would be published with it.
    """
    try:
        parts = urlsplit(text)  # finds brackets that hold no address
    except ValueError:
        return False
    has_host = bool(parts.hostname) or parts.scheme not in _OF_THE_WEB
    return has_host and parts.password is None and _URI.fullmatch(text) is not None


#: The formats that are asserted; both validators ask these functions, so that they agree.
FORMATS = {
    "date-time": _is_date_time,
    "date": _is_date,
    "edtf": _is_edtf,
    "uri": _is_uri,
    "iri": _is_uri,
}
_WEB_ADDRESS = "a web address like https://example.org/page, without a password"
#: How a text of each of these formats is written.
NOTATIONS = {
    "date-time": "a moment like 2031-05-02T09:30:00Z",
    "date": "a day like 2031-05-02",
    "edtf": "a year, a month or a day like 2031, 2031-05 or 2031-05-02",
    "uri": _WEB_ADDRESS,
    "iri": _WEB_ADDRESS,
}
#: How the types of JSON Schema are called.
TYPE_WORDS = {
    "string": "text",
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "array": "a list",
    "object": "an object",
    "null": "null",
}
#: Formats that the compiled validator would judge by itself; here they only annotate.
_ONLY_ANNOTATE = (
    *("duration", "email", "hostname", "idn-email", "idn-hostname", "ipv4", "ipv6"),
    *("iri-reference", "json-pointer", "regex", "relative-json-pointer", "time", "uri-reference"),
    *("uri-template", "uuid"),
)


def _format_checker() -> FormatChecker:
    checker = FormatChecker(formats=())
    for name, judge in FORMATS.items():
        checker.checkers[name] = (_of_strings(judge), ())
    return checker


def _of_strings(judge: Callable[[str], bool]) -> Callable[[object], bool]:
    """A value that is no string has no format: only `type` judges it."""
    return lambda value: not isinstance(value, str) or judge(value)


def _anything(_text: str) -> bool:
    return True


@cache
def _pattern(pattern: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator({"pattern": pattern})


def matches(pattern: str, text: str) -> bool:
    """Whether a text has what a `pattern` of JSON Schema asks for.

    The compiled validator is asked, whose engine ends on every pattern: Python's takes years for
    some short ones, such as `^(a+)+$`.
    """
    try:
        return _pattern(pattern).is_valid(text)
    except ValueError:  # a lone surrogate
        return False


def broken_pattern(pattern: str) -> str:
    """Why a pattern is no regular expression; empty if it is one."""
    try:
        re.compile(pattern)  # says in better words why not
        _pattern(pattern)
    except re.error as error:
        return str(error)
    except ValueError as error:
        return str(error).splitlines()[0]
    return ""


def _pattern_errors(
    _validator: object, pattern: str, instance: object, _schema: object
) -> Iterator[ValidationError]:
    if isinstance(instance, str) and not matches(pattern, instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


def _if_errors(
    validator: "_Validator", condition: Json, instance: object, schema: Mapping[str, Json]
) -> Iterator[ValidationError]:
    """One error that holds those of the branch, so that the condition can be told with them."""
    branch = "then" if validator.evolve(schema=condition).is_valid(instance) else "else"
    if branch in schema:
        errors = [*validator.descend(instance, schema[branch], schema_path=branch)]
        if errors:
            yield ValidationError(errors[0].message, context=errors)


def _properties_errors(
    validator: "_Validator", properties: Mapping[str, Json], instance: object, _schema: object
) -> Iterator[ValidationError]:
    """The errors of the properties, with their places: jsonschema has none for a schema `false`."""
    values = cast("dict[str, object]", instance if isinstance(instance, dict) else {})
    for name, part in properties.items():
        if name in values:
            for error in validator.descend(values[name], part, path=name, schema_path=name):
                if part is False:
                    error.path.appendleft(name)
                yield error


class _Validator(Protocol):
    def evolve(self, *, schema: Json) -> "_Validator": ...

    def is_valid(self, instance: object) -> bool: ...

    def descend(
        self, instance: object, schema: Json, *, path: str | None = None, schema_path: str
    ) -> Iterable[ValidationError]: ...

    def iter_errors(self, instance: object) -> Iterable[ValidationError]: ...


def _explaining(schema: dict[str, Json]) -> _Validator:
    untyped = cast("Any", validators)
    own = {"pattern": _pattern_errors, "if": _if_errors, "properties": _properties_errors}
    explaining = untyped.extend(Draft202012Validator, own)
    return cast("_Validator", explaining(schema, format_checker=_format_checker()))


class SchemaValidator:
    """Decides whether instances fit one schema, and if not, why."""

    def __init__(self, schema: Mapping[str, Json]) -> None:
        self._explain = _explaining(dict(schema))
        always = dict.fromkeys(_ONLY_ANNOTATE, _anything)
        self._accept = jsonschema_rs.Draft202012Validator(
            dict(schema), formats={**always, **FORMATS}, validate_formats=True
        )

    def accepts(self, instance: object) -> bool:
        """True: it certainly fits. False: ask `errors`."""
        try:
            return self._accept.is_valid(instance)
        except ValueError:  # what JSON cannot hold, as a lone surrogate
            return False

    def fits(self, instance: object) -> bool:
        """Whether there is no error, which is faster to say than which there are."""
        return self.accepts(instance) or self._explain.is_valid(instance)

    def errors(self, instance: object) -> list[ValidationError]:
        """Everything that does not fit, sorted by place; jsonschema is the authority."""
        return sorted(self._explain.iter_errors(instance), key=_place)


def without_conditions(errors: Iterable[ValidationError]) -> Iterator[ValidationError]:
    """The errors themselves, for who does not tell the conditions on which they are some."""
    for error in errors:
        if error.validator == "if":
            yield from without_conditions(error.context or ())
        else:
            yield error


class PartValidator:
    """Judges instances by parts of one schema, whose `$ref`s lead into the whole of it."""

    def __init__(self, schema: Mapping[str, Json]) -> None:
        self._whole = _explaining(dict(schema))

    def errors(self, part: Mapping[str, Json], instance: object) -> Iterator[ValidationError]:
        """Everything of an instance that does not fit a part."""
        return iter(cast("Any", self._whole).evolve(schema=dict(part)).iter_errors(instance))


def _place(error: ValidationError) -> list[str]:
    parts = error.absolute_path
    return [f"{part:06}" if isinstance(part, int) else part for part in parts]
