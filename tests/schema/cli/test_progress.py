"""A bar is drawn on a terminal, and nothing is written anywhere else."""

import io

import pytest

from signalbook.schema.cli.progress import progress_bar


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def work() -> list[str]:
    with progress_bar("reading") as bar:
        bar.step("counting")
        return list(bar.over(["a", "b"]))


def test_a_terminal_shows_the_step_and_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr", terminal := Terminal())
    monkeypatch.setenv("TERM", "xterm")
    assert work() == ["a", "b"]
    assert "counting" in terminal.getvalue()
    assert "2 of 2" in terminal.getvalue()


def test_nothing_is_written_where_nobody_watches(capsys: pytest.CaptureFixture[str]) -> None:
    assert work() == ["a", "b"]
    assert capsys.readouterr() == ("", "")
