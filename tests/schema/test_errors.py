"""Refusals are lines of ours; what data say stays inside of them."""

from signalbook.schema.errors import DocumentError


def test_data_add_no_line_to_a_refusal_and_steer_no_terminal() -> None:
    error = DocumentError("a\nerror: b.jsonl: is fine", "second\x1b[2J line")
    assert str(error) == "a\\nerror: b.jsonl: is fine\nsecond\\x1b[2J line"


def test_a_refusal_that_quotes_another_stays_one_line() -> None:
    assert str(DocumentError(f"pull: {DocumentError('a', 'b')}")) == "pull: a\\nb"
