"""Records that every pull writes anew, one a line: what a pull finds besides documents."""

from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from signalbook.schema.errors import DocumentError
from signalbook.schema.filesystem import write_text

from .records import Record

_Kind = TypeVar("_Kind", bound=Record)


def read_pulled(path: Path, kind: type[_Kind]) -> list[_Kind]:
    """The records of the last pull; none before there was one.

    Raises:
        DocumentError: The file is damaged.
    """
    try:
        lines = path.read_bytes().split(b"\n")  # JSON Lines break nowhere else, as at U+2028
        return [kind.model_validate_json(line) for line in lines if line]
    except FileNotFoundError:
        return []
    except ValidationError as error:
        raise DocumentError(f"{path}: is damaged; make it anew with: signalbook pull") from error


def write_pulled(path: Path, records: Iterable[Record]) -> None:
    """Write one record a line, whole or not at all."""
    write_text(path, "".join(f"{record.to_json()}\n" for record in records))
