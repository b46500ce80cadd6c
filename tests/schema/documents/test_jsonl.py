"""Documents are read whole, or refused with file and line."""

import errno
import json
from collections.abc import Iterator
from pathlib import Path

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
    assert [document.annotator.id for document in read_as_written([path])] == [*written]


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
