"""What a scheme's constraints.py may import, now and in every release that was ever published."""

import ast
import json
from pathlib import Path

import pytest
from places import CASES, ROOT

from signalbook.export.validation.checker import Checker
from signalbook.schema import rules
from signalbook.schema.documents.jsonl import read_documents
from signalbook.schema.documents.records import AnnotationDocument, Value
from signalbook.schema.errors import SchemeError
from signalbook.schema.scheme.loader import load_scheme
from signalbook.schema.scheme.model import Scheme

#: Published before there was signalbook.schema.rules; it imports what were internal modules then.
FIRST_RELEASE = ROOT / "datasets" / "diplomatic_signal_demo" / "1.0.0" / "schema"
LATER_RELEASES = sorted({*FIRST_RELEASE.parents[1].glob("*/schema")} - {FIRST_RELEASE})


def imports_of_signalbook(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    modules = {n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    modules |= {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    return {module for module in modules if module.split(".")[0] == "signalbook"}


def test_a_scheme_imports_the_public_interface_and_nothing_else(scheme: Scheme) -> None:
    assert imports_of_signalbook(scheme.folder / "constraints.py") == {"signalbook.schema.rules"}


@pytest.mark.parametrize("folder", LATER_RELEASES, ids=[p.parent.name for p in LATER_RELEASES])
def test_a_release_since_the_public_interface_imports_nothing_else(folder: Path) -> None:
    assert imports_of_signalbook(folder / "constraints.py") == {"signalbook.schema.rules"}


def test_the_public_interface_has_what_it_names() -> None:
    assert all(getattr(rules, name).__doc__ or name in ("Json", "Value") for name in rules.__all__)


def as_of_the_first_release(document: AnnotationDocument, **labels: Value) -> AnnotationDocument:
    """The document as scheme 1.0 had it: with a confidence everywhere."""
    data = document.to_dict()
    data["schema_version"] = "1.0.0"
    for span in data["spans"]:
        if span["type"] != "mention":
            span["attributes"]["confidence"] = "high"
    data["article_labels"] = {**data["article_labels"], "confidence": "high", **labels}
    return AnnotationDocument.model_validate(data)


def test_a_release_from_before_the_public_interface_still_checks_the_same() -> None:
    assert imports_of_signalbook(FIRST_RELEASE / "constraints.py") == {
        f"signalbook.schema.{name}" for name in ("annotation", "codelists", "records", "scheme")
    }
    then, now = Checker(load_scheme(FIRST_RELEASE)), Checker(load_scheme("diplomatic_signal/1.0"))
    rules_then = {constraint.id for constraint in then.scheme.constraints}
    folders = [CASES / kind / "diplomatic_signal" for kind in ("valid", "invalid")]
    paths = [path for folder in folders for path in folder.iterdir() if path.stem in rules_then]
    documents = [as_of_the_first_release(document) for document in read_documents(sorted(paths))]
    documents.append(as_of_the_first_release(documents[0], mixed_signals=True))
    documents.append(as_of_the_first_release(documents[0], dominant_issue="sanctions"))
    found = [issue.to_dict() for document in documents for issue in then.check(document)]
    assert found == [issue.to_dict() for document in documents for issue in now.check(document)]
    named_functions = {c.id for c in then.scheme.constraints if c.function is not None}
    assert {issue["id"] for issue in found} >= named_functions


@pytest.mark.parametrize(
    ("line", "module"),
    [
        (
            "from signalbook.export.validation.checker import Checker",
            "signalbook.export.validation.checker",
        ),
        ("import signalbook.schema.filesystem", "signalbook.schema.filesystem"),
        ("from signalbook.schema import filesystem", "signalbook.schema.filesystem"),
        ("def f():\n    from signalbook import export", "signalbook.export"),
    ],
)
def test_a_scheme_that_imports_internals_is_refused(
    second_scheme: Scheme, tmp_path: Path, line: str, module: str
) -> None:
    path = tmp_path / second_scheme.path.name
    path.write_text(json.dumps(second_scheme.json_schema), encoding="utf-8")
    (tmp_path / "constraints.py").write_text(f"{line}\n", encoding="utf-8")
    with pytest.raises(SchemeError, match=rf"constraints\.py:[12] imports {module};"):
        load_scheme(path)


def test_rules_that_are_not_python_are_refused_with_their_line(
    second_scheme: Scheme, tmp_path: Path
) -> None:
    path = tmp_path / second_scheme.path.name
    path.write_text(json.dumps(second_scheme.json_schema), encoding="utf-8")
    (tmp_path / "constraints.py").write_text("import re\ndef (:\n", encoding="utf-8")
    with pytest.raises(SchemeError, match=r"constraints\.py:2 is not Python"):
        load_scheme(path)
