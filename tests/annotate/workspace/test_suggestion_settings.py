"""What signalbook.toml says of articles that come without suggestions."""

from pathlib import Path

import pytest

from signalbook.annotate.workspace.new_workspace import init_workspace
from signalbook.annotate.workspace.suggestion_settings import SuggestionSettings
from signalbook.annotate.workspace.workspace import read_workspace
from signalbook.schema.errors import UsageError


def settings(folder: Path, text: str) -> SuggestionSettings:
    (folder / "signalbook.toml").write_text(f"[suggestions]\n{text}", encoding="utf-8")
    return read_workspace(folder).suggestions


def test_a_new_workspace_keeps_nothing_back(tmp_path: Path) -> None:
    assert init_workspace(tmp_path).suggestions == SuggestionSettings(without=0.0, seed=1)


@pytest.mark.parametrize(("written", "share"), [("0.2", 0.2), ("0", 0.0), ("1", 1.0)])
def test_a_share_and_a_seed_are_read(written: str, share: float, tmp_path: Path) -> None:
    assert settings(tmp_path, f"without = {written}\nseed = 7\n") == SuggestionSettings(share, 7)


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("without = 20\n", "without is 20; write a share from 0 to 1, such as 0.2"),
        ("without = nan\n", "without is nan; write a share from 0 to 1"),
        ('without = "0.2"\n', "without is not a whole number or a number with a decimal point"),
        ("seed = -1\n", "seed is -1; write a number from 0 to 2,147,483,647"),
        ("witout = 0.2\n", "witout is unknown; did you mean without?"),
    ],
)
def test_an_impossible_setting_is_refused(text: str, fact: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as raised:
        settings(tmp_path, text)
    assert str(raised.value).startswith(f"{tmp_path}/signalbook.toml: [suggestions] {fact}")
