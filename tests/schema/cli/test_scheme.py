"""The commands of `scheme` take the scheme alike, and say what they count in full phrases."""

import json
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from places import EXAMPLES

from signalbook.schema.cli.scheme import scheme as command
from signalbook.schema.errors import SchemeError, UsageError
from signalbook.schema.scheme.model import Scheme
from signalbook.schema.settings import Settings

COMMANDS = ("check", "codebook", "labeling-config", "show")


def run(*arguments: str, settings: Settings | None = None) -> Result:
    return CliRunner().invoke(command, arguments, obj=settings or Settings())


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_takes_file_and_folder_and_the_scheme_of_the_workspace(
    name: str, second_scheme: Scheme, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(second_scheme.folder)
    outputs = [
        run(name, "."),
        run(name, second_scheme.path.name),
        run(name, settings=Settings(scheme=str(second_scheme.path))),
    ]
    assert [output.exit_code for output in outputs] == [0, 0, 0]
    assert len({output.stdout for output in outputs}) == 1
    assert outputs[0].stdout != run(name).stdout


def test_check_counts_one_as_one(second_scheme: Scheme, tmp_path: Path) -> None:
    json_schema = json.loads(second_scheme.path.read_text(encoding="utf-8"))
    del json_schema["x-constraints"][1:]
    del json_schema["$defs"]["relation"]["properties"]["type"]["oneOf"][1:]
    path = tmp_path / "mine.schema.json"
    path.write_text(json.dumps(json_schema), encoding="utf-8")
    fields = len(list(second_scheme.fields()))
    first, *_ = run("check", str(path)).stdout.splitlines()
    counts = f"2 span types, {fields} fields, 1 relation type, 1 constraint"
    assert first == f"adverse_events 1.0.0: fine ({counts})"


def test_check_lists_what_it_understood(second_scheme: Scheme) -> None:
    lines = run("check", str(second_scheme.path)).stdout.splitlines()
    judged = ["krippendorff_alpha_ordinal", "0.7"]
    rows = [line.split() for line in lines]
    assert ["reaction", "severity", "ordinal", "choices", "yes", "4", *judged] in rows
    assert ["interacts", "drug", "<->", "drug"] in rows


def test_check_names_the_columns_of_names_that_are_taken(tmp_path: Path) -> None:
    properties = {name: {"enum": ["yes", "no"]} for name in ("start", "start_value", "tone")}
    path = tmp_path / "mine.schema.json"
    claim = {"properties": {"type": {"const": "claim"}, "attributes": {"properties": properties}}}
    draft = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "x-scheme": {"name": "mine", "version": "1.0.0"},
        "properties": {"spans": {"items": claim}},
    }
    path.write_text(json.dumps(draft), encoding="utf-8")
    rows = [line.split() for line in run("check", str(path)).stdout.splitlines()]
    assert rows[rows.index(["unit", "field", "column"]) + 1 :] == [
        ["claim", "start", "start_value_value"]
    ]


def test_show_says_how_many_values_the_scheme_lists(second_scheme: Scheme) -> None:
    lines = run("show", str(second_scheme.path)).stdout.splitlines()
    fields = [re.split(" {2,}", line) for line in lines[2 : lines.index("", 2)]]
    rows = {tuple(cells[:2]): cells[5] for cells in fields}
    for unit, field in second_scheme.fields():
        listed = "2" if field.is_boolean else str(len(field.values) or "-")
        assert rows[unit, field.name] == listed


RULES = """from signalbook.schema.rules import Finding
{top}

def a05(annotation):
    {body}
"""
BROKEN_RULES = [
    (
        "import nosuch",
        "yield from ()",
        ":2: cannot be imported: ModuleNotFoundError: No module named 'nosuch'; install it, or",
    ),
    ("LEVELS = {}[0]", "yield from ()", ":2: cannot be imported: KeyError: 0; correct the file"),
    ("raise SystemExit", "yield from ()", ":2: cannot be imported: SystemExit: ; correct the file"),
    ("", "yield annotation.spanns", ":5: the rule a05 fails on article {id}: AttributeError"),
]


@pytest.mark.parametrize(("top", "body", "fact"), BROKEN_RULES)
@pytest.mark.parametrize("has_example", [True, False])
def test_check_runs_the_rules_beside_the_scheme(
    top: str, body: str, fact: str, has_example: bool, second_scheme: Scheme, tmp_path: Path
) -> None:
    json_schema = json.loads(second_scheme.path.read_text(encoding="utf-8"))
    if not has_example:
        del json_schema["properties"]["article_labels"]["required"]
    path = tmp_path / second_scheme.path.name
    path.write_text(json.dumps(json_schema), encoding="utf-8")
    if has_example:
        shutil.copy(second_scheme.example_file, tmp_path)
    rules = tmp_path / "constraints.py"
    rules.write_text(RULES.format(top=top, body=body), encoding="utf-8")
    refused = run("check", str(path))
    id = json.loads(second_scheme.example_file.read_text(encoding="utf-8"))["article"]["id"]
    assert isinstance(refused.exception, SchemeError)
    assert f"{rules}{fact.format(id=id if has_example else 'example')}" in str(refused.exception)


def test_check_names_an_example_that_does_not_fit(second_scheme: Scheme, tmp_path: Path) -> None:
    shutil.copytree(second_scheme.folder, tmp_path, dirs_exist_ok=True)
    example = tmp_path / second_scheme.example_file.name
    document = json.loads(example.read_text(encoding="utf-8"))
    document["spans"][0]["type"] = "symptom"
    example.write_text(json.dumps(document), encoding="utf-8")
    path = tmp_path / second_scheme.path.name
    refused = run("check", str(tmp_path))
    assert str(refused.exception) == (
        f"{example}: does not fit the scheme; see why: signalbook validate {example} --scheme {path}"
    )


@pytest.mark.parametrize("name", ["codebook", "labeling-config"])
def test_what_is_derived_is_not_written_over_the_scheme(name: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.schema.json"
    path.write_bytes((EXAMPLES / "questions" / "1.0" / "questions.schema.json").read_bytes())
    before = path.read_bytes()
    refused = run(name, str(path), "--output", str(path))
    assert isinstance(refused.exception, UsageError)
    assert path.read_bytes() == before


@pytest.mark.parametrize("form", ["md", "html"])
def test_the_codebook_is_not_written_over_its_prose_nor_made_from_itself(
    form: str, second_scheme: Scheme, tmp_path: Path
) -> None:
    folder = tmp_path / "mine"
    shutil.copytree(second_scheme.folder, folder)
    prose = folder / "codebook_prose.md"
    for text in (None, "# Mine\n"):
        if text is not None:
            prose.write_text(text, encoding="utf-8")
        refused = run("codebook", str(folder), "--format", form, "--output", str(prose))
        assert isinstance(refused.exception, UsageError)
        assert f"{prose}: " in str(refused.exception)
        assert str(refused.exception).endswith(f"name another file, such as codebook.{form}")
    assert prose.read_text(encoding="utf-8") == "# Mine\n"
    prose.unlink()
    for name in ("codebook.md", "codebook.html"):
        (folder / name).write_text("{{ what is this? }}", encoding="utf-8")
    output = str(folder / f"codebook.{form}")
    texts = []
    for _ in range(2):
        assert run("codebook", str(folder), "--format", form, "--output", output).exit_code == 0
        texts.append(Path(output).read_text(encoding="utf-8"))
    assert texts[0] == texts[1] == run("codebook", str(folder), "--format", form).stdout


def test_check_shows_what_agreement_is_judged_by_and_its_target(second_scheme: Scheme) -> None:
    lines = run("check", str(second_scheme.path)).stdout.splitlines()
    head = next(line for line in lines if line.startswith("agreement on"))
    units = [re.split(r" {2,}", line.strip()) for line in lines[lines.index(head) + 1 :]]
    agreement = {f"spans: {t.name}": t.agreement for t in second_scheme.span_types}
    agreement["relations"] = second_scheme.relation_types[0].agreement
    assert [unit for unit, *_ in units[: len(agreement)]] == [*agreement]
    for unit, coefficient, target, also in units[: len(agreement)]:
        wanted = agreement[unit]
        judge, goal, others = (
            (wanted.coefficient, wanted.target, wanted.also) if wanted else ("", None, ())
        )
        usual = "f1_iou_0.5" if unit.startswith("spans") else "f1_on_aligned_pairs"
        assert coefficient == (judge or usual)
        assert target == ("-" if goal is None else f"{goal:g}")
        assert also == (", ".join(others) or "-")
