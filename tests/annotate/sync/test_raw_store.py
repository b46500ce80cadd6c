import json
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from signalbook.annotate.articles.reader import text_hash
from signalbook.annotate.sync.pulled_documents import PulledDocuments, convert_annotations
from signalbook.annotate.sync.raw_store import (
    METADATA_KEYS,
    METADATA_SHA256,
    RawLine,
    RawStore,
    content_hash,
)
from signalbook.annotate.sync.status import annotator_progress
from signalbook.annotate.sync.tasks import METADATA_AT, metadata, to_task
from signalbook.schema.documents.records import Article
from signalbook.schema.errors import DocumentError
from signalbook.schema.scheme.model import Json, Scheme

TEXT = "Zelonin cured it."
NAMES = {"ada@example.org": "ada", "ben@example.org": "ben"}


def task(scheme: Scheme, text: str = TEXT, id: str = "a1") -> RawLine:
    values = {"id": id, "text": text, "text_sha256": text_hash(text), "text_length": len(text)}
    created = to_task(Article.model_validate(values), scheme)
    content: dict[str, Json] = {"data": created["data"], "meta": created.get("meta")}
    return line("task", f"task {id} {text}", "", content, task=f"task {id} {text}")


def line(
    kind: str, identity: str, updated_at: str, content: dict[str, Json], *, task: str
) -> RawLine:
    return RawLine(
        kind=kind,  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        identity=identity,
        updated_at=updated_at,
        content=content,
        task=task,
        server="http://labels.test",
        project=1,
        round="r1",
        tool="Label Studio 1.23.2",
        pulled_at="2031-01-01T00:00:00+00:00",
    )


def annotation(
    on: RawLine, identity: str, day: int, *, by: str = "ada@example.org", **more: Json
) -> RawLine:
    content: dict[str, Json] = {
        "completed_by": {"id": 1, "email": by},
        "created_at": f"2031-01-{day:02}T00:00:00Z",
        "lead_time": 12.5,
        "was_cancelled": False,
        "result": [],
        **more,
    }
    return line("annotation", identity, f"2031-01-{day:02}T00:00:00Z", content, task=on.task)


def append(folder: Path, lines: list[RawLine]) -> list[RawLine]:
    return RawStore(folder).append(lines)


def documents_in(folder: Path, scheme: Scheme) -> PulledDocuments:
    annotations = RawStore(folder).annotations()
    return convert_annotations(annotations, scheme, lambda email: NAMES.get(email, email))


def with_metadata(on: RawLine, name: str, *, is_sent: bool, **article: Json) -> RawLine:
    """The task with other metadata, as they were sent or as somebody changed them on the server."""
    data, meta = (cast("dict[str, Json]", on.content[key]) for key in ("data", "meta"))
    record: Json = {**cast("dict[str, Json]", data["article"]), **article}
    data = {**data, "article": record}
    if is_sent:
        values = {key: data[key] for key in METADATA_KEYS}
        meta = {**meta, METADATA_SHA256: content_hash(values), METADATA_AT: name}
    content: dict[str, Json] = {"data": data, "meta": meta}
    return line("task", name, "", content, task=name)


def test_documents_take_the_newest_metadata_of_the_same_text(
    tmp_path: Path, second_scheme: Scheme
) -> None:
    on, of_other_text = task(second_scheme), task(second_scheme, "Zelonin did not.", id="a2")
    again = with_metadata(on, "2031", is_sent=True, licence="CC-BY-4.0", redistributable=True)
    made = [annotation(on, "u1", 1), annotation(of_other_text, "u2", 1)]
    append(tmp_path, [on, of_other_text, *made])
    append(tmp_path, [again])
    documents = documents_in(tmp_path, second_scheme)
    first, second = (c.document.article for c in documents.converted)
    assert (first.licence, first.redistributable, first.text) == ("CC-BY-4.0", True, TEXT)
    assert second.licence == "LicenseRef-unknown"
    assert documents.remarks == ()


@pytest.mark.parametrize(
    ("before", "changed", "free"),
    [
        (True, True, True),
        (True, False, False),
        (False, True, False),
        (None, True, False),
    ],
)
def test_metadata_that_were_changed_on_the_server_are_told_and_free_no_text(
    before: bool | None, changed: bool, free: bool, tmp_path: Path, second_scheme: Scheme
) -> None:
    sent = with_metadata(task(second_scheme), "2031", is_sent=True, redistributable=before or False)
    other = with_metadata(sent, "by hand", is_sent=False, publisher="Else", redistributable=changed)
    seen = [other] if before is None else [sent, other]
    append(tmp_path, [*seen, annotation(seen[0], "u1", 1)])
    documents = documents_in(tmp_path, second_scheme)
    [article] = (converted.document.article for converted in documents.converted)
    assert (article.publisher, article.redistributable) == ("Else", free)
    assert [(r.id, r.is_open) for r in documents.remarks] == [("changed-metadata", True)]
    meta = cast("dict[str, Json]", sent.content["meta"])
    assert RawStore(tmp_path).changed_metadata(sent.server, 1) == {content_hash(meta)}
    assert RawStore(tmp_path).changed_metadata(sent.server, 2) == set()
    append(tmp_path, [with_metadata(sent, "2032", is_sent=True)])
    assert documents_in(tmp_path, second_scheme).remarks == ()


def test_what_a_task_of_an_earlier_version_was_sent_is_not_known(
    tmp_path: Path, second_scheme: Scheme
) -> None:
    on = task(second_scheme)
    early = replace(on, content={**on.content, "meta": {"article_id": "a1"}})
    append(tmp_path, [early, annotation(early, "u1", 1)])
    assert documents_in(tmp_path, second_scheme).remarks == ()


@pytest.mark.parametrize("content", [None, {}, {"data": None}])
def test_content_of_another_shape_is_damage(
    tmp_path: Path, second_scheme: Scheme, content: Any
) -> None:
    values = {**vars(task(second_scheme)), "content": content}
    (tmp_path / "000001.jsonl").write_text(json.dumps(values) + "\n", encoding="utf-8")
    with pytest.raises(DocumentError, match=r"000001\.jsonl:1: not a line of the raw store"):
        RawStore(tmp_path).annotations()


def test_an_annotation_without_its_task_is_named(tmp_path: Path, second_scheme: Scheme) -> None:
    append(tmp_path, [annotation(task(second_scheme), "u1", 1)])
    with pytest.raises(DocumentError, match=r"annotation u1; run: signalbook pull --full"):
        RawStore(tmp_path).annotations()


def test_the_keys_that_may_change_are_those_of_the_metadata(second_scheme: Scheme) -> None:
    values = {"id": "a1", "text": TEXT, "text_sha256": text_hash(TEXT), "text_length": len(TEXT)}
    assert (*metadata(Article.model_validate(values), second_scheme),) == METADATA_KEYS


def test_what_is_known_is_not_written_again_and_nothing_is_rewritten(
    tmp_path: Path, second_scheme: Scheme
) -> None:
    on = task(second_scheme)
    first = [on, annotation(on, "u1", 1)]
    assert append(tmp_path, first) == first
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert append(tmp_path, first) == []
    later = replace(first[1], pulled_at="2032-01-01T00:00:00+00:00")
    new = annotation(on, "u1", 2)
    assert append(tmp_path, [later, new, new]) == [new]
    after = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert sorted(after) == ["000001.jsonl", "000002.jsonl"]
    assert before.items() <= after.items()
    moments = [line.updated_at[:10] for line in RawStore(tmp_path).lines]
    assert moments == ["", "2031-01-01", "2031-01-02"]


def test_the_newest_version_counts_whatever_order_it_came_in(
    tmp_path: Path, second_scheme: Scheme
) -> None:
    on = task(second_scheme)
    append(tmp_path, [on, annotation(on, "u1", 2, lead_time=2.0)])
    append(tmp_path, [annotation(on, "u1", 1, lead_time=1.0), annotation(on, "u2", 1)])
    lead_times = {
        stored.line.identity: stored.line.content["lead_time"]
        for stored in RawStore(tmp_path).annotations()
    }
    assert lead_times == {"u1": 2.0, "u2": 12.5}


def test_documents_are_one_for_every_article_and_annotator(
    tmp_path: Path, second_scheme: Scheme
) -> None:
    first, second = task(second_scheme), task(second_scheme, id="a2")
    append(
        tmp_path,
        [
            first,
            second,
            annotation(first, "u1", 1),
            annotation(first, "u2", 3, lead_time=3.0),
            annotation(second, "u3", 1, by="ben@example.org"),
            annotation(second, "u4", 1, was_cancelled=True),
        ],
    )
    pulled = documents_in(tmp_path, second_scheme)
    assert (pulled.skipped, pulled.superseded, pulled.problems) == (1, 1, ())
    assert [(c.document.article.id, c.document.annotator.to_dict()) for c in pulled.converted] == [
        (
            article,
            {
                "id": name,
                "round": "r1",
                "created_at": f"2031-01-0{day}T00:00:00Z",
                "lead_time_s": seconds,
                "tool": "Label Studio 1.23.2",
            },
        )
        for article, name, day, seconds in (("a1", "ada", 3, 3.0), ("a2", "ben", 1, 12.5))
    ]


def test_who_made_an_annotation_is_what_its_first_version_says(
    tmp_path: Path, second_scheme: Scheme
) -> None:
    """A deleted account takes its name out of the same version, and of those that others make."""
    on = task(second_scheme)
    append(tmp_path, [on, annotation(on, "u1", 1), annotation(on, "u2", 1, by="ben@example.org")])
    gone: Any = {"completed_by": None, "updated_by": None}
    append(tmp_path, [annotation(on, "u1", 1, **gone), annotation(on, "u2", 2, **gone)])
    pulled = documents_in(tmp_path, second_scheme)
    assert [c.document.annotator.id for c in pulled.converted] == ["ada", "ben"]
    assert pulled.superseded == 0
    assert [remark.id for remark in pulled.remarks] == ["deleted-account", "deleted-account"]


def test_annotations_of_unknown_authors_are_never_taken_for_those_of_one(
    tmp_path: Path, second_scheme: Scheme
) -> None:
    on = task(second_scheme)
    unknown = [annotation(on, name, 1, completed_by=None) for name in ("u1", "u2")]
    removed: dict[str, Json] = {"email": "Deleted"}  # what the server calls all who were removed
    append(
        tmp_path,
        [
            on,
            *unknown,
            annotation(on, "u3", 1, completed_by={"id": 3, **removed}),
            annotation(on, "u4", 1, completed_by={"id": 4, **removed}),
        ],
    )
    pulled = documents_in(tmp_path, second_scheme)
    names = [c.document.annotator.id for c in pulled.converted]
    assert names == ["nobody u1", "nobody u2", "user 3", "user 4"]
    assert [(r.id, r.annotation) for r in pulled.remarks] == [
        ("unknown-author", "u1"),
        ("unknown-author", "u2"),
        ("unknown-author", "u3"),
        ("unknown-author", "u4"),
    ]


def test_a_number_without_an_address_is_whoever_was_called_so_before(
    tmp_path: Path, second_scheme: Scheme
) -> None:
    first, second = task(second_scheme), task(second_scheme, id="a2")
    append(tmp_path, [first, annotation(first, "u1", 1)])
    append(tmp_path, [second, annotation(second, "u2", 2, completed_by=1, updated_by=1)])
    pulled = documents_in(tmp_path, second_scheme)
    assert [c.document.annotator.id for c in pulled.converted] == ["ada", "ada"]
    assert pulled.remarks == ()


def test_an_annotator_with_two_addresses_has_one_document_and_is_nobody_else(
    tmp_path: Path, second_scheme: Scheme
) -> None:
    first, second = task(second_scheme), task(second_scheme, id="a2")
    other: Json = {"id": 4, "email": "ada@elsewhere.example"}
    append(tmp_path, [first, annotation(first, "u1", 1)])
    append(tmp_path, [first, annotation(first, "u2", 2, completed_by=other, updated_by=4)])
    append(tmp_path, [second, annotation(second, "u3", 3, updated_by=4)])
    annotations = RawStore(tmp_path).annotations()
    pulled = convert_annotations(annotations, second_scheme, lambda email: email.split("@")[0])
    made = [(c.document.article.id, c.document.annotator.id) for c in pulled.converted]
    assert made == [("a1", "ada"), ("a2", "ada")]
    assert pulled.superseded == 1
    [remark] = pulled.remarks  # the maintainer may have given one name to two people
    assert (remark.id, remark.annotation) == ("superseded", "u1")
    assert remark.sentence == "a1, ada: set aside for a newer one (ID u1)"
    left_out = convert_annotations(
        annotations, second_scheme, lambda email: email.split("@")[0], decisions={"u1": "leave out"}
    )
    assert (left_out.superseded, left_out.remarks) == (0, ())
    [progress] = annotator_progress(annotations, lambda email: email.split("@")[0], None)
    assert (progress.annotator, progress.submitted) == ("ada", 2)


def test_a_number_that_the_server_gave_to_somebody_else_later_changes_no_annotation(
    tmp_path: Path, second_scheme: Scheme
) -> None:
    """A new server at the address of an old one counts its users from 1 again."""
    first, second = task(second_scheme), task(second_scheme, id="a2")
    append(tmp_path, [first, annotation(first, "u1", 1, updated_by=1)])
    append(tmp_path, [second, annotation(second, "u2", 2, by="ben@example.org", updated_by=1)])
    pulled = documents_in(tmp_path, second_scheme)
    assert [c.document.annotator.id for c in pulled.converted] == ["ada", "ben"]
    assert pulled.remarks == ()


@pytest.mark.parametrize(
    ("decision", "names"),
    [("take", ["ada"]), ("leave out", []), ("ben@example.org", ["ben"])],
)
def test_work_in_the_annotation_of_another_is_told_until_it_is_decided(
    tmp_path: Path, second_scheme: Scheme, decision: str, names: list[str]
) -> None:
    on = task(second_scheme)
    append(tmp_path, [on, annotation(on, "u2", 2, updated_by=7)])
    append(tmp_path, [annotation(on, "u2", 2, updated_by=None)])  # the account of the other is gone
    pulled = documents_in(tmp_path, second_scheme)
    [remark] = pulled.remarks
    assert (remark.id, remark.annotation) == ("changed-by-another", "u2")
    assert remark.sentence == "a1, ada: changed by user 7 (ID u2)"
    annotations = RawStore(tmp_path).annotations()
    decided = convert_annotations(
        annotations, second_scheme, NAMES.__getitem__, decisions={"u2": decision}
    )
    assert [c.document.annotator.id for c in decided.converted] == names
    assert (decided.remarks, decided.problems) == ((), ())


def test_an_annotation_that_is_credited_to_somebody_who_has_a_newer_one_is_told(
    tmp_path: Path, second_scheme: Scheme
) -> None:
    on = task(second_scheme)
    append(tmp_path, [on, annotation(on, "u1", 1, by="ben@example.org"), annotation(on, "u2", 2)])
    decided = convert_annotations(
        RawStore(tmp_path).annotations(),
        second_scheme,
        NAMES.__getitem__,
        decisions={"u1": "ada@example.org"},
    )
    assert [c.document.annotator.id for c in decided.converted] == ["ada"]
    assert [(r.id, r.annotator_id, r.annotation) for r in decided.remarks] == [
        ("superseded", "ada", "u1")
    ]


def test_whoever_a_pull_ever_named_is_nobody_new(tmp_path: Path, second_scheme: Scheme) -> None:
    on = task(second_scheme)
    append(tmp_path, [on, annotation(on, "u1", 1)])
    append(tmp_path, [annotation(on, "u1", 1, by="Deleted"), annotation(on, "u2", 2, by="Deleted")])
    draft = line("draft", "d", "", {"user": "ben@example.org"}, task=on.identity)
    append(tmp_path, [draft, replace(draft, identity="e", content={"user": 7})])
    assert RawStore(tmp_path).addresses() == {"ada@example.org", "ben@example.org"}


def test_a_decision_about_no_annotation_is_reported(tmp_path: Path, second_scheme: Scheme) -> None:
    decided = convert_annotations([], second_scheme, str, decisions={"u9": "take"})
    [problem] = decided.problems
    assert problem.startswith("signalbook.toml: [annotations] u9: no annotation")


def test_annotations_of_a_changed_text_are_reported_and_left_out(
    tmp_path: Path, second_scheme: Scheme
) -> None:
    on = task(second_scheme)
    data = on.content["data"]
    assert isinstance(data, dict)
    changed = replace(on, content={**on.content, "data": {**data, "text": "Zelonin, cured it."}})
    append(tmp_path, [changed, annotation(on, "u1", 1)])
    pulled = documents_in(tmp_path, second_scheme)
    assert pulled.converted == ()
    place = "http://labels.test: project 1, annotation u1"
    assert pulled.problems == (f"{place}: the text of a1 is not the one that was pushed",)


@pytest.mark.parametrize("damage", [b'{"kind": "tas', b'{"kind": "\xff"}'], ids=["cut", "no UTF-8"])
def test_a_damaged_line_is_named(damage: bytes, tmp_path: Path, second_scheme: Scheme) -> None:
    append(tmp_path, [task(second_scheme)])
    path = tmp_path / "000001.jsonl"
    path.write_bytes(path.read_bytes() + damage)
    with pytest.raises(DocumentError, match=r"000001\.jsonl:2: not a line of the raw store"):
        RawStore(tmp_path).annotations()


def test_what_was_appended_is_known_without_another_look_at_the_files(
    tmp_path: Path, second_scheme: Scheme, monkeypatch: pytest.MonkeyPatch
) -> None:
    on = task(second_scheme)
    store = RawStore(tmp_path)
    store.append([on, annotation(on, "u1", 1)])
    monkeypatch.setattr(Path, "open", None)
    assert [stored.line.identity for stored in store.annotations()] == ["u1"]
    assert store.append([annotation(on, "u1", 1)]) == []
