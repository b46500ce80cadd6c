"""Read and write files of annotation documents, JSON Lines."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import cast

from pydantic import ValidationError

from signalbook.schema.errors import DocumentError
from signalbook.schema.filesystem import (
    PULLED_DOCUMENTS,
    STATE_FOLDER,
    atomic_write,
    limited_lines,
)
from signalbook.schema.json_text import JsonError, decode_json, json_line
from signalbook.schema.scheme.model import Json
from signalbook.schema.text import first_of

from .annotators import spellings, with_one_spelling
from .limits import RAISE_LIMIT, chars_limit, is_plain, max_line, unfit_document, unfit_ids
from .records import AnnotationDocument

_SHOWN = 20


def read_documents(paths: Iterable[Path]) -> list[AnnotationDocument]:
    """Read every document of these files; a folder stands for its *.jsonl files.

    However an annotator's id is spelled, it is one person.

    Raises:
        DocumentError: naming file and line of everything that is not a document.
    """
    _, documents = read_as_written(paths)
    return with_one_spelling(documents, spellings(documents))


def read_as_written(paths: Iterable[Path]) -> tuple[list[str], list[AnnotationDocument]]:
    """Read every document of these files as it stands there; returns their places beside them.

    Raises:
        DocumentError: naming file and line of everything that is not a document.
    """
    placed: list[tuple[str, AnnotationDocument]] = []
    problems: list[str] = []
    ways_out: list[str] = []
    max_chars = chars_limit()
    for path in document_files(paths):
        before = len(problems)
        placed += _read_file(path, max_chars, problems)
        if len(problems) > before and _is_pulled(path):
            ways_out.append(f"{path}: is damaged; make it anew with: signalbook pull")
    if problems:
        raise DocumentError(*first_of(problems, _SHOWN), *ways_out)
    return [place for place, _ in placed], [document for _, document in placed]


def first_document(paths: Iterable[Path]) -> AnnotationDocument | None:
    """The first document of these files and folders; None where their first line is none."""
    max_chars = chars_limit()
    try:
        for path in document_files(paths):
            for _, line in _lines(path, max_line(max_chars)):
                return _document(line, max_chars)
    except (DocumentError, _NoDocument):
        return None
    return None


def write_documents(path: Path, documents: Iterable[AnnotationDocument]) -> int:
    """Write one document a line, whole or not at all; returns their number."""
    count = 0
    with atomic_write(path) as file:
        for document in documents:
            file.write(document.to_json().encode("utf-8") + b"\n")
            count += 1
    return count


def document_files(paths: Iterable[Path]) -> Iterator[Path]:
    """The files that are read where these files and folders are named.

    Raises:
        DocumentError: There is no such path, or a folder holds no such file.
    """
    for path in paths:
        if path.is_dir() and _is_pulled(path):
            raise DocumentError(f"{path}: is a folder; move it away, then run: signalbook pull")
        if path.is_dir():
            files = sorted(path.rglob("*.jsonl"))
            if not files:
                raise DocumentError(f"{path}: holds no .jsonl file; name files of documents")
            yield from files
        elif path.is_file():
            yield path
        else:
            raise DocumentError(f"{path}: no such file or folder; check the path")


def _is_pulled(path: Path) -> bool:
    """Whether this is where a pull leaves its documents: these nobody corrects by hand."""
    return path.name == PULLED_DOCUMENTS and STATE_FOLDER in path.absolute().parts


def _read_file(
    path: Path, max_chars: int, problems: list[str]
) -> Iterator[tuple[str, AnnotationDocument]]:
    """Place and document of each line that is one; what is wrong is added to the problems."""
    try:
        for place, line in _lines(path, max_line(max_chars)):
            try:
                document = _document(line, max_chars)
            except _NoDocument as error:
                problems.append(f"{place}: {error}")
            else:
                yield place, document
    except DocumentError as error:
        problems.append(str(error))


def _lines(path: Path, max_bytes: int) -> Iterator[tuple[str, str]]:
    try:
        if path.suffix == ".json":
            if path.stat().st_size > max_bytes:
                raise _too_long(str(path), max_bytes)
            yield str(path), _decoded(path, path.read_bytes(), 0)
            return
        for number, offset, raw in limited_lines(path, max_bytes):
            if raw is None:
                raise _too_long(f"{path}:{number}", max_bytes)
            if raw.strip():
                yield f"{path}:{number}", _decoded(path, raw, offset)
    except OSError as error:
        raise DocumentError(f"{path}: cannot be read: {error.strerror}") from error


def _too_long(place: str, max_bytes: int) -> DocumentError:
    return DocumentError(f"{place}: is longer than {max_bytes:,} bytes; {RAISE_LIMIT}")


def _decoded(path: Path, raw: bytes, offset: int) -> str:
    try:
        return raw.decode("utf-8" if offset else "utf-8-sig")
    except UnicodeDecodeError as error:
        fact = f"not UTF-8 at byte {offset + error.start}"
        raise DocumentError(f"{path}: {fact}; save the file as UTF-8") from error


class _NoDocument(Exception):
    """A line is no annotation document that can be kept."""


def _document(line: str, max_chars: int) -> AnnotationDocument:
    """The document that a line says; nothing in it is taken for another type than it has."""
    try:
        data = cast("Json", decode_json(line, way_out="correct it, or leave it out"))
    except JsonError as error:
        raise _NoDocument(error) from error
    try:
        # Beside its metadata, a plain line has nothing but what the fields of the records take.
        if isinstance(data, dict):
            _refuse_unfit({"article": data.get("article")} if is_plain(line) else data, max_chars)
        document = AnnotationDocument.model_validate_json(line, strict=True)
    except ValidationError as error:
        if isinstance(data, dict):
            _refuse_unfit(data, max_chars)
        first = error.errors(include_url=False, include_input=False)[0]
        place = "/".join(map(str, first["loc"]))
        message = str(first["msg"]).removeprefix("Value error, ")
        raise _NoDocument(f"not an annotation document: /{place}: {message}") from error
    if facts := [*unfit_ids(document)]:
        raise _NoDocument(f"{facts[0]}; write an id that people can read")
    return document


def _refuse_unfit(data: Mapping[str, Json], max_chars: int) -> None:
    for fact in unfit_document(data, max_chars):
        raise _NoDocument(f"{fact}; correct it, or leave it out")


def documents_hash(documents: Iterable[AnnotationDocument]) -> str:
    """Sha256 of what documents say, whatever their order."""
    lines = (canonical_json(document.to_dict()) for document in documents)
    digests = sorted(hashlib.sha256(line.encode()).hexdigest() for line in lines)
    return hashlib.sha256("\n".join(digests).encode()).hexdigest()


def canonical_json(value: object) -> str:
    """The one spelling of a JSON value that hashes are taken of."""
    return json_line(value, sort_keys=True)
