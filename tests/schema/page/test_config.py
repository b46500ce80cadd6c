import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from xml.etree.ElementTree import Element, fromstring

import pytest
from shapes import Node, scheme_of

from signalbook.schema.errors import SchemeError
from signalbook.schema.page import control_names
from signalbook.schema.page.config import labeling_config
from signalbook.schema.page.control_names import (
    asked_together,
    labels,
    mention_types,
    span_unit,
)
from signalbook.schema.page.task_lists import task_lists
from signalbook.schema.scheme.codelists import titles
from signalbook.schema.scheme.keys import assign_keys
from signalbook.schema.scheme.loader import parse_scheme
from signalbook.schema.scheme.model import Field, Scheme


@pytest.fixture(scope="module")
def page(scheme: Scheme) -> Element:
    return fromstring(labeling_config(scheme))


def named(page: Element) -> dict[str, Element]:
    return {
        element.attrib["name"]: element
        for tag in ("Choices", "TextArea", "Labels", "Taxonomy")
        for element in page.iter(tag)
    }


def is_row_without_chips(name: str) -> bool:
    """A row for a party that no words name, where codes have no chips."""
    return name.startswith(control_names.unmentioned_slot(""))


def stored_by(control: Element, scheme: Scheme) -> list[str | None]:
    """What the chips of a control store, of the page or from the lists of a task."""
    listed = task_lists(scheme).get(control.get("value", "").removeprefix("$"), [])
    assert isinstance(listed, list)
    return [
        *(choice.get("alias") for choice in control.iter("Choice")),
        *(str(chip["alias"]) for chip in listed if isinstance(chip, dict)),
    ]


def expected_controls(scheme: Scheme) -> list[tuple[str, Field]]:
    shared = asked_together(scheme)
    of_spans = {
        control_names.control(span_unit(shared, span_type, field), field): field
        for span_type in scheme.span_types
        for field in span_type.fields
        if field != span_type.party_field
    }
    units: list[tuple[str, tuple[Field, ...]]] = []
    if scheme.party:
        row = control_names.unmentioned_slot(control_names.ROW)
        places = (control_names.PARTY, row) if mention_types(scheme) else scheme.party.ids
        units += [(place, scheme.party.fields) for place in places]
    if scheme.dyad:
        units.append((control_names.dyad_slot(control_names.ROW), scheme.dyad.all_fields))
    asked = tuple(f for f in scheme.article_labels if f.derived is None)
    units.append((control_names.ARTICLE, asked))
    others = [
        (control_names.control(unit, field), field) for unit, fields in units for field in fields
    ]
    return [*of_spans.items(), *others]


def test_every_field_has_its_control_once(page: Element, scheme: Scheme) -> None:
    expected = [name for name, _ in expected_controls(scheme)]
    found = [name for name in named(page) if name == control_names.without_addition(name)]
    which = [n for n in found if n.endswith(control_names.control("", control_names.PARTY_ID))]
    assert len(which) == (1 if mention_types(scheme) else 0)
    coded = {name for name, field in expected_controls(scheme) if field.is_coded}
    bare = {name for name in coded if is_row_without_chips(name)}
    others = [control_names.LABEL, control_names.ARROW, *which]
    assert Counter(found) == Counter([*(n for n in expected if n not in bare), *others])


def test_every_value_is_stored_by_its_id(page: Element, scheme: Scheme) -> None:
    found = named(page)
    for name, field in expected_controls(scheme):
        if field.is_coded and is_row_without_chips(name):
            continue
        stored = stored_by(found[name], scheme)
        assert not set(stored) & {"true", "false"}
        assert {value.id for value in field.values} <= set(stored)
        if field.is_boolean:
            assert stored == [control_names.YES, control_names.NO]
        assert (control_names.EMPTY in stored) == field.offers_none
        if field.is_reference and scheme.party:
            assert set(scheme.party.ids) <= set(stored)


def test_a_field_with_codes_takes_listed_and_other_ones(page: Element, scheme: Scheme) -> None:
    found = named(page)
    for name, field in expected_controls(scheme):
        if field.is_coded and not is_row_without_chips(name):
            assert found[name].get("value") == f"${control_names.codes_key(field)}"
        if field.codelist or field.is_side_reference:
            assert control_names.other(name) in found
        if field.codelist and is_row_without_chips(name):
            assert control_names.listed(name) not in found
        elif field.codelist:
            offered = {*titles(field.codelist)}
            assert {*stored_by(found[control_names.listed(name)], scheme)} == offered
            assert len(offered) > 249


def test_an_attribute_is_shown_and_stored_with_its_label_only(
    page: Element, scheme: Scheme
) -> None:
    mentions = task_lists(scheme).get(control_names.MENTIONS, [])
    assert isinstance(mentions, list)
    aliases = [label.get("alias") for label in page.iter("Label")]
    aliases += [str(label["alias"]) for label in mentions if isinstance(label, dict)]
    assert {*aliases} == {stored for kind in scheme.span_types for stored in labels(scheme, kind)}
    assert len({*aliases}) == len(aliases)
    for element in page.iter():
        for label in filter(None, element.get("whenLabelValue", "").split(",")):
            assert label in aliases
    found, shared = named(page), asked_together(scheme)
    asking: dict[str, set[str]] = {}
    for kind in scheme.span_types:
        for field in kind.fields:
            if field != kind.party_field:
                name = control_names.control(span_unit(shared, kind, field), field)
                asking.setdefault(name, set()).update(labels(scheme, kind))
    for name, stored in asking.items():
        assert found[name].get("perRegion") == "true"
        assert set(found[name].get("whenLabelValue", "").split(",")) == stored


def test_what_has_no_proposal_is_required_with_a_sentence(page: Element, scheme: Scheme) -> None:
    found, shared = named(page), asked_together(scheme)
    kinds = {kind.name: kind.label for kind in scheme.span_types}
    for kind in scheme.span_types:
        for field in kind.fields:
            control = found.get(control_names.control(span_unit(shared, kind, field), field))
            if control is None:
                continue
            proposed = field.has_default or field.default_from is not None
            assert (control.get("required") == "true") == (field.required and not proposed)
            if control.get("required"):
                asking = " or ".join(kinds[n] for n in shared.get(field.name, (kind.name,)))
                assert control.get("requiredMessage") == f"{asking}: choose the {field.row}"


def test_no_control_of_a_party_or_dyad_stops_the_submit(page: Element, scheme: Scheme) -> None:
    of_parties = (*(scheme.party.ids if scheme.party else ()), control_names.PARTY)
    for name, control in named(page).items():
        if name.split("__")[0] in of_parties or name.startswith(("dyad", "unmentioned")):
            assert "required" not in control.attrib


def test_a_key_has_one_meaning(page: Element, scheme: Scheme) -> None:
    given = assign_keys(scheme).given
    assert len(set(given.values())) == len(given)
    meanings: dict[str, set[tuple[str, str]]] = {}
    for name, control in named(page).items():
        for choice in (*control.iter("Choice"), *control.iter("Label")):
            if key := choice.get("hotkey"):
                field = name.split("__")[-1]
                meanings.setdefault(key, set()).add((field, choice.get("alias", "")))
    assert all(len(meant) == 1 for meant in meanings.values())


def test_label_studio_has_no_key_left_to_hand_out(page: Element, scheme: Scheme) -> None:
    parked = [f.get("hotkey") for f in page.iter("Filter") if "hotkey" in f.attrib]
    assert parked == [*assign_keys(scheme).parked]
    # A key of a text box's shortcut could be typed in no text box.
    assert not [*page.iter("Shortcut")]


def test_no_key_gives_a_span_another_label(page: Element, scheme: Scheme) -> None:
    mentions = json.dumps(task_lists(scheme).get(control_names.MENTIONS, []))
    assert "hotkey" not in mentions
    assert not [label for label in page.iter("Label") if "hotkey" in label.attrib]


def test_the_choices_of_a_row_differ_in_text(page: Element) -> None:
    for control in page.iter("Choices"):
        texts = [choice.get("value") for choice in control.iter("Choice")]
        assert len(set(texts)) == len(texts)


def test_a_folded_block_wraps_what_it_holds(page: Element) -> None:
    for panel in page.iter("Panel"):
        assert [child.tag for child in panel] == ["View"]


def test_the_style_sheet_has_nothing_that_would_be_escaped(page: Element) -> None:
    sheet = page.findtext("Style") or ""
    assert not set(sheet) & set('<>&"')


def test_the_page_is_the_same_every_time(scheme: Scheme) -> None:
    assert labeling_config(scheme) == labeling_config(scheme)


def test_signs_in_titles_stay_text(second_scheme: Scheme) -> None:
    first, *rest = second_scheme.span_types
    odd = "<b>\"Drug\" & 'co'</b> costs $text"
    field = replace(first.fields[0], short=odd, title=odd, description=odd, rule=odd)
    kind = replace(first, label=odd, description=odd, fields=(field, *first.fields[1:]))
    page = fromstring(labeling_config(replace(second_scheme, span_types=(kind, *rest))))
    shown = odd.replace("$", "\N{FULLWIDTH DOLLAR SIGN}")
    assert next(label.get("value") for label in page.iter("Label")) == shown
    assert shown in [header.get("value") for header in page.iter("Header")]
    for markdown in page.iter("Markdown"):
        assert not set(markdown.get("value", "")) & set("<>")
    variables = [e.get("value", "") for e in page.iter() if e.get("value", "").startswith("$")]
    assert sorted(variables) == ["$about", "$corrections", "$text", "$title"]


def test_two_values_with_one_word_are_told_apart(second_scheme: Scheme) -> None:
    first, *rest = second_scheme.span_types
    field = first.fields[0]
    same = tuple(replace(value, short="Same") for value in field.values)
    kind = replace(first, fields=(replace(field, values=same), *first.fields[1:]))
    page = fromstring(labeling_config(replace(second_scheme, span_types=(kind, *rest))))
    chips = named(page)[control_names.control(first.name, field)]
    assert [chip.get("value") for chip in chips][:2] == ["Same", f"Same ({same[1].id})"]


def test_two_span_types_with_one_title_are_told_apart(second_scheme: Scheme) -> None:
    first, second, *rest = second_scheme.span_types
    alike = replace(second, label=first.label)
    page = fromstring(labeling_config(replace(second_scheme, span_types=(first, alike, *rest))))
    shown = {label.get("alias"): label.get("value") for label in page.iter("Label")}
    assert shown[first.name] == f"{first.label} ({first.name})"
    assert shown[second.name] == f"{first.label} ({second.name})"


def test_a_value_that_label_studio_cannot_store_is_refused(second_scheme: Scheme) -> None:
    field = second_scheme.article_labels[1]
    values = (replace(field.values[0], id="true"), *field.values[1:])
    odd = replace(second_scheme, article_labels=(replace(field, values=values),))
    with pytest.raises(SchemeError, match="cannot store 'true' as a value of usable"):
        labeling_config(odd)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ({"type": "string", "format": "date"}, "Decided, as 2031-05-24 ⏎"),
        ({"type": "integer"}, "Decided, a whole number ⏎"),
        ({"type": "number"}, "Decided, a number ⏎"),
        ({"type": "string"}, "Decided ⏎"),
    ],
    ids=str,
)
def test_a_text_box_says_how_its_answer_is_written(kind: Node, expected: str) -> None:
    source = scheme_of("labels only")
    source["properties"]["article_labels"] = {
        "properties": {"decided": {"title": "Decided"} | kind}
    }
    page = fromstring(labeling_config(parse_scheme(json.dumps(source), Path("boxes.schema.json"))))
    assert expected in [box.get("placeholder") for box in page.iter("TextArea")]


@pytest.mark.parametrize(
    ("label", "proposed"),
    [
        ({"type": "integer", "minimum": 1, "maximum": 3, "default": 2}, ["2"]),
        ({"type": "array", "items": {"enum": ["a", "b"]}, "default": ["b"]}, ["b"]),
    ],
)
def test_a_default_of_any_type_is_marked(label: Node, proposed: list[str]) -> None:
    source = scheme_of("labels only")
    source["properties"]["article_labels"] = {"properties": {"asked": label}}
    page = fromstring(labeling_config(parse_scheme(json.dumps(source), Path("chips.schema.json"))))
    choices = page.iter("Choice")
    assert [c.get("alias") for c in choices if "dashed" in c.get("style", "")] == proposed
