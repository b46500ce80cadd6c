"""A log that is only added to: a folder of numbered JSON Lines files, none of them ever rewritten."""

from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import TypeAdapter, ValidationError

from signalbook.schema.errors import DocumentError
from signalbook.schema.filesystem import write_next

from .records import Record

_Line = TypeVar("_Line", bound=Record)


class AppendOnlyLog(Generic[_Line]):
    """The log in a folder: read when it is first needed, and only once."""

    def __init__(self, folder: Path, line: TypeAdapter[_Line], *, damaged: str) -> None:
        """Take the log of a folder.

        Args:
            folder: Folder of its files; it need not be there.
            line: Reads a line.
            damaged: What is wrong with a line that cannot be read, in words.
        """
        self._folder, self._line, self._damaged = folder, line, damaged

    @cached_property
    def lines(self) -> list[_Line]:
        """Every line, oldest first.

        Raises:
            DocumentError: A line is not one of this log; the message names its file and number.
        """
        return [*self._read()]

    def append(self, lines: Iterable[_Line]) -> None:
        """Add lines, in one new file."""
        before, new = self.lines, [*lines]
        if new:
            write_next(self._folder, "".join(f"{line.to_json()}\n" for line in new))
            before.extend(new)

    def _read(self) -> Iterator[_Line]:
        for path in sorted(self._folder.glob("*.jsonl")):
            for number, line in enumerate(path.read_bytes().splitlines(), 1):
                try:
                    yield self._line.validate_json(line)
                except ValidationError as error:
                    raise DocumentError(
                        f"{path}:{number}: {self._damaged}; restore the file from a backup"
                    ) from error
