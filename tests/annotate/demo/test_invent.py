"""What is invented for a demo is valid, whatever the scheme asks for."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from derived_scheme import document, parsed

from signalbook.annotate.conversion.to_results import to_label_studio
from signalbook.annotate.demo.demo import run_demo
from signalbook.annotate.demo.invent import invent
from signalbook.annotate.demo.simulate import Skill, simulate
from signalbook.export.validation.checker import Checker
from signalbook.schema.documents.records import AnnotationDocument
from signalbook.schema.errors import FindingsError
from signalbook.schema.scheme.model import Scheme

Node = Mapping[str, Any]
STRICT: dict[str, Node] = {
    "code": {"type": "string", "pattern": "^[A-Z]{2}-[0-9]{3}$"},
    "code_or_none": {"anyOf": [{"type": "string", "pattern": "^[a-f]{4}$"}, {"type": "null"}]},
    "short": {"type": "string", "maxLength": 3},
    "long": {"type": "string", "minLength": 21, "maxLength": 23},
    "day": {"type": "string", "format": "date"},
    "moment": {"type": "string", "format": "date-time"},
    "page": {"type": "string", "format": "uri"},
    "dozens": {"type": "integer", "minimum": 100, "multipleOf": 12},
    "far": {"type": "integer", "multipleOf": 250, "exclusiveMinimum": 0},
    "share": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 0.004},
    "tenths": {"type": "number", "minimum": 0, "maximum": 1, "multipleOf": 0.1},
    "below": {"type": "number", "maximum": -7},
    "topics": {"type": "array", "items": {"enum": [*"abcdef"]}, "minItems": 4, "maxItems": 5},
    "sure": {"type": "boolean"},
}


def scheme_asking(
    fields: Mapping[str, Node], *, required: bool = True, parties: Node | None = None
) -> Scheme:
    """A scheme that asks the same of every claim and of the article."""
    asked = {"type": "object", "properties": fields, "required": [*fields] if required else []}
    claim = {"type": "object", "properties": {"type": {"const": "claim"}, "attributes": asked}}
    sections: dict[str, Any] = {"spans": {"type": "array", "items": claim}}
    if parties is None:
        sections["article_labels"] = asked
    else:
        sections["parties"] = {"type": "array", "items": parties}
    return parsed(
        {
            "title": "Strict",
            "x-scheme": {"name": "strict", "version": "1.0.0"},
            "type": "object",
            "properties": sections,
        }
    )


def invented(scheme: Scheme, seed: int) -> AnnotationDocument:
    """What is invented, which must have no errors."""
    checker = Checker(scheme)
    drawn = invent(
        document().article,
        scheme,
        seed=seed,
        count_errors=lambda d: sum(issue.severity == "error" for issue in checker.check(d)),
    )
    assert [issue for issue in checker.check(drawn) if issue.severity == "error"] == []
    return drawn


@pytest.mark.parametrize("name", STRICT)
def test_what_has_to_be_answered_is_whatever_form_it_has_to_have(name: str) -> None:
    scheme = scheme_asking({name: STRICT[name]})
    for seed in range(3):
        drawn = invented(scheme, seed)
        assert drawn.spans
        assert all(name in asked for asked in [drawn.article_labels, *_attributes(drawn)])


def test_what_need_not_be_answered_is_at_times() -> None:
    drawn = [invented(scheme_asking(STRICT, required=False), seed) for seed in range(3)]
    answered = [len(asked) for each in drawn for asked in _attributes(each)]
    assert 0 < sum(answered) < len(STRICT) * len(answered)


def test_only_parties_that_are_there_are_named() -> None:
    parties = {
        "type": "object",
        "x-id-prefix": "K",
        "required": ["name", "code"],
        "properties": {"name": {"type": "string"}, "code": STRICT["code"]},
    }
    speaker = {"type": "string", "x-kind": "party-reference"}
    for seed in range(3):
        drawn = invented(scheme_asking({"speaker": speaker}, parties=parties), seed)
        there = {party.id for party in drawn.parties}
        assert drawn.spans
        assert {str(asked["speaker"]) for asked in _attributes(drawn)} <= there


def test_every_party_is_one_that_the_page_can_have() -> None:
    parties = {"type": "object", "properties": {"name": {"type": "string"}}}
    speaker = {"type": "string", "x-kind": "party-reference"}
    scheme = scheme_asking({"speaker": speaker}, required=False, parties=parties)
    for seed in range(6):
        drawn = invented(scheme, seed)
        careless = Skill(misses_span=0.9)
        simulated = simulate(
            drawn, scheme, name="a", seed=seed, count_errors=lambda _: 0, skill=careless
        )
        for each in (drawn, simulated):
            to_label_studio(each, scheme)  # refuses a party of which nothing is said


def test_the_demo_names_the_field_that_nothing_could_be_invented_for(tmp_path: Path) -> None:
    impossible = {"type": "string", "title": "Mark", "pattern": "^a$", "minLength": 3}
    article = tmp_path / "a.txt"
    article.write_text("It rained in town again. Who had asked for it?", encoding="utf-8")
    with pytest.raises(FindingsError, match="no answer to “Mark”"):
        run_demo(
            scheme_asking({"mark": impossible}),
            [article],
            tmp_path / "demo",
            keep=False,
            template=tmp_path / "template",
            report=lambda _step: None,
        )
    assert not (tmp_path / "demo").exists()


def _attributes(drawn: AnnotationDocument) -> list[Mapping[str, object]]:
    return [span.attributes for span in drawn.spans]
