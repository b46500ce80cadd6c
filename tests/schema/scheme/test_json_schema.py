"""The compiled validator and jsonschema never differ on whether a document or a scheme fits."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from places import CASES, EXAMPLES

from signalbook.schema.scheme.json_schema import (
    FORMATS,
    SchemaValidator,
    broken_pattern,
    without_conditions,
)
from signalbook.schema.scheme.keyword_forms import fits_vocabulary, vocabulary_errors
from signalbook.schema.scheme.loader import find_scheme, load_scheme
from signalbook.schema.scheme.model import Json, Scheme

SCHEMES = {
    "diplomatic_signal": load_scheme("diplomatic_signal"),
    "adverse_events": load_scheme(EXAMPLES / "adverse_events" / "1.0"),
}
VALIDATORS = {name: SchemaValidator(scheme.json_schema) for name, scheme in SCHEMES.items()}
CASE_FILES = sorted(CASES.glob("*valid/*/*.jsonl"))


def agree(validator: SchemaValidator, instance: object) -> bool:
    accepted = validator.accepts(instance)
    assert accepted == (not validator.errors(instance))
    return accepted


@pytest.mark.parametrize("path", CASE_FILES, ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_both_agree_on_every_case_file(path: Path) -> None:
    for line in path.read_text(encoding="utf-8").splitlines():
        agree(VALIDATORS[path.parent.name], json.loads(line))


def every_place(node: Json, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every value inside a JSON value."""
    parts: Iterable[tuple[str | int, Json]] = ()
    if isinstance(node, dict):
        parts = node.items()
    if isinstance(node, list):
        parts = enumerate(node)
    return [p for key, part in parts for p in ((*path, key), *every_place(part, (*path, key)))]


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=5),
    st.sampled_from(["P1\n", "XAR\n", "2031-05", "2031-02-30", "2031-05-02T10:00:00Z", "é1"]),
    st.sampled_from([1.0, -0.0, 10**40, "٣", "en-GB", "a" * 64, "signal", "P1"]),
)
VALUES = st.one_of(
    SCALARS, st.lists(SCALARS, max_size=2), st.dictionaries(st.text(max_size=2), SCALARS)
)


def mutate(document: Any, data: st.DataObject) -> None:
    """Leave out or replace up to three values, wherever they stand."""
    for _ in range(data.draw(st.integers(1, 3))):
        *way, last = data.draw(st.sampled_from(every_place(document)))
        holder = document
        for key in way:
            holder = holder[key]
        if data.draw(st.booleans()):
            holder[last] = data.draw(VALUES)
        else:
            del holder[last]


@pytest.mark.parametrize("name", list(SCHEMES))
@given(data=st.data())
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_both_agree_on_mutated_examples(name: str, data: st.DataObject) -> None:
    path = SCHEMES[name].folder / "example.annotation.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    mutate(document, data)
    agree(VALIDATORS[name], document)


@given(data=st.data())
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_scheme_is_accepted_in_which_the_other_finds_a_mistake(data: st.DataObject) -> None:
    scheme = json.loads(find_scheme(EXAMPLES / "questions" / "1.0").read_text(encoding="utf-8"))
    mutate(scheme, data)
    assert not fits_vocabulary(scheme) or not vocabulary_errors(scheme)


@pytest.mark.parametrize("scheme", SCHEMES.values(), ids=SCHEMES)
def test_both_accept_the_schemes_that_come_with_signalbook(scheme: Scheme) -> None:
    assert fits_vocabulary(dict(scheme.json_schema))
    assert not vocabulary_errors(dict(scheme.json_schema))


@pytest.mark.parametrize("format", sorted(FORMATS))
@given(text=st.one_of(st.text(), st.dates().map(str), st.datetimes().map(lambda d: f"{d:%FT%TZ}")))
@example(text="2031-05-02T25:00:00Z")
@example(text="2031-05-02t10:00:00.5+02:00")
@example(text="2031-02-29")
@example(text="https://example.org/a?b#c")
@example(text="//no-scheme")
@settings(deadline=None)
def test_both_agree_on_formats(format: str, text: str) -> None:
    agree(SchemaValidator({"format": format}), text)


def test_formats_are_asserted() -> None:
    date_time = SchemaValidator({"format": "date-time"})
    assert agree(date_time, "2031-05-02T10:00:00Z")
    assert not agree(date_time, "2031-05-02")
    assert agree(date_time, 7)
    assert not agree(SchemaValidator({"format": "uri"}), "no uri")
    assert agree(SchemaValidator({"format": "email"}), "nowhere")


@pytest.mark.parametrize(
    "uri",
    [
        "https://example.org/a?b#c",
        "https://example.org/nachrichten/größer-über-öl",
        "HTTPS://пример.рф/путь",
        "https://例え.jp/x",
        "https://example.org/%C3%A4",
        "http://[2001:db8::1]/a",
        "mailto:ann@example.org",
        "https://user@example.org/",
        "urn:isbn:0451450523",
    ],
)
def test_links_of_every_script_are_uris(uri: str) -> None:
    assert agree(SchemaValidator({"format": "uri"}), uri)


@pytest.mark.parametrize(
    "text",
    [
        "mailto:a|b",
        "no uri",
        "//no-scheme",
        "example.org/a",
        "https://example.org/a b",
        "https://example.org/a\u00a0b",
        "https://example.org/a\u2028b",
        "https://example.org/a\n",
        "https://example.org/%zz",
        "https://example.org/<b>",
        "https://[2001:db8::1/a",
        "ä:b",
        "http://",
        "https:///path",
        "http:example.org",
        "http://user:pw@example.org/",
        "http://user:@example.org/",
        "ftp://user:pw@example.org/",
        "",
    ],
)
def test_what_no_link_may_hold_is_refused(text: str) -> None:
    assert not agree(SchemaValidator({"format": "uri"}), text)


@pytest.mark.parametrize("pattern", ["^(a+)+$", "^(a|aa)+$", "^(?=a)(a+)+$", r"^(a)\1*(a*)*$"])
def test_a_pattern_with_very_many_ways_to_match_is_decided_at_once(pattern: str) -> None:
    validator = SchemaValidator({"pattern": pattern})
    text = "a" * 60 + "b"
    assert not validator.accepts(text)
    [error] = validator.errors(text)
    assert error.validator == "pattern"
    assert broken_pattern(pattern) == ""


def test_a_pattern_ends_at_the_very_end() -> None:
    assert not agree(SchemaValidator({"pattern": "^P[0-9]$"}), "P1\n")
    assert agree(SchemaValidator({"pattern": r"^[$]\$$"}), "$$")
    assert not agree(SchemaValidator({"pattern": r"^\d$"}), "٣")


def test_what_json_cannot_hold_is_left_to_the_explaining_validator() -> None:
    assert not SchemaValidator({}).accepts("\ud800")
    assert SchemaValidator({}).errors("\ud800") == []


@pytest.mark.parametrize(
    ("kind", "branch", "place"),
    [("poem", "then", ["licence"]), ("letter", "else", ["language"])],
)
def test_what_a_branch_asks_for_is_one_error_that_holds_those_of_its_parts(
    kind: str, branch: str, place: list[str]
) -> None:
    schema: dict[str, Json] = {
        "if": {"properties": {"kind": {"const": "poem"}}},
        "then": {"properties": {"licence": {"const": "CC0"}}},
        "else": {"properties": {"language": False}},
    }
    [error] = SchemaValidator(schema).errors({"kind": kind, "licence": "MIT", "language": "fr"})
    assert (error.validator, [*error.absolute_path]) == ("if", [])
    [inner] = without_conditions([error])
    assert [*inner.absolute_path] == place
    assert inner.absolute_schema_path[0] == branch
