"""What was assigned is kept, by e-mail address, in files that are never rewritten."""

from pathlib import Path

import pytest

from signalbook.annotate.assignment import Assignment, AssignmentRecord
from signalbook.schema.errors import DocumentError

NAMES = {"ada@example.org": "ada", "ben@example.org": "ben"}
ADDRESSES = {name: address for address, name in NAMES.items()}
FIRST = [Assignment("ada", "a1", calibration=True), Assignment("ben", "a1", calibration=True)]
SECOND = [Assignment("ada", "a2"), Assignment("ada", "a1", repeat=1)]


def record(folder: Path, names: dict[str, str] = NAMES) -> AssignmentRecord:
    return AssignmentRecord(folder / "assigned", names.__getitem__)


def test_what_was_assigned_is_read_back_in_order(tmp_path: Path) -> None:
    kept = record(tmp_path)
    kept.assign(FIRST, ADDRESSES)
    kept.assign([], ADDRESSES)
    kept.assign(SECOND, ADDRESSES)
    assert kept.assignments == record(tmp_path).assignments == [*FIRST, *SECOND]
    assert [path.name for path in sorted(kept.folder.iterdir())] == ["000001.jsonl", "000002.jsonl"]


def test_nothing_that_stands_there_is_ever_rewritten(tmp_path: Path) -> None:
    kept = record(tmp_path)
    kept.assign(FIRST, ADDRESSES)
    before = (kept.folder / "000001.jsonl").read_bytes()
    record(tmp_path).assign(SECOND, ADDRESSES)
    assert (kept.folder / "000001.jsonl").read_bytes() == before


def test_a_new_name_in_the_data_is_the_same_annotator(tmp_path: Path) -> None:
    record(tmp_path).assign(FIRST, ADDRESSES)
    renamed = record(tmp_path, {**NAMES, "ada@example.org": "countess"})
    assert [a.annotator for a in renamed.assignments] == ["countess", "ben"]
    assert renamed.addresses == {"countess": "ada@example.org", "ben": "ben@example.org"}


def test_whose_a_project_is_is_noted_once(tmp_path: Path) -> None:
    kept = record(tmp_path)
    projects = (("a", 3, "ada"), ("a", 4, "ben"), ("b", 3, "ada"))
    for server, project, name in projects:
        url = f"https://{server}.example.org"
        kept.note_project(url, project, f"T · {name}", ADDRESSES[name])
        record(tmp_path).note_project(url, project, f"T · {name}", ADDRESSES[name])
    again = record(tmp_path)
    assert len([*kept.folder.iterdir()]) == 3
    assert again.owners() == {
        ("https://a.example.org", 3): "ada",
        ("https://a.example.org", 4): "ben",
        ("https://b.example.org", 3): "ada",
    }
    assert again.projects_of("https://a.example.org", "ada") == {3: "T · ada"}
    assert again.assignments == []


@pytest.mark.parametrize("line", [b"{", b"[]", b'{"kind": "other"}', b"\xff", b""])
def test_a_damaged_record_is_named_with_its_line(tmp_path: Path, line: bytes) -> None:
    kept = record(tmp_path)
    kept.assign(FIRST, ADDRESSES)
    (kept.folder / "000002.jsonl").write_bytes(line + b"\n")
    with pytest.raises(DocumentError, match=r"000002.jsonl:1: is no line of the record of what"):
        record(tmp_path).assignments  # noqa: B018
