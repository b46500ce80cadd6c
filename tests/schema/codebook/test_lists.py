"""The lists that rules go by are printed where the rules stand: the very lists that are checked."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from places import CASES

from signalbook.export.validation.checker import Checker
from signalbook.schema.codebook import codebook_markdown
from signalbook.schema.documents.jsonl import read_documents
from signalbook.schema.errors import SchemeError
from signalbook.schema.rules import ValueList, ValueTable
from signalbook.schema.scheme.constraints_file import import_constraints, rule_lists
from signalbook.schema.scheme.loader import load_scheme
from signalbook.schema.scheme.model import Scheme


def section(scheme: Scheme, name: str) -> str:
    """What the codebook prints of a list."""
    text = codebook_markdown(scheme).partition(f'### <a id="list.{name}"></a>')[2]
    assert text
    return text.partition("\n#")[0]


def widened(scheme: Scheme, tmp_path: Path) -> Scheme:
    """The scheme, but that its types of signals may have any lean."""
    folder = tmp_path / "widened"
    shutil.copytree(scheme.folder, folder)
    path = folder / scheme.path.name
    json_schema: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    for value in json_schema["$defs"]["signal_type"]["oneOf"]:
        value["x-data"]["valence_range"] = [-2, 2]
    path.write_text(json.dumps(json_schema), encoding="utf-8")
    return load_scheme(path)


def test_what_a_rule_checks_is_what_the_codebook_prints(diplomatic: Scheme, tmp_path: Path) -> None:
    documents = list(read_documents([CASES / "invalid" / "diplomatic_signal" / "C18.jsonl"]))
    row = "| [`{}`](#signal.signal_type.{}) | [`strongly_negative`](#signal.valence."
    for scheme, is_refused in ((diplomatic, True), (widened(diplomatic, tmp_path), False)):
        found = {issue.id for document in documents for issue in Checker(scheme).check(document)}
        assert ("C18" in found) is is_refused
        printed = row.format("support", "support") in section(scheme, "possible_leans")
        assert printed is not is_refused


def test_the_rule_and_the_codebook_have_one_list(diplomatic: Scheme) -> None:
    module = import_constraints(diplomatic.folder / "constraints.py")
    for name, given in rule_lists(diplomatic).items():
        assert given is getattr(module, name)
        assert isinstance(given, ValueList | ValueTable)
    assert module.possible_leans(diplomatic) is module.possible_leans(diplomatic)


def test_a_list_is_linked_from_its_rules_and_from_the_field_of_its_values(
    diplomatic: Scheme,
) -> None:
    text = codebook_markdown(diplomatic)
    link = "[Roles that are official, so that a signal counts for a dyad](#list.official_roles)"
    lines = [line for line in text.splitlines() if link in line]
    assert any('<a id="check.C20"></a>C20' in line for line in lines)
    assert any(line.startswith("- **Lists:** ") for line in lines)
    assert "Used by [C11](#check.C11), " in section(diplomatic, "official_roles")
    assert "[`foreign_ministry`](#party.role.foreign_ministry)" in section(
        diplomatic, "official_roles"
    )


LIST = """from signalbook.schema.rules import ValueList

SEVERE = ValueList("Severe", {of!r}, ({value!r},), rules=({rule!r},))


def a05(annotation):
    yield from ()
"""


@pytest.mark.parametrize(
    ("of", "value", "rule", "fact"),
    [
        ("reaction.severity", "severe", "A05", None),
        ("reaction.severity", "deadly", "A05", "deadly is no value of reaction.severity"),
        ("reaction.sevrity", "severe", "A05", "reaction.sevrity is no field of the scheme"),
        ("reaction.severity", "severe", "A55", "A55 is no constraint of the scheme"),
    ],
)
def test_a_list_that_names_what_is_not_there_is_refused_by_its_name(
    of: str, value: str, rule: str, fact: str | None, second_scheme: Scheme, tmp_path: Path
) -> None:
    folder = tmp_path / "mine"
    shutil.copytree(second_scheme.folder, folder)
    path = folder / "constraints.py"
    path.write_text(LIST.format(of=of, value=value, rule=rule), encoding="utf-8")
    scheme = load_scheme(folder)
    if fact is None:
        printed = "[`severity`](#reaction.severity): [`severe`](#reaction.severity.severe)."
        assert printed in section(scheme, "severe")
        return
    with pytest.raises(SchemeError) as refusal:
        codebook_markdown(scheme)
    assert str(refusal.value) == f"{path}: the list SEVERE: {fact}; correct the list"
