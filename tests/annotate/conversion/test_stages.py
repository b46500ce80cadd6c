"""A document is the same, whether one page asked for all of it or several stages did."""

import json
from pathlib import Path

import pytest
from places import EXAMPLES
from whole_path import annotations, articles

from signalbook.annotate.conversion.beginning import Beginning, beginnings
from signalbook.annotate.conversion.convert import (
    Converted,
    article_of,
    canonical,
    from_label_studio,
)
from signalbook.annotate.conversion.pairs import merged, put_together
from signalbook.annotate.conversion.to_results import to_label_studio
from signalbook.annotate.sync.tasks import to_task
from signalbook.export.validation.checker import Checker, errors
from signalbook.schema.documents.records import AnnotationDocument, Annotator, Article
from signalbook.schema.documents.stages import earlier_part
from signalbook.schema.errors import ConversionError, UsageError
from signalbook.schema.page.config import labeling_config
from signalbook.schema.page.control_names import PARTY_NAMES
from signalbook.schema.scheme.loader import load_scheme
from signalbook.schema.scheme.model import Json, Scheme
from signalbook.schema.scheme.stages import at_stage, stage_before

WHOLE = load_scheme("diplomatic_signal")
STAGES = [stage.name for stage in WHOLE.stages]


def example() -> AnnotationDocument:
    text = WHOLE.example_file.read_text(encoding="utf-8")
    return canonical(AnnotationDocument.model_validate_json(text), WHOLE)


def until(document: AnnotationDocument, scheme: Scheme) -> AnnotationDocument:
    """What of a whole document is there once a stage is done."""
    later = {*STAGES[STAGES.index(scheme.stage) + 1 :]}
    if not later:
        return document
    return earlier_part(document, at_stage(WHOLE, STAGES[STAGES.index(scheme.stage) + 1]))


def labelled(document: AnnotationDocument, name: str) -> AnnotationDocument:
    """What a stage makes of the article where everybody decides as the document has it."""
    scheme = at_stage(WHOLE, name)
    whole = until(document, scheme)
    tasks: list[tuple[Article, Beginning | None]] = [(document.article, None)]
    if stage_before(scheme) is not None:
        before = earlier_part(whole, scheme)
        tasks = [*beginnings(document.article, before, scheme)]
    made: list[AnnotationDocument] = []
    for article, beginning in tasks:
        data = to_task(article, scheme, beginning=beginning)["data"]
        results = json.loads(json.dumps(to_label_studio(whole, scheme, data)))
        read = from_label_studio({"result": results}, data, scheme, document.annotator)
        assert read.unmapped == ()
        made.append(read.document)
    if not made:
        return whole
    forth, back = merged(made, scheme), merged(made[::-1], scheme)
    assert forth.to_dict() == back.to_dict()  # also what is computed of all pairs
    return forth


def comparable(document: AnnotationDocument) -> dict[str, object]:
    """What a document holds; its dyads have no order."""
    dyads = {str(dyad.to_dict()) for dyad in document.dyads}
    return {**document.to_dict(), "dyads": dyads}


@pytest.mark.parametrize("name", STAGES)
def test_the_stages_make_the_document_that_one_page_makes(name: str) -> None:
    document = example()
    made = labelled(document, name)
    scheme = at_stage(WHOLE, name)
    expected = until(document, scheme)
    labels = {field.name for field in scheme.article_labels}
    assert made.article_labels.keys() <= labels | {"defaulted"}
    unlabelled: dict[str, object] = {"article_labels": {}}
    if scheme.stage != STAGES[-1]:  # what is computed of later units is not there yet
        made, expected = (d.model_copy(update=unlabelled) for d in (made, expected))
    assert comparable(made) == comparable(expected)
    assert errors(Checker(scheme).check(labelled(document, name))) == []


def test_a_stage_asks_for_nothing_that_another_one_asks() -> None:
    pages = {name: labeling_config(at_stage(WHOLE, name)) for name in STAGES}
    assert all(name in pages["parties"] for name in ("party__role", "$mentions"))
    assert "signal__valence" not in pages["parties"] + pages["dyads"]
    assert "signal__valence" in pages["signals"]
    assert "party__role" not in pages["signals"]
    assert [name for name, page in pages.items() if "dyad0__posture" in page] == ["dyads"]
    sizes = {name: len(page) for name, page in pages.items()}
    assert max(sizes.values()) < len(labeling_config(WHOLE))


def test_the_parties_that_were_agreed_on_are_chips_with_their_names() -> None:
    scheme = at_stage(WHOLE, "signals")
    document = example()
    before = earlier_part(document, scheme)
    data = to_task(document.article, scheme, beginning=Beginning(before))["data"]
    names = data[PARTY_NAMES]
    assert isinstance(names, list)
    known = [party.id for party in document.parties]
    free = len(known) + 3
    assert not {*map(str, names[: len(known)])} & {*known, ""}
    assert names[len(known) : free] == [f"P{n}" for n in range(len(known) + 1, free + 1)]
    assert {*map(str, names[free:])} == {""}


def test_a_task_of_the_first_stage_is_no_task_of_the_second() -> None:
    document = example()
    data = to_task(document.article, at_stage(WHOLE, "parties"))["data"]
    with pytest.raises(ConversionError, match="without what the stage parties made of it"):
        from_label_studio({"result": []}, data, at_stage(WHOLE, "signals"), document.annotator)


def test_a_row_cannot_change_a_party_that_was_agreed_on() -> None:
    scheme = at_stage(WHOLE, "signals")
    document = example()
    data = to_task(document.article, scheme, beginning=Beginning(earlier_part(document, scheme)))
    value: Json = {"choices": ["P1"]}
    results: list[Json] = [
        {"id": "a", "from_name": "unmentioned0__id", "type": "choices", "value": value},
        {
            "id": "b",
            "from_name": "unmentioned0__entity",
            "type": "textarea",
            "value": {"text": ["Somebody else"]},
        },
    ]
    back = from_label_studio({"result": results}, data["data"], scheme, document.annotator)
    (fact,) = back.unmapped
    assert fact.startswith("party P1 is known from an earlier stage, and keeps its entity")
    assert back.document.parties == document.parties


def test_a_pair_of_the_task_is_named_and_its_spans_are_quoted() -> None:
    scheme = at_stage(WHOLE, "dyads")
    document = example()
    tasks = [*beginnings(document.article, earlier_part(document, scheme), scheme)]
    judged = {(d.attributes["sender"], d.attributes["receiver"]) for d in document.dyads}
    assert judged <= {beginning.pair for _, beginning in tasks}
    assert len({article.id for article, _ in tasks}) == len(tasks)
    article, beginning = tasks[0]
    data = to_task(article, scheme, beginning=beginning)["data"]
    assert " → " in str(data["pair_title"])
    quotes = str(data["pair_spans"]).splitlines()
    assert quotes
    assert all(line.startswith("- “") for line in quotes)
    assert article_of(data).id == document.article.id


def test_invented_documents_come_through_all_stages(tmp_path: Path) -> None:
    for document in annotations(articles(tmp_path, WHOLE), WHOLE):
        made = labelled(canonical(document, WHOLE), STAGES[-1])
        assert comparable(made) == comparable(canonical(document, WHOLE))


def test_an_article_is_a_document_once_all_its_pairs_are_judged() -> None:
    scheme, document = at_stage(WHOLE, "dyads"), example()
    tasks = [*beginnings(document.article, earlier_part(document, scheme), scheme)]

    def judged(beginning: Beginning, at: str) -> Converted:
        data = to_task(document.article, scheme, beginning=beginning)["data"]
        who = Annotator.model_validate({"id": "ada", "created_at": at})
        return from_label_studio({"result": []}, data, scheme, who)

    every = [judged(beginning, "2031-05-02T10:00:00Z") for _, beginning in tasks]
    assert put_together(every[:2], scheme) == (
        [],
        ["example-1: ada has judged 2 of 6 pairs; a document comes once all are judged"],
    )
    changed = document.model_copy(update={"spans": document.spans[:-1], "relations": ()})
    later = beginnings(document.article, earlier_part(changed, scheme), scheme)
    new = [judged(beginning, "2031-05-03T10:00:00Z") for _, beginning in later]
    (old,), unfinished = put_together([*every, *new[:1]], scheme)
    assert (len(old.document.spans), unfinished) == (len(document.spans), [])
    (newest,), _ = put_together([*every, *new], scheme)
    assert len(newest.document.spans) == len(document.spans) - 1


def test_a_scheme_without_stages_says_so() -> None:
    scheme = load_scheme(EXAMPLES / "adverse_events" / "1.0")
    with pytest.raises(UsageError, match="there is no stage 'parties'; it has none"):
        at_stage(scheme, "parties")


def test_a_proposed_party_that_nobody_completed_is_named_where_parties_are_the_work() -> None:
    document = example()
    scheme = at_stage(WHOLE, "parties")
    data = to_task(document.article, scheme, beginning=None)["data"]
    words = (document.article.text or "")[:7]
    value: dict[str, Json] = {"start": 0, "end": 7, "text": words}
    common: dict[str, Json] = {"id": "m1", "to_name": "text", "origin": "prediction"}
    results: list[Json] = [
        {**common, "from_name": control, "type": kind, "value": {**value, kind: [chosen]}}
        for control, kind, chosen in (
            ("label", "labels", "mention__P4"),
            ("party__role", "choices", "government"),
        )
    ]
    annotator = Annotator(id="a", tool="test")
    read = from_label_studio({"result": results}, data, scheme, annotator)
    assert read.document.parties == ()
    assert read.unmapped == (
        f"a proposed party that does not count without its Country: “{words}”",
    )
    on_one_page = from_label_studio({"result": results}, data, WHOLE, annotator)
    assert on_one_page.unmapped == ()
