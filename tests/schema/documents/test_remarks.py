"""What a pull found out is read back as it was written, whatever stands in it."""

import re
from pathlib import Path

import pytest

from signalbook.schema.documents.remarks import (
    KINDS,
    Remark,
    read_remarks,
    remark_lines,
    write_remarks,
)
from signalbook.schema.errors import DocumentError


def remark(kind: str) -> Remark:
    return Remark(id=kind, article_id="a", annotator_id="x", annotation="1", fact="f", task="t")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("count", [1, 3])
def test_a_remark_is_told_in_the_singular_and_the_plural(kind: str, count: int) -> None:
    first, *shown = remark_lines([remark(kind)] * count, "pull")
    what, way_out = first.split("; ", maxsplit=1)
    assert what == f"{count} {KINDS[kind][count > 1]}"
    assert shown == ["  a, x: f  t"] * count
    assert not re.search(r"\b(it|its|they|them|their|theirs|each)\b", way_out)  # of how many?


def test_a_line_separator_in_a_remark_breaks_no_line(tmp_path: Path) -> None:
    path = tmp_path / "remarks.jsonl"
    remark = Remark(
        id="no-place",
        article_id="a",
        annotator_id="x",
        annotation="1",
        fact="one\u2028two\u0085three\nfour",
        task="",
    )
    write_remarks(path, [remark, remark])
    assert read_remarks(path) == [remark, remark]


def test_remarks_that_are_not_utf8_are_damaged(tmp_path: Path) -> None:
    path = tmp_path / "remarks.jsonl"
    path.write_bytes(b'{"id": "\xff"}\n')
    with pytest.raises(DocumentError, match="is damaged; make it anew with: signalbook pull"):
        read_remarks(path)
