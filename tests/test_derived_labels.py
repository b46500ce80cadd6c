"""A label that is computed goes through everything without being asked, or voted on."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from derived_scheme import claim, document, json_schema, parsed
from hypothesis import HealthCheck, given, settings
from strategies import documents
from whole_path import TEXTS, annotations, articles, walk

from signalbook.annotate.cli.commands import cli
from signalbook.annotate.conversion.convert import canonical, from_label_studio
from signalbook.annotate.conversion.to_results import to_label_studio
from signalbook.annotate.demo.simulate import simulate
from signalbook.export.adjudication.adjudicate import adjudicate
from signalbook.export.release.read import released_documents
from signalbook.export.validation.checker import Checker, check
from signalbook.schema.codebook.book import codebook_markdown
from signalbook.schema.documents.derived import derived_values, with_derived
from signalbook.schema.documents.jsonl import read_documents, write_documents
from signalbook.schema.documents.records import AnnotationDocument, Annotator
from signalbook.schema.errors import FindingsError
from signalbook.schema.page.config import labeling_config
from signalbook.schema.scheme.loader import load_scheme
from signalbook.schema.scheme.model import Json
from signalbook.schema.tables.schemas import table_schemas

SCHEME = parsed(json_schema())
MIXED = "whether any of the dyads has the pattern mixed or hedging"
TOPIC = (
    "the topics that most of the claim spans have, but those that same_as starts from; of equally "
    "frequent ones that which comes first"
)


def data_of(given: AnnotationDocument) -> dict[str, Json]:
    article = given.article.to_dict()
    return {"text": article.pop("text"), "article": article}


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, [*map(str, arguments)])


@pytest.fixture
def scheme_file(tmp_path: Path) -> Path:
    path = tmp_path / "quarrels.schema.json"
    path.write_text(json.dumps(json_schema()), encoding="utf-8")
    return path


def test_the_page_asks_only_what_is_not_computed() -> None:
    page = labeling_config(SCHEME)
    assert "article__clear" in page
    assert "article__mixed" not in page
    assert "article__main_topic" not in page


def test_the_codebook_says_that_nobody_is_asked_and_how_it_is_computed() -> None:
    codebook = codebook_markdown(SCHEME)
    assert f"**Asked:** of nobody: it is computed, {MIXED}\n" in codebook
    assert f"**Asked:** of nobody: it is computed, {TOPIC}\n" in codebook.replace("\\_", "_")
    assert "**Asked of each:** [Clear](#article.clear). **Computed:** [Mixed](#article." in codebook


def test_the_table_of_a_scheme_names_the_control_computed(scheme_file: Path) -> None:
    for command in ("check", "show"):
        shown = run("scheme", command, scheme_file).stdout.splitlines()
        controls = {
            line.split()[1]: line.split()[3] for line in shown if line.startswith("article")
        }
        assert controls == {"mixed": "computed", "main_topic": "computed", "clear": "choices"}


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(documents(SCHEME))
def test_conversion_computes_it_and_sends_nothing_of_it(drawn: AnnotationDocument) -> None:
    results = to_label_studio(drawn, SCHEME)
    sent = {str(result.get("from_name")) for result in results}
    assert not sent & {"article__mixed", "article__main_topic"}
    back = from_label_studio({"result": [*results]}, data_of(drawn), SCHEME, drawn.annotator)
    assert back.unmapped == ()
    assert back.document == canonical(drawn, SCHEME)
    assert back.document == with_derived(back.document, SCHEME)
    assert back.document.article_labels.keys() >= {"mixed"}


def test_a_document_with_it_comes_back_unchanged() -> None:
    whole = canonical(document(), SCHEME)
    assert whole.article_labels == {"mixed": True, "main_topic": "fish", "clear": True}
    results = to_label_studio(whole, SCHEME)
    back = from_label_studio({"result": [*results]}, data_of(whole), SCHEME, whole.annotator)
    assert back.document == whole


def test_an_answer_that_the_page_cannot_give_is_reported() -> None:
    result: dict[str, Json] = {"id": "x", "from_name": "article__mixed", "to_name": "text"}
    result |= {"type": "choices", "value": {"choices": ["no"]}}
    back = from_label_studio({"result": [result]}, data_of(document()), SCHEME, Annotator(id="a"))
    assert back.document.article_labels == {"mixed": False}
    assert back.unmapped == ("the scheme has no field mixed on article: “no”",)


def test_a_document_may_leave_it_out_even_if_it_is_required() -> None:
    assert [*check([document()], SCHEME)] == []


def test_a_value_that_does_not_follow_is_an_error() -> None:
    labels = {"clear": True, "mixed": False, "main_topic": "salt"}
    issues = [*check([document(article_labels=labels)], SCHEME)]
    assert [(i.id, i.severity, i.path, i.fact) for i in issues] == [
        (
            "derived",
            "error",
            "/article_labels/mixed",
            (
                "“Mixed” is “no”, but “yes” follows from the dyads; leave it out, or correct the "
                "dyads"
            ),
        ),
        (
            "derived",
            "error",
            "/article_labels/main_topic",
            (
                "“Main topic” is “Salt”, but “Fish” follows from the claim spans; leave it out, or "
                "correct the claim spans"
            ),
        ),
    ]


def test_a_value_is_an_error_where_nothing_follows() -> None:
    labels = {"clear": True, "main_topic": "salt"}
    [issue] = check([document(spans=[], article_labels=labels)], SCHEME)
    begins = "“Main topic” is “Salt”, but nothing follows from the claim spans;"
    assert issue.fact.startswith(begins)


def test_constraints_see_it_where_a_document_leaves_it_out() -> None:
    schema = json_schema()
    rule: dict[str, Any] = {"id": "Q01", "severity": "error", "message": "No.", "rule": "No."}
    even = {"properties": {"mixed": {"const": False}}, "required": ["mixed"]}
    each = {"each": "document", "schema": {"properties": {"article_labels": even}}}
    schema["x-constraints"] = [rule | each]
    assert [issue.id for issue in check([document()], parsed(schema))] == ["Q01"]


def test_it_is_not_voted_on_but_computed_for_the_gold() -> None:
    """Two of three call something mixed, but each another pair: the gold has no such pair."""
    one = [{"from": "P1", "to": "P2", "pattern": "mixed"}]
    other = [{"from": "P2", "to": "P1", "pattern": "mixed"}]
    people = [
        with_derived(document(dyads=dyads, annotator={"id": name}), SCHEME)
        for name, dyads in (("ada", one), ("ben", other), ("cy", []))
    ]
    assert [person.article_labels["mixed"] for person in people] == [True, True, False]
    result = adjudicate(people, SCHEME)
    [gold] = result.gold
    assert gold.article_labels["mixed"] is False
    assert gold.article_labels == {**gold.article_labels, **derived_values(gold, SCHEME)}
    assert "mixed" not in {decision.field for decision in result.decisions}


def test_the_gold_of_one_annotator_has_it_too() -> None:
    [gold] = adjudicate([document(article_labels={"clear": True, "mixed": False})], SCHEME).gold
    assert gold.article_labels == {"mixed": True, "main_topic": "fish", "clear": True}


def test_simulated_annotators_keep_it_in_step(tmp_path: Path) -> None:
    checker = Checker(SCHEME)

    def count_errors(given: AnnotationDocument) -> int:
        return len([*checker.check(given)])

    for made in annotations(articles(tmp_path, SCHEME), SCHEME):
        assert made == with_derived(made, SCHEME)
        assert "mixed" in made.article_labels
    reference = with_derived(document(), SCHEME)
    made_by_many = [
        simulate(reference, SCHEME, name=f"n{seed}", seed=seed, count_errors=count_errors)
        for seed in range(30)
    ]
    assert {made.article_labels["mixed"] for made in made_by_many} == {True, False}
    assert all(made == with_derived(made, SCHEME) for made in made_by_many)


def test_the_column_says_that_it_is_computed() -> None:
    columns = {c.name: c for c in table_schemas(SCHEME)["document_labels"].columns}
    assert columns["main_topic"].meaning == f"Main topic (computed: {TOPIC})"


def test_a_release_has_it_in_tables_and_documents(tmp_path: Path, scheme_file: Path) -> None:
    folder = walk(load_scheme(scheme_file), tmp_path / "walk")
    for layer in ("gold", "annotators"):
        released = released_documents(folder, SCHEME, layer=layer)
        assert len({made.article.id for made in released}) == len(TEXTS)
        assert all(made == with_derived(made, SCHEME) for made in released)
        assert all("mixed" in made.article_labels for made in released)


def test_files_without_it_are_completed_where_they_are_read(
    tmp_path: Path, scheme_file: Path
) -> None:
    people = [document(annotator={"id": name}) for name in ("ada", "ben")]
    people.append(document(annotator={"id": "cy"}, dyads=[], spans=[claim("s1", 8, "grain")]))
    file = tmp_path / "documents.jsonl"
    write_documents(file, people)
    scheme = ("--scheme", scheme_file)
    assert run("validate", file, *scheme).exit_code == 0
    measured = run("agreement", file, *scheme, "--json")
    names = {m["field"] for m in json.loads(measured.stdout)["data"]["measures"]}
    assert {"mixed", "main_topic"} <= names
    assert run("adjudicate", "auto", file, *scheme).exit_code == 0
    [gold] = read_documents([tmp_path / "gold.jsonl"])
    assert gold.article_labels == {"mixed": True, "main_topic": "fish", "clear": True}
    built = run(
        *("release", "build", "1.0.0", "--documents", file, "-o", tmp_path / "data", *scheme),
    )
    assert built.exit_code == 0, built.output
    released = released_documents(tmp_path / "data" / "quarrels" / "1.0.0", SCHEME)
    assert [made.article_labels["mixed"] for made in released] == [True, True, False]


def test_a_release_refuses_a_value_that_does_not_follow(tmp_path: Path, scheme_file: Path) -> None:
    file = tmp_path / "documents.jsonl"
    write_documents(file, [document(article_labels={"clear": True, "mixed": False})])
    arguments = ("--documents", file, "-o", tmp_path / "data", "--scheme", scheme_file)
    built = run("release", "build", "1.0.0", *arguments)
    assert isinstance(built.exception, FindingsError)
    assert "“Mixed” is “no”, but “yes” follows from the dyads" in str(built.exception)
