"""What is printed for people is one line, whatever stands in it."""

import io
import json

import pytest

from signalbook.schema.cli.output import print_outcome, print_text, say


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


@pytest.mark.parametrize(
    ("is_terminal", "printed"),
    [(True, "a\\x1b[2J\\u200f\nb\n"), (False, "a\x1b[2J\u200f\nb\n")],
    ids=["terminal", "pipe"],
)
def test_a_file_steers_no_terminal_and_goes_into_a_pipe_as_it_is(
    is_terminal: bool, printed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Output(io.StringIO):
        def isatty(self) -> bool:
            return is_terminal

    monkeypatch.setattr("sys.stdout", output := Output())
    print_text("a\x1b[2J\u200f\nb")
    assert output.getvalue() == printed
