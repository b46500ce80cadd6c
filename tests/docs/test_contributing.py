"""What contributors are told is so: paths and commands are there, and the hook is `make lint`."""

import re

import pytest
import yaml
from places import ROOT

GUIDES = ("CONTRIBUTING.md", "RELEASING.md", "README.md")
TARGETS = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


def quoted(guide: str) -> list[str]:
    """What stands between single back-quotes."""
    text = (ROOT / guide).read_text(encoding="utf-8")
    without_blocks = re.sub(r"^ *```.*?^ *```", "", text, flags=re.DOTALL | re.MULTILINE)
    return re.findall(r"`([^`]+)`", without_blocks)


@pytest.mark.parametrize("guide", GUIDES[:2])
def test_every_path_that_a_guide_names_is_there(guide: str) -> None:
    top = "(schema|annotate|export|tests|docs|benchmarks|datasets)/"
    paths = [words for words in quoted(guide) if re.match(top, words)]
    assert paths
    assert [path for path in paths if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("guide", GUIDES)
def test_every_make_command_that_a_guide_names_is_there(guide: str) -> None:
    named = [words.removeprefix("make ") for words in quoted(guide) if words.startswith("make ")]
    assert [name for name in named if name not in TARGETS] == []


def test_what_runs_before_a_commit_is_make_lint() -> None:
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    hooks = [hook for repo in config["repos"] for hook in repo["hooks"]]
    assert [repo["repo"] for repo in config["repos"]] == ["local"]
    assert [(hook["entry"], hook["language"]) for hook in hooks] == [("make lint", "system")]
    assert all(hook["always_run"] and not hook["pass_filenames"] for hook in hooks)
