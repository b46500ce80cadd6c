"""Documents are read whole, or refused with file and line."""

import errno
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from signalbook.schema.documents.jsonl import read_as_written, read_documents, write_documents
from signalbook.schema.documents.records import AnnotationDocument, Annotator
from signalbook.schema.errors import DocumentError
from signalbook.schema.scheme.model import Scheme


@pytest.fixture
def example(scheme: Scheme) -> AnnotationDocument:
    (document,) = read_documents([scheme.folder / "example.annotation.json"])
    return document


def test_documents_survive_a_file(example: AnnotationDocument, tmp_path: Path) -> None:
    path = tmp_path / "documents.jsonl"
    assert write_documents(path, [example, example]) == 2
    assert read_documents([path]) == [example, example] == read_documents([tmp_path])


def test_line_separators_in_a_text_do_not_end_a_line(
    example: AnnotationDocument, tmp_path: Path
) -> None:
    article = example.article.model_copy(update={"text": "one\u2028two\u2029three\x85four"})
    odd = example.model_copy(update={"article": article})
    path = tmp_path / "documents.jsonl"
    write_documents(path, [odd])
    assert read_documents([path]) == [odd]


def test_every_broken_line_is_named(example: AnnotationDocument, tmp_path: Path) -> None:
    path = tmp_path / "documents.jsonl"
    path.write_text(f'{example.to_json()}\n{{"spans"\n{{"spans": 1}}\n', encoding="utf-8")
    with pytest.raises(DocumentError) as refusal:
        read_documents([path])
    first, second = str(refusal.value).splitlines()
    assert first.startswith(f"{path}:2: not JSON")
    assert second.startswith(f"{path}:3: not an annotation document: /")


def test_bytes_that_are_not_utf8_are_named(tmp_path: Path) -> None:
    path = tmp_path / "documents.jsonl"
    path.write_bytes(b'{"a": "\xff"}\n')
    with pytest.raises(DocumentError, match=r"documents\.jsonl: not UTF-8 at byte 7"):
        read_documents([path])


@pytest.mark.parametrize("content", [b'{"spans"\n', b"\xff\n"], ids=["no JSON", "no UTF-8"])
def test_damaged_documents_of_a_pull_are_pulled_anew(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / ".signalbook" / "documents.jsonl"
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(DocumentError) as refusal:
        read_documents([path])
    way_out = f"{path}: is damaged; make it anew with: signalbook pull"
    assert str(refusal.value).splitlines()[1:] == [way_out]


def test_a_folder_in_the_place_of_a_pull_is_no_folder_of_documents(tmp_path: Path) -> None:
    path = tmp_path / ".signalbook" / "documents.jsonl"
    path.mkdir(parents=True)
    with pytest.raises(DocumentError, match="is a folder; move it away, then run: signalbook pull"):
        read_documents([path])


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"none\.jsonl: no such file or folder"):
        read_documents([tmp_path / "none.jsonl"])


def test_a_byte_order_mark_is_no_part_of_a_document(
    example: AnnotationDocument, tmp_path: Path
) -> None:
    path = tmp_path / "documents.jsonl"
    path.write_text(f"\ufeff{example.to_json()}\n", encoding="utf-8")
    assert read_documents([path]) == [example]


def test_a_folder_without_documents_is_named(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"holds no \.jsonl file; name files of documents"):
        read_documents([tmp_path])


def test_documents_that_cannot_all_be_written_leave_the_old_file_alone(
    example: AnnotationDocument, tmp_path: Path
) -> None:
    def failing() -> Iterator[AnnotationDocument]:
        yield example
        raise OSError(errno.ENOSPC, "No space left on device")

    path = tmp_path / "documents.jsonl"
    write_documents(path, [example])
    with pytest.raises(OSError, match="No space") as full:
        write_documents(path, failing())
    assert full.value.filename == str(path)
    assert [file.name for file in tmp_path.iterdir()] == ["documents.jsonl"]
    assert read_documents([path]) == [example]


def test_an_annotator_is_one_person_however_the_id_is_spelled(
    example: AnnotationDocument, tmp_path: Path
) -> None:
    written = ("Zo\u00eb", "Zo\u00eb", "Zoe\u0308", "zo\u00eb", "Zo\u00eb ", "zoe")
    path = tmp_path / "documents.jsonl"
    write_documents(path, [example.with_annotator(Annotator(id=id)) for id in written])
    ids = [document.annotator.id for document in read_documents([path])]
    assert ids == [*["Zo\u00eb"] * 5, "zoe"]
    assert [document.annotator.id for document in read_as_written([path])[1]] == [*written]


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
@pytest.mark.parametrize("place", ["lead_time_s", "extra", "metadata", "attribute", "label"])
def test_what_is_no_finite_number_is_refused_wherever_it_stands(
    number: str, place: str, example: AnnotationDocument, tmp_path: Path
) -> None:
    data = example.to_dict()
    holder = {
        "lead_time_s": data["annotator"],
        "extra": data["article"].setdefault("extra", {}),
        "metadata": data["article"],
        "attribute": data["spans"][0]["attributes"],
        "label": data["article_labels"],
    }[place]
    holder["lead_time_s" if place == "lead_time_s" else "odd"] = -12345.5
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps(data).replace("-12345.5", number) + "\n", encoding="utf-8")
    with pytest.raises(DocumentError, match=r"a\.jsonl:1: .*finite number"):
        read_documents([path])


@pytest.mark.parametrize(
    ("written", "kept"),
    [("1.0", "1"), ("-0.0", "0"), ("1e3", "1000"), ("0.5", "0.5"), ("1e300", "1e+300")],
)
def test_a_number_has_one_form_however_it_is_written(
    written: str, kept: str, example: AnnotationDocument, tmp_path: Path
) -> None:
    data = {**example.to_dict(), "article_labels": {"odd": -12345.5}}
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps(data).replace("-12345.5", written) + "\n", encoding="utf-8")
    [document] = read_documents([path])
    assert json.dumps(document.article_labels) == f'{{"odd": {kept}}}'
    assert document.to_json().endswith(f'"article_labels":{{"odd":{kept}}}}}')


def changed(example: AnnotationDocument, place: str, value: str, folder: Path) -> Path:
    """A file of the document in which this JSON stands at a place such as `spans/0/start`."""
    data = example.to_dict()
    holder: Any = data
    *above, last = [int(part) if part.isdigit() else part for part in place.split("/")]
    for part in above:
        holder = holder[part]
    holder[last] = "<here>"
    path = folder / "a.jsonl"
    path.write_text(json.dumps(data).replace('"<here>"', value) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("place", "value", "fact"),
    [
        ("article/id", r'"a\u001bb"', "/article/id holds unprintable"),
        ("article/id", r'"a\u202eb"', "/article/id holds unprintable"),
        ("article/id", r'"a\nb"', "/article/id holds unprintable"),
        ("article/id", '" a"', "/article/id holds unprintable"),
        ("article/id", f'"{"a" * 100_000}"', "/article/id has 100,000 characters"),
        ("annotator/id", r'"a\u001bb"', "/annotator/id holds unprintable"),
        ("spans/0/id", r'"a\u001bb"', "/spans/0/id holds unprintable"),
        ("article/title", r'"a\u0000b"', "/article/title holds NUL or lone surrogates"),
        ("article/title", r'"a\ud83db"', "/article/title holds NUL or lone surrogates"),
        ("article/extra", r'{"k\u0000": 1}', r"/article/k\x00 holds NUL or lone surrogates"),
        ("article/extra", '{"k": 1, "k": 2}', 'the key "k" occurs twice; leave one out'),
        ("article/extra", f'{{"k": {"[" * 33 + "]" * 33}}}', "/article/k is nested deeper than 32"),
        ("article/extra", '{"k": 9223372036854775808}', "/article/k is a larger number"),
        ("spans/0/text", r'"a\u0000b"', "/spans/0 holds NUL or lone surrogates"),
        ("spans/0/text", r'"a\uDC00b"', "/spans/0 holds NUL or lone surrogates"),
        ("spans/0/start", "9223372036854775808", "/spans/0 is a larger number"),
        ("spans/0/attributes", f'{{"k": {"[" * 33 + "]" * 33}}}', "/spans/0 is nested deeper than"),
        ("spans/0/start", "true", ": /spans/0/start: Input should be a valid integer"),
        ("spans/0/start", "1.0", ": /spans/0/start: Input should be a valid integer"),
        ("spans/0/start", '"1"', ": /spans/0/start: Input should be a valid integer"),
        ("article/redistributable", "1", ": /article/redistributable: Input should be a valid"),
    ],
)
def test_what_an_article_may_not_hold_is_refused_in_a_document_too(
    place: str, value: str, fact: str, example: AnnotationDocument, tmp_path: Path
) -> None:
    with pytest.raises(DocumentError) as refusal:
        read_documents([changed(example, place, value, tmp_path)])
    assert re.match(
        rf".*a\.jsonl:1: (not an annotation document)?{re.escape(fact)}", str(refusal.value)
    )


def test_lists_and_lines_of_documents_have_a_limit_that_can_be_raised(
    example: AnnotationDocument, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = changed(example, "article/extra", f'{{"k": [{"0," * 70_000}0]}}', tmp_path)
    monkeypatch.setenv("SIGNALBOOK_MAX_CHARS", "70000")
    with pytest.raises(DocumentError, match=r"/article/k has 70,001 characters, more than 70,000"):
        read_documents([path])
    monkeypatch.setenv("SIGNALBOOK_MAX_CHARS", "1")
    with pytest.raises(DocumentError, match=r"a\.jsonl:1: is longer than 65,552 bytes; raise the"):
        read_documents([path])
    monkeypatch.setenv("SIGNALBOOK_MAX_CHARS", "70001")
    assert len(read_documents([path])) == 1


def test_metadata_as_deep_as_push_takes_them_are_read(
    example: AnnotationDocument, tmp_path: Path
) -> None:
    path = changed(example, "article/extra", f'{{"k": {"[" * 32 + "]" * 32}}}', tmp_path)
    assert len(read_documents([path])) == 1


@pytest.mark.parametrize("number", [2**31, 2**53, -(2**31) - 1])
def test_an_offset_that_no_table_holds_is_refused(
    number: int, example: AnnotationDocument, tmp_path: Path
) -> None:
    data = example.to_dict()
    data["spans"][0]["end"] = number
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps(data) + "\n", encoding="utf-8")
    with pytest.raises(DocumentError, match=r"a\.jsonl:1: .*/spans/0/end: Input should be"):
        read_documents([path])
