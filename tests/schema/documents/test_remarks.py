"""What a pull found out is read back as it was written, whatever stands in it."""

from pathlib import Path

import pytest

from signalbook.schema.documents.remarks import Remark, read_remarks, write_remarks
from signalbook.schema.errors import DocumentError


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
