"""`signalbook agreement`: of files, of the last pull, of a release; gates and breakdowns."""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from shapes import scheme_of

from signalbook.export.agreement.corpus import gather
from signalbook.export.cli.agreement import agreement
from signalbook.export.release.read import released_documents, released_scheme
from signalbook.schema.documents.jsonl import read_documents, write_documents
from signalbook.schema.documents.records import AnnotationDocument, Annotator
from signalbook.schema.errors import DocumentError, FindingsError, UsageError
from signalbook.schema.scheme.model import Scheme
from signalbook.schema.settings import Settings


@pytest.fixture
def documents(scheme: Scheme, tmp_path: Path) -> Path:
    """Two annotators of one article; the second marked nothing."""
    (example,) = read_documents([scheme.folder / "example.annotation.json"])
    empty = example.model_copy(update={"spans": (), "relations": ()})
    path = tmp_path / "documents.jsonl"
    annotated = [example.with_annotator(Annotator(id="a")), empty.with_annotator(Annotator(id="b"))]
    write_documents(path, annotated)
    return path


def run(*arguments: object, settings: Settings | None = None) -> Result:
    return CliRunner().invoke(agreement, [*map(str, arguments)], obj=settings or Settings())


def test_files_are_measured_under_a_scheme(documents: Path, scheme: Scheme) -> None:
    result = run(documents, "--scheme", scheme.path)
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("2 annotators, 1 article, 1 seen by two or more annotators\n")
    assert "gwet" not in result.stdout


def test_without_paths_the_last_pull_is_measured(documents: Path, scheme: Scheme) -> None:
    here = Settings(scheme=str(scheme.path), documents=documents)
    assert run(settings=here).stdout == run(documents, "--scheme", scheme.path).stdout


def test_page_and_markdown_are_written_whole(
    documents: Path, scheme: Scheme, tmp_path: Path
) -> None:
    page, text = tmp_path / "new" / "report.html", tmp_path / "report.md"
    result = run(documents, "--scheme", scheme.path, "--html", page, "--markdown", text)
    assert result.exit_code == 0, result.output
    assert page.read_text(encoding="utf-8").rstrip().endswith("</html>")
    assert text.read_text(encoding="utf-8").startswith("# Agreement\n")
    assert sorted(path.name for path in page.parent.iterdir()) == ["report.html"]
    assert f"{page}: written" in result.stderr


@pytest.mark.parametrize("option", ["--html", "--markdown"])
def test_a_report_replaces_a_report_and_no_other_file(
    option: str, documents: Path, scheme: Scheme, tmp_path: Path
) -> None:
    path = tmp_path / "report"
    path.touch()  # an empty one is nobody's
    for _ in range(2):
        assert run(documents, "--scheme", scheme.path, option, path).exit_code == 0
    path.write_text("# Notes of mine\n", encoding="utf-8")
    refused = run(documents, "--scheme", scheme.path, option, path)
    assert str(refused.exception) == (
        f"{path}: {option} would overwrite this file, which is no report of agreement; name "
        "another file, or move this one away"
    )
    assert path.read_text(encoding="utf-8") == "# Notes of mine\n"


def test_json_is_one_object_with_every_pair(documents: Path, scheme: Scheme) -> None:
    result = run(documents, "--scheme", scheme.path, "--json", "--by", "label")
    outcome = json.loads(result.stdout)
    assert outcome["ok"] is True
    assert outcome["data"]["pairs"][0]["annotators"] == ["a", "b"]
    assert outcome["data"]["sections"][0]["id"] == "by-label"
    assert outcome["counts"]["articles"] == 1


def labels_only(folder: Path) -> tuple[Path, Path]:
    """Documents of two annotators and a scheme without spans, relations and parties."""
    tone = {"enum": ["grave", "cheerful"]}
    source = scheme_of("labels only")
    source["properties"]["article_labels"] = {"properties": {"tone": tone}}
    scheme = folder / "tones.schema.json"
    scheme.write_text(json.dumps(source), encoding="utf-8")
    text_sha256 = hashlib.sha256(b"Guilty.").hexdigest()
    article = {"id": "a", "text": "Guilty.", "text_sha256": text_sha256, "text_length": 7}
    document: dict[str, object] = {"schema_version": "1.0.0", "article": article, "spans": []}
    lines = [
        json.dumps({**document, "annotator": {"id": who}, "article_labels": {"tone": value}})
        for who, value in (("x", "grave"), ("y", "cheerful"))
    ]
    (folder / "tones.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return folder / "tones.jsonl", scheme


def test_a_report_has_only_the_layers_that_the_scheme_has(tmp_path: Path) -> None:
    documents, scheme = labels_only(tmp_path)
    html, markdown = tmp_path / "report.html", tmp_path / "report.md"
    run(documents, "--scheme", scheme, "--html", html, "--markdown", markdown)
    outcome = json.loads(run(documents, "--scheme", scheme, "--json").stdout)["data"]
    assert {measure["kind"] for measure in outcome["measures"]} == {"article_label"}
    pages = [path.read_text(encoding="utf-8") for path in (html, markdown)]
    words = re.sub(r"<style>.*?</style>|<[^>]*>", "", "".join(pages), flags=re.DOTALL)
    assert "Article: tone" in words
    assert "span" not in words
    assert "No two annotators saw the same article" not in words


@pytest.mark.parametrize(
    ("by", "text"),
    [
        ("label", "Each type of span, then each value"),
        ("annotator", "For each annotator the mean over the pairs with each of the others"),
        ("month", "An article counts in the month"),
    ],
)
def test_a_breakdown_follows_the_table_and_says_what_it_shows(
    documents: Path, scheme: Scheme, by: str, text: str
) -> None:
    result = run(documents, "--scheme", scheme.path, "--by", by)
    assert result.exit_code == 0, result.output
    assert f"\nBy {by}\n\n{text}" in result.stdout
    assert "\nn: number of units, groups or pairs" in result.stdout


def test_a_whole_number_with_a_point_is_the_value_that_the_scheme_lists(tmp_path: Path) -> None:
    steps = {"type": "integer", "minimum": 1, "maximum": 3}
    labels = {"type": "object", "properties": {"steps": steps}}
    about = {"name": "rulings", "version": "1.0.0"}
    source = {"x-scheme": about, "type": "object", "properties": {"article_labels": labels}}
    (tmp_path / "rulings.schema.json").write_text(json.dumps(source), encoding="utf-8")
    text_sha256 = hashlib.sha256(b"Guilty.").hexdigest()
    article = {"id": "a", "text": "Guilty.", "text_sha256": text_sha256, "text_length": 7}
    document: dict[str, object] = {"schema_version": "1.0.0", "article": article, "spans": []}
    lines = [
        json.dumps({**document, "annotator": {"id": who}, "article_labels": {"steps": value}})
        for who, value in (("x", 1), ("y", 2.0))
    ]
    (tmp_path / "rulings.jsonl").write_text("\n".join(lines), encoding="utf-8")
    scheme = tmp_path / "rulings.schema.json"
    outcome = json.loads(run(tmp_path / "rulings.jsonl", "--scheme", scheme, "--json").stdout)
    [confusion] = outcome["data"]["confusions"]
    assert confusion["values"] == ["1", "2", "3"]


def test_a_missed_gate_fails(documents: Path, scheme: Scheme) -> None:
    gate = "span_identification.all.overlap=0.6"
    result = run(documents, "--scheme", scheme.path, "--fail-under", gate)
    assert isinstance(result.exception, FindingsError)
    first, second = str(result.exception).splitlines()
    assert first == "1 measure does not reach what --fail-under asks for:"
    assert second.startswith("span_identification.all.overlap: 0.000 is below 0.6")
    result = run(documents, "--scheme", scheme.path, "--json", "--fail-under", gate)
    assert result.exit_code == FindingsError.exit_status
    assert json.loads(result.stdout)["ok"] is False


def test_a_gate_of_a_field_does_not_mean_its_secondary_coefficients(
    documents: Path, scheme: Scheme
) -> None:
    result = run(documents, "--scheme", scheme.path, "--fail-under", "span_identification=0.6")
    assert isinstance(result.exception, FindingsError)
    assert "gamma" not in str(result.exception)


@pytest.mark.parametrize("gate", ["attribute", "attribute=nan", "attribute=inf"])
def test_a_gate_needs_a_number(documents: Path, gate: str) -> None:
    result = run(documents, "--fail-under", gate)
    assert result.exit_code == 2
    assert f"'{gate}' is not MEASURE=VALUE" in result.output


def test_a_release_gives_back_its_documents(
    release: Path, scheme: Scheme, corpus: tuple[list[AnnotationDocument], list[AnnotationDocument]]
) -> None:
    released = {
        (d.article.id, d.annotator.id): d
        for d in released_documents(release, released_scheme(release))
    }
    given = {(d.article.id, d.annotator.id): d for d in corpus[1]}
    assert released.keys() == given.keys()
    place = ("article-00", "ann-1")
    read_back, other = released[place], given[place]
    assert read_back.article.text == other.article.text
    assert {(s.id, s.start, s.end) for s in read_back.spans} == {
        (s.id, s.start, s.end) for s in other.spans
    }
    assert {s.id: s.attributes for s in read_back.spans} == {
        s.id: s.attributes for s in other.spans
    }
    assert {p.id: p.attributes for p in read_back.parties} == {
        p.id: p.attributes for p in other.parties
    }
    assert {r.id: r for r in read_back.relations} == {r.id: r for r in other.relations}
    assert [d.attributes for d in read_back.dyads] == [d.attributes for d in other.dyads]
    assert read_back.article_labels == other.article_labels
    withheld = released["withheld", "ann-1"]
    assert withheld.article.text is None
    assert gather(released.values(), scheme).doubly_annotated == 30


def test_a_release_is_measured_under_its_own_scheme(release: Path) -> None:
    result = run(release)
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("2 annotators, 31 articles, 30 seen by two or more")


def test_a_release_is_measured_alone(release: Path, documents: Path) -> None:
    result = run(release, documents)
    assert isinstance(result.exception, UsageError)
    assert "is a release; measure it alone" in str(result.exception)


def test_a_folder_that_only_looks_like_a_release_is_named(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("{}", encoding="utf-8")
    result = run(tmp_path)
    assert isinstance(result.exception, DocumentError)
    assert "does not name a scheme" in str(result.exception)


@pytest.mark.parametrize("option", ["--html", "--markdown"])
def test_a_report_is_not_written_over_what_is_measured(
    option: str, documents: Path, scheme: Scheme
) -> None:
    before = documents.read_bytes()
    refused = run(documents, "--scheme", scheme.path, option, documents)
    assert isinstance(refused.exception, UsageError)
    assert documents.read_bytes() == before


@pytest.fixture
def half_broken(scheme: Scheme, tmp_path: Path) -> Path:
    """Two annotators of one article, and a third whose document has a span of no known type."""
    (example,) = read_documents([scheme.folder / "example.annotation.json"])
    odd = example.spans[0].model_copy(update={"type": "odd"})
    broken = example.model_copy(update={"spans": (*example.spans[1:], odd)})
    path = tmp_path / "half_broken.jsonl"
    by = {"a": example, "b": example, "c": broken}
    write_documents(path, [d.with_annotator(Annotator(id=id)) for id, d in by.items()])
    return path


@pytest.mark.parametrize(
    ("options", "annotators", "done"),
    [((), 3, "measured with the others"), (("--valid-only",), 2, "left out")],
)
def test_documents_with_errors_are_counted_or_left_out_and_every_report_says_so(
    options: tuple[str, ...],
    annotators: int,
    done: str,
    half_broken: Path,
    scheme: Scheme,
    tmp_path: Path,
) -> None:
    page, text = tmp_path / "report.html", tmp_path / "report.md"
    written = ("--html", page, "--markdown", text)
    result = run(half_broken, "--scheme", scheme.path, *options, *written, "--json")
    outcome = json.loads(result.stdout)
    fact = f"1 of 3 documents has errors and is {done}"
    (warning,) = outcome["warnings"]
    assert warning.startswith(f"{fact}; list the errors with: signalbook validate {half_broken}")
    assert warning.endswith("with --valid-only") == (not options)
    data = outcome["data"]
    assert len(data["annotators"]) == annotators
    assert (data["annotations_with_errors"], data["valid_only"]) == (1, bool(options))
    assert all(f"{fact}." in path.read_text(encoding="utf-8") for path in (page, text))


def test_annotators_who_had_articles_again_are_compared_with_themselves(
    half_broken: Path, scheme: Scheme, tmp_path: Path
) -> None:
    first, other, _ = read_documents([half_broken])
    again = tmp_path / "repeats.jsonl"
    later = Annotator(id=first.annotator.id, round="repeat 1")
    here = Settings(scheme=str(scheme.path), documents=half_broken, repeats=again)

    def table(document: AnnotationDocument) -> dict[str, list[Any]]:
        write_documents(again, [document.with_annotator(later)])
        data = json.loads(run("--json", settings=here).stdout)["data"]
        (section,) = [s for s in data["sections"] if s["id"] == "repeats"]
        assert section["text"].endswith(f"Again annotated: {first.annotator.id} 1 article.")
        return {row[0]: row for row in section["rows"]}

    same = {row[2] for row in table(first).values()}
    assert same <= {1.0, None}
    assert 1.0 in same
    fewer = first.model_copy(update={"spans": first.spans[:1], "relations": ()})
    assert min(row[2] for row in table(fewer).values() if row[2] is not None) < 1
    assert other.annotator.id != first.annotator.id
    again.unlink()
    data = json.loads(run("--json", settings=here).stdout)["data"]
    assert "repeats" not in {section["id"] for section in data["sections"]}
    assert "Agreement with oneself" not in run(half_broken, "--scheme", scheme.path).stdout
