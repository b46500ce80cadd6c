"""What the README says works: its five ways to load the sample release are run as they stand."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from places import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
LOADING = re.findall(r"```python\n# (.+?)\n(.*?)```", README, re.DOTALL)


def test_the_readme_loads_a_release_in_five_tools() -> None:
    assert [tool for tool, _ in LOADING] == [
        "pandas",
        "Polars",
        "DuckDB",
        "Hugging Face datasets",
        "Croissant",
    ]


@pytest.mark.parametrize(("tool", "code"), LOADING, ids=[tool for tool, _ in LOADING])
def test_what_the_readme_says_of_loading_runs(tool: str, code: str, tmp_path: Path) -> None:
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path)}
    code = code.replace('"datasets/', f'"{ROOT}/datasets/').replace(
        "'datasets/", f"'{ROOT}/datasets/"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{tool}: {done.stderr}"


def test_every_picture_and_path_of_the_readme_is_there() -> None:
    for path in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / path).exists(), path
