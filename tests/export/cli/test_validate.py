"""signalbook validate says what to repair, to people and to programs."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from places import CASES, EXAMPLES

from signalbook.export.cli.validate import validate
from signalbook.schema.documents.jsonl import read_documents, write_documents
from signalbook.schema.documents.records import AnnotationDocument
from signalbook.schema.documents.remarks import KINDS, Remark, write_remarks
from signalbook.schema.errors import DocumentError, UsageError
from signalbook.schema.scheme.loader import built_in_schemes, load_scheme
from signalbook.schema.scheme.model import Scheme
from signalbook.schema.settings import Settings

SECOND = str(EXAMPLES / "adverse_events" / "1.0")
VALID = str(CASES / "valid" / "adverse_events" / "A04.jsonl")
INVALID = str(CASES / "invalid" / "adverse_events" / "A04.jsonl")
WARNED = str(CASES / "invalid" / "adverse_events" / "A05.jsonl")


def run(*arguments: str, settings: Settings | None = None) -> Result:
    return CliRunner().invoke(validate, [*arguments], obj=settings)


def test_documents_without_an_error_end_with_status_zero() -> None:
    result = run(VALID, "--scheme", SECOND)
    assert result.exit_code == 0
    assert result.stdout == "2 documents, 0 errors, 0 warnings; 2 without an error\n"


def test_errors_are_shown_by_annotator_and_article_and_end_with_status_three() -> None:
    result = run(INVALID, "--scheme", SECOND)
    assert result.exit_code == 3
    assert result.stdout == (
        "case\n"
        "  A04-invalid-1\n"
        "    error    A04  A fatal reaction has no recovery.\n"
        "                  Reaction “rash”: “Outcome” cannot be “Recovered”, "
        "because “Severity” is “Fatal”\n"
        "\n"
        "1 document, 1 error, 0 warnings; 0 without an error\n"
    )


def test_a_long_id_keeps_its_distance_from_the_message() -> None:
    withheld = str(CASES / "invalid" / "adverse_events" / "withheld.jsonl")
    result = run(withheld, INVALID, "--scheme", SECOND, "--release")
    assert (
        "    error    withheld  The metadata do not say that this text may be redistributed.\n"
        in result.stdout
    )
    assert "    error    A04       A fatal reaction has no recovery.\n" in result.stdout


def test_warnings_alone_end_with_status_zero() -> None:
    result = run(WARNED, "--scheme", SECOND)
    assert result.exit_code == 0
    assert "warning  A05  Which medicine is suspected?" in result.stdout


def test_a_program_gets_one_object() -> None:
    result = run(INVALID, WARNED, "--scheme", SECOND, "--json")
    assert result.exit_code == 3
    outcome = json.loads(result.stdout)
    assert outcome["command"] == "validate"
    assert outcome["ok"] is False
    assert [(issue["id"], issue["quote"]) for issue in outcome["errors"]] == [("A04", "rash")]
    assert [issue["id"] for issue in outcome["warnings"]] == ["A05"]
    assert outcome["counts"] == {"documents": 2, "errors": 1, "warnings": 1, "fine": 1}


def test_json_is_the_only_other_format_and_has_one_name() -> None:
    result = run(INVALID, "--scheme", SECOND, "--format", "xml")
    assert result.exit_code == 2
    assert "No such option" in result.stderr
    assert "--format" in result.stderr


def test_documents_and_scheme_come_from_the_workspace_if_not_named() -> None:
    result = run(settings=Settings(scheme=SECOND, documents=Path(VALID)))
    assert result.stdout.startswith("2 documents")


def test_documents_are_checked_by_the_built_in_version_that_they_were_made_with() -> None:
    earliest, *_, newest = (load_scheme(name) for name in built_in_schemes())
    for scheme in (earliest, newest):
        result = run(str(scheme.folder / "example.annotation.json"))
        assert result.exit_code == 0, result.output
    result = run(
        str(earliest.folder / "example.annotation.json"),
        settings=Settings(scheme=str(newest.path)),
    )
    assert result.exit_code != 0


def test_the_task_of_an_article_is_linked_where_it_is_known(tmp_path: Path) -> None:
    links = tmp_path / "links.json"
    url = "http://127.0.0.1:8080/projects/1/data?task=5"
    links.write_text(json.dumps({"A04-invalid-1": {"case": url}}), encoding="utf-8")
    settings = Settings(scheme=SECOND, documents=Path(INVALID), links=links)
    assert f"  A04-invalid-1  {url}\n" in run(settings=settings).stdout
    outcome = json.loads(run("--json", settings=settings).stdout)
    assert [issue["task"] for issue in outcome["errors"]] == [url]


def test_what_is_open_about_annotations_of_the_last_pull_is_a_warning(tmp_path: Path) -> None:
    remarks = tmp_path / "remarks.jsonl"
    values = {"article_id": "a1", "annotator_id": "ada", "annotation": "u1", "task": "http://x"}
    write_remarks(
        remarks,
        [
            Remark.model_validate({"id": kind, "fact": kind, **values})
            for kind in ("no-place", "changed-by-another", "deleted-account")
        ],
    )
    settings = Settings(scheme=SECOND, documents=Path(VALID), remarks=remarks)
    result = run("--json", settings=settings)
    warnings = [(i["id"], i["fact"]) for i in json.loads(result.stdout)["warnings"]]
    assert result.exit_code == 0
    assert warnings == [("no-place", "no-place"), ("changed-by-another", "changed-by-another")]
    assert "[annotations] in signalbook.toml" in run(settings=settings).stdout
    elsewhere = Settings(scheme=SECOND, documents=Path(VALID), remarks=tmp_path / "none")
    assert "0 warnings" in run(settings=elsewhere).stdout


def test_an_annotator_whose_id_is_spelled_in_two_ways_is_told(tmp_path: Path) -> None:
    document = json.loads(Path(VALID).read_text(encoding="utf-8").splitlines()[0])
    id = document["annotator"]["id"]
    other = {**document, "annotator": {"id": f"{id.upper()} "}}
    path = tmp_path / "documents.jsonl"
    lines = [json.dumps(written) + "\n" for written in (document, document, other)]
    path.write_text("".join(lines), encoding="utf-8")
    result = run(str(path), "--scheme", SECOND, "--json")
    [warning] = [i for i in json.loads(result.stdout)["warnings"] if i["id"] == "annotator-id"]
    apart = "which differs in case, and in blanks or composed letters"
    assert warning["annotator_id"] == id
    assert warning["fact"] == f"it is '{id.upper()} ' here, {apart}"


def test_without_documents_the_way_out_is_named() -> None:
    result = run(settings=Settings())
    assert isinstance(result.exception, UsageError)
    assert "signalbook pull" in str(result.exception)


def test_what_is_no_document_is_refused_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("{}\n", encoding="utf-8")
    result = run(str(path))
    assert isinstance(result.exception, DocumentError)
    assert str(result.exception).startswith(f"{path}:1: not an annotation document")


def test_a_release_is_checked_for_withheld_texts() -> None:
    protected = str(CASES / "invalid" / "adverse_events" / "withheld.jsonl")
    assert run(protected, "--scheme", SECOND).exit_code == 0
    assert run(protected, "--scheme", SECOND, "--release").exit_code == 3


def test_a_rule_is_explained_with_what_keeps_and_what_breaks_it() -> None:
    result = run("--explain", "C15")
    assert result.exit_code == 0
    assert result.stdout == (
        "C15 (error): What has not happened cannot have cost anything.\n"
        "\n"
        "realis anticipated or hypothetical excludes cost=material and cost=opportunity.\n"
        "\n"
        "Yes: Belmora might freeze the loan: anticipated, cost none\n"
        "No:  Belmora might freeze the loan: anticipated, cost material\n"
    )


def test_a_rule_is_found_however_its_id_is_spelled() -> None:
    assert run("--explain", "c15").stdout == run("--explain", "C15").stdout


@pytest.mark.parametrize("id", ["references", "schema", "twice"])
def test_a_built_in_rule_is_explained_too(id: str) -> None:
    assert run("--explain", id, "--scheme", SECOND).stdout.startswith(f"{id} (error): ")


@pytest.mark.parametrize("id", ["annotator-id", *KINDS])
def test_a_warning_about_what_was_pulled_is_explained_too(id: str) -> None:
    head, empty, rule = run("--explain", id, "--scheme", SECOND).stdout.splitlines()
    assert head.startswith(f"{id} (warning): ")
    assert (empty, rule[0].isupper(), rule[-1]) == ("", True, ".")


def test_a_rule_is_explained_to_a_program_as_well() -> None:
    outcome = json.loads(run("--explain", "c15", "--json").stdout)
    assert (outcome["command"], outcome["ok"]) == ("validate", True)
    assert outcome["data"] == {
        "id": "C15",
        "severity": "error",
        "message": "What has not happened cannot have cost anything.",
        "rule": "realis anticipated or hypothetical excludes cost=material and cost=opportunity.",
        "positive_example": "Belmora might freeze the loan: anticipated, cost none",
        "negative_example": "Belmora might freeze the loan: anticipated, cost material",
    }


def test_a_text_that_is_withheld_from_a_release_is_told_in_one_finding(
    varied: Callable[..., AnnotationDocument], scheme: Scheme, tmp_path: Path
) -> None:
    document = varied("a", "x", article_changes={"redistributable": False})
    worded = [span.model_copy(update={"text": "words"}) for span in document.spans]
    path = tmp_path / "documents.jsonl"
    write_documents(path, [document.model_copy(update={"spans": tuple(worded)})])
    result = run(str(path), "--scheme", str(scheme.path), "--release", "--json")
    facts = [e["fact"] for e in json.loads(result.stdout)["errors"]]
    assert len(worded) > 1
    assert len([fact for fact in facts if "release build leaves them out" in fact]) == 1


def test_an_unknown_rule_is_refused_with_those_that_there_are() -> None:
    result = run("--explain", "Z99", "--scheme", SECOND)
    assert isinstance(result.exception, UsageError)
    assert "has no rule Z99; there are A01, A02" in str(result.exception)


HOSTILE = "x\x1b[2J\r\u202e\ny"


def test_no_name_in_a_document_steers_the_terminal(tmp_path: Path) -> None:
    (document,) = read_documents([Path(INVALID)])
    data = document.to_dict()
    data["article"] |= {"title": HOSTILE}
    data["spans"][1]["attributes"]["severity"] = HOSTILE
    path = tmp_path / "hostile.jsonl"
    write_documents(path, [AnnotationDocument.model_validate(data)])
    result = CliRunner().invoke(validate, [str(path), "--scheme", SECOND], color=True)
    shown = re.sub(r"\x1b\[[0-9]+m", "", result.output)
    assert not {"\x1b", "\r", "\u202e"} & set(shown)
    assert r"  x\x1b[2J\r\u202e\ny" in shown
