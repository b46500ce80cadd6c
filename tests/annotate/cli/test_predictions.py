"""Predictions that the page cannot show, or that no annotator could make, are refused before a push."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rounds import run, write_article_of_example

from signalbook.annotate.cli.predictions import read_predictions
from signalbook.annotate.label_studio.client import LabelStudioClient
from signalbook.annotate.workspace.workspace import Workspace
from signalbook.schema.documents.records import AnnotationDocument, Article
from signalbook.schema.errors import DocumentError, FindingsError
from signalbook.schema.scheme.model import Scheme

Example = dict[str, Any]
Edit = Callable[[Example], object]


def example(scheme: Scheme) -> Example:
    data: Example = json.loads(scheme.example_file.read_text(encoding="utf-8"))
    return data


def written(path: Path, *documents: Example) -> Path:
    lines = "".join(f"{json.dumps(document)}\n" for document in documents)
    path.write_text(lines, encoding="utf-8")
    return path


def article_of(scheme: Scheme) -> Article:
    return AnnotationDocument.model_validate(example(scheme)).article


def span(**values: object) -> Edit:
    return lambda data: data["spans"][0].update(values)


def attribute(**values: object) -> Edit:
    return lambda data: data["spans"][0]["attributes"].update(values)


FAULTS: dict[str, tuple[Edit, str]] = {
    "a type that the scheme has not": (span(type="x"), "has no type of this scheme; choose one of"),
    "an end after the text": (span(end=99_999), r"99999\) does not lie in a text of "),
    "a start before the text": (span(start=-3), "“start” -3 is less than the minimum of 0"),
    "an end before the start": (span(start=10, end=5), r"\[10, 5\) does not lie in a text of "),
    "other words": (span(text="other"), "the span records “other”, but the text there is “"),
    "a field that the scheme has not": (attribute(x="1"), "“x” is not part of the scheme"),
    "a label that the scheme has not": (
        lambda data: data.setdefault("article_labels", {}).update(x=1),
        "Article labels: “x” is not part of the scheme",
    ),
    "an id twice": (lambda data: data["spans"].append(data["spans"][0]), "is used twice"),
    "a relation to nothing": (
        lambda data: data["relations"][0].update({"from": "x"}),
        "there is no span x",
    ),
    "another text": (
        lambda data: data["article"].update(text_sha256="0" * 64),
        "is a prediction of another text than the article has; predict again",
    ),
    "a text under the hash of another": (
        lambda data: data["article"].update(text="Other words."),
        "is a prediction of another text than the article has; predict again",
    ),
}
OF_PARTIES: dict[str, tuple[Edit, str]] = {
    "a country that is none": (
        lambda data: data["parties"][0].update(country="XYZ"),
        "Country: XYZ is not in ISO 3166-1 alpha-3",
    ),
    "a field of a party that the scheme has not": (
        lambda data: data["parties"][0].update(x="y"),
        ": “x” is not part of the scheme",
    ),
    "a party that is not listed": (attribute(party="P23"), "Party: there is no party P23"),
    "a value that the field does not have": (
        lambda data: data["dyads"][0].update(posture="x"),
        ' cannot be "x"; choose one of ',
    ),
}


def refusal(scheme: Scheme, edit: Edit, folder: Path) -> list[str]:
    data = example(scheme)
    edit(data)
    with pytest.raises(FindingsError) as raised:
        read_predictions(written(folder / "model.jsonl", data), [article_of(scheme)], scheme)
    return str(raised.value).splitlines()


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_named_with_its_line_and_article(
    fault: str, scheme: Scheme, tmp_path: Path
) -> None:
    edit, words = FAULTS[fault]
    *named, way_out = refusal(scheme, edit, tmp_path)
    place = f"{tmp_path}/model.jsonl:1: {article_of(scheme).id}: "
    assert all(line.startswith(place) for line in named)
    assert any(re.search(words, line) for line in named)
    assert way_out.startswith("Nothing was sent. ")


@pytest.mark.parametrize("fault", OF_PARTIES)
def test_each_fault_in_parties_is_named(fault: str, diplomatic: Scheme, tmp_path: Path) -> None:
    edit, words = OF_PARTIES[fault]
    named = refusal(diplomatic, edit, tmp_path)
    assert any(words in line for line in named)


def test_what_a_prediction_lacks_is_no_fault(scheme: Scheme, tmp_path: Path) -> None:
    bare = {k: example(scheme)[k] for k in ("schema_version", "article", "annotator")}
    hollow = example(scheme)
    del hollow["article"]["text"]
    for unit in hollow["spans"]:
        unit["attributes"] = {}
    path = tmp_path / "model.jsonl"
    for document in (bare, hollow):
        [read] = read_predictions(written(path, document), [article_of(scheme)], scheme)
        assert read == AnnotationDocument.model_validate(document)


def test_an_article_is_predicted_once(scheme: Scheme, tmp_path: Path) -> None:
    path = written(tmp_path / "model.jsonl", example(scheme), example(scheme))
    place = re.escape(f"{path}:2: {article_of(scheme).id}: is predicted at {path}:1 already; ")
    with pytest.raises(FindingsError, match=f"^{place}an annotator starts from one: keep one\n"):
        read_predictions(path, [article_of(scheme)], scheme)


def test_a_prediction_of_an_article_that_is_not_pushed_is_not_looked_at(
    scheme: Scheme, tmp_path: Path
) -> None:
    broken = example(scheme)
    broken["spans"][0]["end"] = 99_999
    assert len(read_predictions(written(tmp_path / "model.jsonl", broken), [], scheme)) == 1


@pytest.mark.server
def test_nothing_is_sent_of_a_push_with_a_broken_prediction(
    server_workspace: Workspace, client: LabelStudioClient, second_scheme: Scheme
) -> None:
    write_article_of_example(server_workspace, second_scheme, "a1", "a2")
    run("project", "apply")
    broken = example(second_scheme)
    broken["article"]["id"] = "a2"
    broken["spans"][0]["end"] = 99_999
    path = written(server_workspace.folder / "model.jsonl", broken)
    with pytest.raises(FindingsError, match=r"model\.jsonl:1: a2: "):
        run("push", "--predictions", str(path))
    project = client.find_project(server_workspace.title)
    assert project
    assert [*client.list_tasks(project["id"])] == []


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999"])
def test_what_is_no_finite_number_is_refused_in_a_prediction(
    number: str, scheme: Scheme, tmp_path: Path
) -> None:
    data = example(scheme)
    attribute(odd=-12345.5)(data)
    path = written(tmp_path / "model.jsonl", data)
    path.write_text(path.read_text(encoding="utf-8").replace("-12345.5", number), encoding="utf-8")
    with pytest.raises(DocumentError, match=r"model\.jsonl:1: .*finite number"):
        read_predictions(path, [article_of(scheme)], scheme)
