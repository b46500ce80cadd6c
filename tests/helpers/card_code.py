"""The code that the card of a release shows, run as it stands."""

import re
from contextlib import chdir
from pathlib import Path
from typing import Any


def run_card(release: Path) -> dict[str, dict[str, Any]]:
    """Library -> what its code in the card defines."""
    text = (release / "README.md").read_text(encoding="utf-8")
    defined: dict[str, dict[str, Any]] = {}
    with chdir(release.parent.parent):
        for block in re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL):
            names: dict[str, Any] = {}
            exec(compile(block, "README.md", "exec"), names)  # noqa: S102
            defined[re.split(r"[ .\n]", block)[1]] = names
    return defined
