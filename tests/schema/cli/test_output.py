"""What is printed for people is one line, whatever stands in it."""

import json

import pytest

from signalbook.schema.cli.output import print_outcome, say


def test_one_line_is_printed_as_one(capsys: pytest.CaptureFixture[str]) -> None:
    say("a\nerror: forged\u2028\x1b[2J")
    print_outcome("pull", as_json=False, lines=["b\nc"], remarks=["d\ne"])
    out, err = capsys.readouterr()
    assert out == "a\\nerror: forged\\u2028\\x1b[2J\nb\\nc\n"
    assert err == "d\\ne\n"


def test_a_file_name_of_other_bytes_can_be_printed(
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    say("a\udce9.jsonl")
    print_outcome("push", as_json=True, errors=["a\udce9.jsonl"])
    shown, outcome = capfdbinary.readouterr().out.splitlines()
    assert shown == rb"a\udce9.jsonl"
    assert json.loads(outcome)["errors"] == ["a\udce9.jsonl"]
