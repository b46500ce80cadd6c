"""The page on rules of one's own says everything as a file, too, before any site is built."""

import json
from typing import Any

from places import ROOT

from signalbook.schema import rules

PAGE = (ROOT / "docs" / "reference" / "scheme-rules.md").read_text(encoding="utf-8")
ROWS = [line for line in PAGE.splitlines() if line.startswith("| `")]
VOCABULARY = ROOT / "schema" / "scheme" / "vocabulary" / "scheme.meta.json"


def explained(name: str) -> bool:
    """Whether a row begins with this name, or the call of it, and says something of it."""
    rows = [row for row in ROWS if row.startswith((f"| `{name}`", f"| `{name}("))]
    return len(rows) == 1 and all(cell.strip() for cell in rows[0].split(" | "))


def test_every_name_that_rules_may_import_is_explained() -> None:
    assert [name for name in rules.__all__ if not explained(name)] == []


def test_every_check_that_a_constraint_may_name_is_explained() -> None:
    nodes: list[dict[str, Any]] = []
    json.loads(VOCABULARY.read_text(encoding="utf-8"), object_hook=nodes.append)
    checks = [node["enum"] for node in nodes if "offsets" in node.get("enum", ())]
    assert len(checks) == 1
    assert [name for name in checks[0] if not explained(name)] == []
