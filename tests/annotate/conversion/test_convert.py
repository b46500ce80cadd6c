import json
from dataclasses import replace
from typing import Any, TypeAlias, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from places import EXAMPLES
from strategies import documents

from signalbook.annotate.conversion.convert import Converted, canonical, from_label_studio
from signalbook.annotate.conversion.field_values import as_items, read_scalar
from signalbook.annotate.conversion.to_results import to_label_studio
from signalbook.annotate.sync.tasks import to_task
from signalbook.schema.documents.records import AnnotationDocument, Annotator
from signalbook.schema.errors import ConversionError
from signalbook.schema.scheme.loader import load_scheme
from signalbook.schema.scheme.model import Json, Scheme

FIRST = load_scheme()
SECOND = load_scheme(EXAMPLES / "adverse_events" / "1.0")
BOTH = {scheme.name: scheme for scheme in (FIRST, SECOND)}
SETTINGS = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
TEXT = "Arvenia cured it.\r\nBelmora did not 👩‍👩‍👧."
Result: TypeAlias = dict[str, object]
SOMEBODY = Annotator(id="simulated-1")


def data_of(document: AnnotationDocument) -> dict[str, Json]:
    article = document.article.to_dict()
    return {"text": article.pop("text"), "article": article}


def there_and_back(document: AnnotationDocument, scheme: Scheme) -> AnnotationDocument:
    results = json.loads(json.dumps(to_label_studio(document, scheme)))
    converted = from_label_studio(
        {"result": results}, data_of(document), scheme, document.annotator
    )
    assert converted.unmapped == ()
    return converted.document


def example(scheme: Scheme) -> AnnotationDocument:
    path = scheme.folder / "example.annotation.json"
    return AnnotationDocument.model_validate_json(path.read_text(encoding="utf-8"))


def read(scheme: Scheme, *results: dict[str, object], **data: Json) -> Converted:
    article: Json = {"id": "a", "text_sha256": "0", "text_length": len(TEXT)}
    return from_label_studio(
        {"result": json.loads(json.dumps(results))},
        {"text": TEXT, "article": article, **data},
        scheme,
        SOMEBODY,
    )


def label(name: str, id: str = "x1", start: int = 0, end: int = 7, **more: object) -> Result:
    place = {"start": start, "end": end, "text": "whatever", "labels": [name]}
    return {"id": id, "from_name": "label", "type": "labels", "value": place, **more}


def choice(control: str, *chosen: str, region: str | None = None, **more: object) -> Result:
    place = {"start": 0, "end": 7} if region else {}
    value = {**place, "choices": list(chosen)}
    return {"id": region or "c", "from_name": control, "type": "choices", "value": value, **more}


def typed(control: str, *words: str, region: str | None = None) -> Result:
    value = {**({"start": 0, "end": 7} if region else {}), "text": list(words)}
    return {"id": region or "t", "from_name": control, "type": "textarea", "value": value}


def in_list(control: str, code: str, *, region: str) -> Result:
    value = {"start": 0, "end": 7, "taxonomy": [[code]]}
    return {"id": region, "from_name": control, "type": "taxonomy", "value": value}


def arrow(start: str, end: str, *labels: str, **more: object) -> Result:
    named = {"labels": list(labels)} if labels else {}
    return {"type": "relation", "from_id": start, "to_id": end, **named, **more}


def goes_and_comes_back(document: AnnotationDocument, scheme: Scheme) -> None:
    form = canonical(document, scheme)
    assert there_and_back(document, scheme).to_json() == form.to_json()
    assert there_and_back(form, scheme).to_json() == form.to_json()
    assert canonical(form, scheme).to_json() == form.to_json()


@given(documents(FIRST))
@SETTINGS
def test_a_document_comes_back_from_label_studio_as_it_went(document: AnnotationDocument) -> None:
    goes_and_comes_back(document, FIRST)


@given(documents(SECOND))
@SETTINGS
def test_so_does_one_of_a_scheme_without_parties(document: AnnotationDocument) -> None:
    goes_and_comes_back(document, SECOND)


@st.composite
def scrambled(draw: st.DrawFn) -> tuple[AnnotationDocument, list[Json]]:
    """Results in any order, some with parts missing, doubled or of another kind."""
    odd: list[Json] = [None, True, -1, 2.5, "", "P3", "label", [], [1], {}, {"start": "x"}]
    junk = st.sampled_from(odd)
    document = draw(documents(FIRST))
    results: list[Json] = []
    for result in draw(st.permutations(to_label_studio(document, FIRST))):
        damaged = dict(result)
        for key in draw(st.lists(st.sampled_from([*damaged, "value"]), max_size=2)):
            damaged[key] = draw(junk)
        value = damaged.get("value")
        if isinstance(value, dict) and value and draw(st.booleans()):
            damaged["value"] = {**value, draw(st.sampled_from([*value])): draw(junk)}
        results += [damaged] * draw(st.integers(0, 2))
    return document, [*results, draw(junk)]


@given(scrambled())
@SETTINGS
def test_whatever_the_server_says_becomes_a_document_and_unmapped_results(
    exported: tuple[AnnotationDocument, list[Json]],
) -> None:
    document, results = exported
    converted = from_label_studio({"result": results}, data_of(document), FIRST, SOMEBODY)
    assert canonical(converted.document, FIRST).to_json() == converted.document.to_json()
    assert converted.unmapped


@pytest.mark.parametrize("scheme", BOTH.values(), ids=list(BOTH))
def test_the_example_of_a_scheme_comes_back_whole(scheme: Scheme) -> None:
    document = example(scheme)
    back = {span.id: span for span in there_and_back(document, scheme).spans}
    for span in document.spans:
        assert back[span.id].text == span.text
        for name, value in span.attributes.items():
            returned = back[span.id].attributes[name]
            assert returned == value or set(as_items(returned)) == set(as_items(value))


def test_the_words_are_those_of_the_text_not_those_of_the_result() -> None:
    [span] = read(SECOND, label("drug", start=14, end=25)).document.spans
    assert span.text == TEXT[14:25] == "it.\r\nBelmor"


def test_what_nobody_chose_is_proposed_and_marked_as_such() -> None:
    converted = read(
        FIRST,
        label("mention__P2", "m1"),
        label("signal", "s1", 8, 13),
        choice("signal__sender", "P2", region="s1"),
        choice("signal__attribution", "paraphrase", region="s1"),
        choice("signal__realis", "actual", region="s1"),
    ).document
    [party] = converted.parties
    assert (party.id, party.attributes["entity"]) == ("P2", "Arvenia")
    assert party.defaulted == ("entity", "from_metadata")
    signal = converted.spans[1]
    assert signal.attributes["sources"] == ("P2",)
    assert signal.defaulted == ("sources", "certainty", "clarity", "credibility")
    assert "receivers" not in signal.attributes


def test_what_span_types_are_asked_together_is_said_of_the_type_that_the_span_has() -> None:
    converted = read(
        FIRST,
        choice("span__sender", "P2", region="s1"),
        label("signal", "s1", 8, 13),
        label("assessment", "a1", 14, 18),
        choice("span__sender", "P1", region="a1"),
        label("mention__P3", "m1", 0, 7),
        choice("span__sender", "P1", region="m1"),
    )
    senders = {span.id: span.attributes.get("sender") for span in converted.document.spans}
    assert senders == {"m1": None, "s1": "P2", "a1": "P1"}
    [left] = converted.unmapped
    assert left.startswith("span of a region that is a mention")


def of_signal(region: str, sender: str, receiver: str) -> list[Result]:
    chosen = {"sender": sender, "receivers": receiver}
    return [choice(f"span__{name}", party, region=region) for name, party in chosen.items()]


def of_states() -> list[Result]:
    """Mentions of three states, and a signal between the first two."""
    mentions: list[Result] = []
    for number, code in enumerate(("XAR", "XBE", "XCA"), 1):
        id = f"m{number}"
        mentions.append(label(f"mention__P{number}", id, number, number + 1))
        mentions.append(typed("party__country__other", code, region=id))
        mentions.append(choice("party__role", "state", region=id))
    return [*mentions, label("signal", "s1", 8, 13), *of_signal("s1", "P1", "P2")]


def pairs(*results: Result) -> list[tuple[object, object]]:
    dyads = read(FIRST, *of_states(), *results).document.dyads
    return [(dyad.attributes.get("sender"), dyad.attributes.get("receiver")) for dyad in dyads]


def test_a_dyad_without_sides_is_of_the_only_pair_that_is_left() -> None:
    posture = choice("dyad0__posture", "cool")
    assert pairs(posture) == [("XAR", "XBE")]
    second = [label("signal", "s2", 14, 18), *of_signal("s2", "P1", "P3")]
    assert pairs(posture, *second) == [(None, None)]
    other = [choice("dyad1__sender", "P1"), choice("dyad1__receiver", "P2")]
    assert pairs(posture, *second, *other) == [("XAR", "XCA"), ("XAR", "XBE")]
    assert pairs(posture, choice("dyad1__posture", "warm")) == [(None, None), (None, None)]
    assert pairs(posture, choice("dyad0__sender", "P2")) == [("XBE", None)]


def test_chosen_to_be_empty_is_not_the_same_as_not_chosen() -> None:
    chosen = read(FIRST, label("signal"), choice("signal__sources", "__empty__", region="x1"))
    assert chosen.document.spans[0].attributes["sources"] == ()
    assert "sources" not in chosen.document.spans[0].defaulted
    assert chosen.unmapped == ()


def test_what_is_asked_of_a_party_is_read_from_its_first_mention() -> None:
    converted = read(
        FIRST,
        label("mention__P2", "m2", 19, 26),
        choice("party__role", "leader", region="m2"),
        label("mention__P2", "m1", 0, 7),
        choice("party__role", "state", region="m1"),
        label("mention__P1", "m3", 8, 13),
        choice("party__role", "government", region="m3"),
    )
    roles = {party.id: party.attributes["role"] for party in converted.document.parties}
    assert roles == {"P1": "government", "P2": "state"}
    [left] = converted.unmapped
    assert left == (
        "party P2: the role of its first mention is kept, not that of another: \N{LEFT DOUBLE QUOTATION MARK}leader\N{RIGHT DOUBLE QUOTATION MARK}"
    )


def test_what_is_asked_of_a_party_is_none_of_another_span() -> None:
    converted = read(FIRST, label("signal"), choice("party__role", "state", region="x1"))
    assert converted.document.parties == ()
    assert [left.split(":")[0] for left in converted.unmapped] == [
        "party of a region that is a signal"
    ]


def test_a_party_that_no_words_name_is_read_from_its_row() -> None:
    converted = read(
        FIRST,
        choice("unmentioned0__id", "P4"),
        choice("unmentioned0__role", "state"),
        typed("unmentioned0__country__other", "XBE"),
        choice("unmentioned1__role", "state"),
    )
    [party] = converted.document.parties
    assert (party.id, party.attributes["country"]) == ("P4", "XBE")
    assert [left.split(":")[0] for left in converted.unmapped] == [
        "what is said of a party that no words name, without saying which it is"
    ]


def test_a_document_with_more_rows_than_the_page_of_its_task_is_refused() -> None:
    document = example(FIRST)
    dyads = document.dyads * 3
    data = to_task(document.article, FIRST, [document])["data"]
    with pytest.raises(ConversionError, match="dyads, but the page of this task has"):
        to_label_studio(document.model_copy(update={"dyads": dyads}), FIRST, data)
    assert to_label_studio(document, FIRST, data)


def test_a_party_exists_once_anything_names_it() -> None:
    converted = read(
        FIRST,
        label("signal"),
        choice("signal__receivers", "P7", "P3", region="x1"),
        choice("P11__role", "state"),
        choice("dyad2__sender", "P4"),
    ).document
    assert [party.id for party in converted.parties] == ["P3", "P4", "P7", "P11"]


@pytest.mark.parametrize(
    ("more", "kept"),
    [
        ([], False),
        ([label("signal", "s1", 19, 26), choice("signal__sender", "P4", region="s1")], True),
        ([label("mention__P4", "m2", 19, 26, origin="manual")], True),
        ([choice("party__country", "XBE", region="m1", origin="prediction")], True),
    ],
    ids=["unused", "a sender", "marked again", "whole"],
)
def test_a_party_that_was_proposed_with_too_little_is_there_if_somebody_uses_it(
    more: list[Result], kept: bool
) -> None:
    proposed = [
        label("mention__P4", "m1", origin="prediction"),
        choice("party__role", "government", region="m1", origin="prediction"),
    ]
    document = read(FIRST, *proposed, *more).document
    assert ("P4" in {party.id for party in document.parties}) == kept
    assert ((0, 7) in {(span.start, span.end) for span in document.spans}) == kept


def test_a_country_stands_for_the_party_on_a_side_and_a_group_does_not() -> None:
    converted = read(
        FIRST,
        choice("P1__country", "Arvenia"),
        typed("P2__country__other", "XNS"),
        choice("dyad1__sender", "P1"),
        choice("dyad1__receiver", "P2"),
        typed("dyad2__sender__other", "XBE"),
        codes_country=[{"value": "Arvenia", "alias": "XAR"}],
    ).document
    assert [party.attributes["country"] for party in converted.parties] == ["XAR", "XNS"]
    assert [dyad.attributes for dyad in converted.dyads] == [
        {"sender": "XAR", "receiver": "P2"},
        {"sender": "XBE"},
    ]


@pytest.mark.parametrize(
    ("code", "stored"),
    [
        ("NOR", ("party__country__listed", {"taxonomy": [["NOR"]]})),
        ("XUN", ("party__country", {"choices": ["XUN"]})),
        ("XQQ", ("party__country__other", {"text": ["XQQ"]})),
    ],
)
def test_a_code_stands_on_its_chip_or_in_the_list_or_as_it_was_typed(
    code: str, stored: tuple[str, dict[str, Json]]
) -> None:
    document = example(FIRST)
    first, *others = document.parties
    told = first.model_copy(update={"country": code})
    document = document.model_copy(update={"parties": (told, *others)})
    name, value = stored
    held = [
        {key: words for key, words in result["value"].items() if key in value}
        for result in json.loads(json.dumps(to_label_studio(document, FIRST)))
        if result.get("from_name") == name
    ]
    assert value in held
    party = there_and_back(document, FIRST).parties[0]
    assert (party.id, party.attributes["country"]) == (first.id, code)


def test_of_a_chip_and_another_code_of_the_list_one_counts_and_the_other_is_named() -> None:
    converted = read(
        FIRST,
        label("mention__P1"),
        choice("party__country", "XUN", region="x1"),
        in_list("party__country__listed", "NOR", region="x1"),
    )
    [party] = converted.document.parties
    assert party.attributes["country"] == "XUN"
    [left] = converted.unmapped
    assert left.startswith("P1: country has more than one value; the first is kept")


def test_a_code_that_is_written_like_a_party_stands_for_no_party() -> None:
    converted = read(
        FIRST, typed("P17__country__other", "P3"), choice("dyad1__sender", "P17")
    ).document
    assert [party.id for party in converted.parties] == ["P17"]
    assert [dyad.attributes for dyad in converted.dyads] == [{"sender": "P17"}]
    assert canonical(converted, FIRST).to_json() == converted.to_json()


def test_a_region_id_that_the_scheme_does_not_allow_is_fitted_and_stays_unique() -> None:
    converted = read(
        SECOND,
        label("drug", "9_a"),
        label("drug", "s_9_a", 8, 13),
        label("reaction", "Z" * 40, 14, 16),
        arrow("9_a", "Z" * 40, "causes"),
    ).document
    ids = [span.id for span in converted.spans]
    assert len(set(ids)) == 3
    assert ids[1] == "s_9_a"
    [relation] = converted.relations
    assert (relation.id, relation.from_, relation.to) == ("r1", ids[0], ids[2])


def test_two_labels_on_one_arrow_are_two_relations() -> None:
    converted = read(
        SECOND,
        label("drug", "d1"),
        label("reaction", "e1", 8, 13),
        arrow("d1", "e1", "treats", "causes"),
        arrow("e1", "d1", "causes", direction="left"),
    )
    assert [(r.id, r.type, r.from_, r.to) for r in converted.document.relations] == [
        ("r1", "causes", "d1", "e1"),
        ("r2", "treats", "d1", "e1"),
    ]
    assert converted.unmapped == ()


def test_nothing_that_fits_nowhere_is_dropped_in_silence() -> None:
    converted = read(
        SECOND,
        label("drug", "d1"),
        label("wonder", "d2"),
        choice("reaction__severity", "mild", region="d1"),
        choice("reaction__severity", "mild", region="gone"),
        choice("drug__colour", "red", region="d1"),
        choice("nonsense", "red"),
        typed("reaction__onset_days", "three", region="d1"),
        arrow("d1", "gone", "causes"),
        arrow("d1", "d1"),
        arrow("d1", "d1", "likes"),
        choice("article__serious", "perhaps"),
        {"id": "x"},
    )
    assert list(converted.unmapped) == [
        "the scheme has no control nonsense: “red”",
        'a result without a value: {"id": "x"}',
        "the scheme has no field colour on d1: “red”",
        "reaction of a region that is a drug: “Arvenia”",
        "no span of the scheme: wonder “Arvenia”",
        "reaction of a region without a label: “Arvenia”",
        "a relation to nothing: from drug “Arvenia” to nothing",
        "an arrow for which no relation is chosen: from drug “Arvenia” to drug “Arvenia”",
        "the scheme has no relation likes: from drug “Arvenia” to drug “Arvenia”",
        "article: serious cannot be: “perhaps”",
    ]


def test_an_arrow_without_a_relation_has_the_one_chosen_where_it_begins() -> None:
    ends = label("drug", "d1"), label("reaction", "e1", 8, 13), label("drug", "d2", 14, 16)
    converted = read(
        SECOND,
        *ends,
        choice("arrow", "causes", region="d1"),
        choice("arrow", "treats", region="d2"),
        arrow("d1", "e1"),
        arrow("d1", "d2", "treats"),
    )
    kinds = [(r.from_, r.to, r.type) for r in converted.document.relations]
    assert kinds == [("d1", "e1", "causes"), ("d1", "d2", "treats")]
    assert converted.unmapped == (
        "treats is chosen for an arrow, but none without a relation begins here: “Arvenia”",
    )
    backwards = {**arrow("e1", "d1"), "direction": "left"}
    read_back = read(SECOND, *ends, choice("arrow", "causes", region="d1"), backwards)
    assert [(r.from_, r.to, r.type) for r in read_back.document.relations] == [
        ("d1", "e1", "causes")
    ]


def test_an_arrow_in_both_directions_on_a_one_way_relation_is_unmapped() -> None:
    ends = label("drug", "d1"), label("reaction", "e1", 8, 13)
    converted = read(SECOND, *ends, arrow("d1", "e1", "causes", direction="bi"))
    assert [(r.from_, r.to) for r in converted.document.relations] == [("d1", "e1")]
    assert converted.unmapped == (
        "causes in both directions; one is kept: from drug “Arvenia” to reaction “cured”",
    )


def test_a_note_that_was_typed_on_a_region_is_unmapped_once() -> None:
    note: dict[str, Any] = {"meta": {"text": ["ask", "Ben"]}}
    converted = read(
        SECOND, label("drug", **note), choice("drug__route", "skin", region="x1", **note)
    )
    assert converted.unmapped == ("a note on drug “Arvenia”: “ask”, “Ben”",)


def test_the_star_of_a_ground_truth_is_unmapped() -> None:
    article: Json = {"id": "a", "text_sha256": "0", "text_length": len(TEXT)}
    starred: dict[str, Json] = {"result": [], "ground_truth": True}
    converted = from_label_studio(starred, {"text": TEXT, "article": article}, SECOND, SOMEBODY)
    assert converted.unmapped == ("the star of a ground truth",)


@pytest.mark.parametrize(
    ("of_label", "of_choice", "merged"),
    [
        ("manual", "manual", "manual"),
        ("prediction", "prediction", "prediction"),
        ("prediction", "manual", "prediction-changed"),
        ("prediction-changed", "prediction", "prediction-changed"),
    ],
)
def test_a_prediction_that_was_touched_is_a_changed_one(
    of_label: str, of_choice: str, merged: str
) -> None:
    converted = read(
        SECOND,
        label("drug", origin=of_label),
        choice("drug__route", "skin", region="x1", origin=of_choice),
    )
    assert converted.document.spans[0].origin == merged


def test_more_than_the_page_offers_is_refused() -> None:
    document = example(FIRST)
    party = {"id": "P25", "country": "FRA", "role": "state", "entity": "France"}
    full = {**document.to_dict(), "parties": [*document.to_dict()["parties"], party]}
    with pytest.raises(ConversionError, match="party P25: the page offers 24 parties, P1 to P24"):
        to_label_studio(AnnotationDocument.model_validate(full), FIRST)
    dyads = [document.to_dict()["dyads"][0]] * 17
    many = AnnotationDocument.model_validate({**document.to_dict(), "dyads": dyads})
    with pytest.raises(ConversionError, match="17 dyads, but the page offers 16"):
        to_label_studio(many, FIRST)


def test_a_document_without_its_text_is_refused() -> None:
    document = example(SECOND).to_dict()
    del document["article"]["text"]
    with pytest.raises(ConversionError, match="has no text; put it"):
        canonical(AnnotationDocument.model_validate(document), SECOND)


def test_a_task_that_push_did_not_make_is_reported() -> None:
    for data in ({}, {"text": "x"}, {"text": "x", "article": {"id": 1}}):
        with pytest.raises(ConversionError, match="a task"):
            from_label_studio({"result": []}, cast("dict[str, Json]", data), SECOND, SOMEBODY)


@pytest.mark.parametrize(
    ("word", "number"), [("0.5", 0.5), ("1e-400", None), ("1e999", None), ("half", None)]
)
def test_a_number_that_is_typed_is_kept_as_it_is_or_not_at_all(
    word: str, number: float | None, second_scheme: Scheme
) -> None:
    _, field = next(second_scheme.fields())
    assert read_scalar(replace(field, type="number"), word) == number
