"""An export of somebody else's Label Studio project becomes documents of a scheme made of its page."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner, Result

from signalbook.annotate.cli.commands import cli
from signalbook.annotate.label_studio.client import LabelStudioClient
from signalbook.annotate.studio.accounts import User
from signalbook.annotate.studio.start_stop import Studio
from signalbook.annotate.workspace.new_workspace import init_workspace
from signalbook.schema.documents.jsonl import read_documents
from signalbook.schema.documents.records import AnnotationDocument
from signalbook.schema.errors import DocumentError, UsageError
from signalbook.schema.page.config import labeling_config
from signalbook.schema.scheme.loader import load_scheme

PAGE = """<View>
  <Relations><Relation value="backs up"/></Relations>
  <Labels name="label" toName="txt"><Label value="Claim"/><Label value="Reason why" alias="R"/></Labels>
  <Text name="txt" value="$text"/>
  <Choices name="How certain" toName="txt" perRegion="true" whenLabelValue="Claim">
    <Choice value="Very sure"/><Choice value="Unsure" alias="?"/>
  </Choices>
  <Rating name="strength" toName="txt" perRegion="true" whenLabelValue="R"/>
  <Choices name="ironic" toName="txt"><Choice value="Yes"/><Choice value="No"/></Choices>
  <Choices name="mood" toName="txt" choice="multiple"><Choice value="Glad"/><Choice value="Sad"/></Choices>
  <Taxonomy name="topic" toName="txt" maxUsages="1">
    <Choice value="War"><Choice value="Sea"/></Choice><Choice value="Trade"/>
  </Taxonomy>
  <Number name="share" toName="txt"/>
  <DateTime name="said on" toName="txt" only="date"/>
  <TextArea name="note" toName="txt"/>
</View>"""
TEXT = "😕 Castria must pay.\nIt broke the deal."
Object = dict[str, Any]


def answer(control: str, kind: str, value: Object, id: str = "doc") -> Object:
    return {"id": id, "from_name": control, "to_name": "txt", "type": kind, "value": value}


def span(id: str, words: str, label: str, text: str = TEXT) -> Object:
    start = text.index(words)
    value = {"start": start, "end": start + len(words), "text": words, "labels": [label]}
    return {**answer("label", "labels", value, id), "origin": "manual"}


def about(region: Object, control: str, kind: str, **held: Any) -> Object:
    place = {key: region["value"][key] for key in ("start", "end")}
    return answer(control, kind, {**place, **held}, region["id"])


CLAIM, REASON = span("a", "Castria must pay", "Claim"), span("b", "broke the deal", "R")
RESULTS: list[Object] = [
    about(CLAIM, "How certain", "choices", choices=["?"]),
    CLAIM,
    REASON,
    about(REASON, "strength", "rating", rating=4),
    {
        "from_id": "b",
        "to_id": "a",
        "type": "relation",
        "direction": "right",
        "labels": ["backs up"],
    },
    answer("ironic", "choices", {"choices": ["No"]}),
    answer("mood", "choices", {"choices": ["Sad", "Glad"]}),
    answer("topic", "taxonomy", {"taxonomy": [["War", "Sea"]]}),
    answer("share", "number", {"number": 0.5}),
    answer("said on", "datetime", {"datetime": "2031-05-02"}),
    answer("note", "textarea", {"text": ["As she", "said"]}),
]


def annotation(results: list[Object], **more: Any) -> Object:
    return {"id": 5, "completed_by": 3, "result": results, "was_cancelled": False, **more}


def task(*annotations: Object, number: int = 1, **data: Any) -> Object:
    return {"id": number, "data": {"text": TEXT, **data}, "annotations": [*annotations]}


@pytest.fixture(autouse=True)
def scheme_of_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("page.xml").write_text(PAGE, encoding="utf-8")
    done = run("scheme", "import", "page.xml", "--output", "claims.schema.json")
    assert done.exception is None


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments)


def convert(tasks: object, *options: str) -> Result:
    Path("export.json").write_text(json.dumps(tasks), encoding="utf-8")
    scheme = ("--scheme", "claims.schema.json", "--output", "documents.jsonl")
    return run("convert", "export.json", *scheme, *options)


def converted(tasks: object, *options: str) -> list[AnnotationDocument]:
    done = convert(tasks, *options)
    assert (done.exit_code, done.exception) == (0, None)
    return read_documents([Path("documents.jsonl")])


def facts(tasks: object, *options: str) -> list[str]:
    done = convert(tasks, "--json", *options)
    return [warning["fact"] for warning in json.loads(done.stdout)["warnings"]]


def test_everything_that_was_marked_and_chosen_is_in_the_document() -> None:
    (document,) = converted([task(annotation(RESULTS, lead_time=12.5))])
    spans = [(s.type, s.text, s.attributes) for s in document.spans]
    assert spans == [
        ("claim", "Castria must pay", {"how_certain": "sign_8a8de8"}),
        ("r", "broke the deal", {"strength": 4}),
    ]
    links = [(r.type, r.from_, r.to) for r in document.relations]
    assert links == [("backs_up", "b", "a")]
    assert document.article_labels == {
        "ironic": False,
        "mood": ("glad", "sad"),
        "topic": "war_sea",
        "share": 0.5,
        "said_on": "2031-05-02",
        "note": "As she\nsaid",
    }
    assert (document.annotator.id, document.annotator.lead_time_s) == ("annotator-3", 12.5)


def test_the_documents_pass_validate_agreement_and_release() -> None:
    other = [REASON, answer("ironic", "choices", {"choices": ["Yes"]})]
    pair = annotation(RESULTS), annotation(other, completed_by=4)
    converted([task(*pair, licence="CC0-1.0", redistributable=True)])
    scheme = ("--scheme", "claims.schema.json")
    assert run("validate", "documents.jsonl", *scheme).exit_code == 0
    assert run("agreement", "documents.jsonl", *scheme).exit_code == 0
    built = run(
        "release", "build", "1.0.0", "--documents", "documents.jsonl", *scheme, "-o", "data"
    )
    assert (built.exit_code, built.exception) == (0, None)
    assert run("release", "verify", "data/claims/1.0.0").exit_code == 0


def test_a_scheme_that_was_renamed_since_is_matched_by_its_titles() -> None:
    path = Path("claims.schema.json")
    renamed = path.read_text(encoding="utf-8").replace('"claim"', '"assertion"')
    path.write_text(renamed.replace('"glad"', '"happy"'), encoding="utf-8")
    (document,) = converted([task(annotation(RESULTS))])
    assert document.spans[0].type == "assertion"
    assert document.article_labels["mood"] == ("happy", "sad")


def test_what_has_no_place_is_told_and_nothing_else_is_lost() -> None:
    stray = span("c", "It", "Hope")
    results: list[Object] = [
        *RESULTS,
        stray,
        about(stray, "strength", "rating", rating=1),
        about(CLAIM, "strength", "rating", rating=2),
        answer("colour", "choices", {"choices": ["red"]}),
        answer("ghost", "choices", {"start": 0, "end": 1, "choices": ["x"]}, "z"),
        {"from_id": "a", "to_id": "b", "type": "relation", "labels": ["mocks"]},
        {"from_id": "a", "to_id": "b", "type": "relation"},
    ]
    assert facts([task(annotation(results))]) == [
        "the scheme has no span type Hope: “It”, “Hope”",
        "an answer about a span that is left out: “1”",
        "the scheme has no field strength on claim: “2”",
        "the scheme has no field colour on article: “red”",
        "the scheme has no field ghost on article: “x”",
        "the scheme has no relation mocks: from claim “Castria must pay” to r “broke the deal”",
        "an arrow for which no relation is chosen: from claim “Castria must pay” to r “broke the deal”",
    ]
    assert len(read_documents([Path("documents.jsonl")])[0].spans) == 2


def test_what_has_no_place_is_printed_by_kind() -> None:
    results = [answer("colour", "choices", {"choices": [word]}) for word in "abcde"]
    lines = convert([task(annotation(results), id="a1")]).stderr.splitlines()
    assert lines[:3] == [
        "5 things have no place in a document; add it to the scheme, or correct its titles:",
        "  the scheme has no field colour on article (5 times)",
        "    a1, annotator-3: “a”",
    ]


@pytest.mark.parametrize(
    ("value", "fact"),
    [
        ({"text": "must pray"}, "a span has other words than its text at that place"),
        ({"start": 900, "end": 905, "text": None}, "a span lies outside of its text"),
        ({"start": "/p[1]/text()[1]"}, "a span of HTML has no place in a plain text"),
    ],
)
def test_a_span_that_is_not_in_its_text_is_left_out(value: Object, fact: str) -> None:
    moved = {**CLAIM, "value": {**CLAIM["value"], **value}}
    assert facts([task(annotation([moved]))])[0].startswith(fact)
    assert read_documents([Path("documents.jsonl")])[0].spans == ()


def test_places_count_in_the_normal_form_of_a_text() -> None:
    text = "O\u0302 Castria\r\nmust pay.\r\nIt broke e\u0301very deal."
    claim = span("a", "must pay", "Claim", text)
    late = span("b", "e\u0301very deal", "R", text)
    within = span("c", "very", "R", text)
    cut = {**within, "value": {**within["value"], "start": within["value"]["start"] - 1}}
    cut["value"]["text"] = "\u0301very"
    (document,) = converted([task(annotation([claim, late, cut]), text=text)])
    assert [s.text for s in document.spans] == ["must pay", "\u00e9very deal"]
    assert run("validate", "documents.jsonl", "--scheme", "claims.schema.json").exit_code == 0
    assert facts([task(annotation([cut]), text=text)])[0].startswith("a span begins or ends inside")


def test_cancelled_and_superseded_annotations_are_left_out_and_counted() -> None:
    done = convert(
        [
            task(
                annotation([REASON], updated_at="2031-05-02T10:00:00Z"),
                annotation([CLAIM], updated_at="2031-05-02T09:00:00Z"),
                annotation([], completed_by=4, was_cancelled=True),
                annotation([], completed_by=5),
            )
        ]
    )
    sentence = (
        "Wrote 2 documents to documents.jsonl; 1 annotation set aside for a newer one; 1 cancelled."
    )
    assert done.stdout == f"{sentence}\n"
    documents = read_documents([Path("documents.jsonl")])
    assert [(d.annotator.id, [s.type for s in d.spans]) for d in documents] == [
        ("annotator-3", ["r"]),
        ("annotator-5", []),
    ]


def test_an_article_is_known_by_what_its_task_says_or_by_its_text() -> None:
    named = [task(annotation([]), number=n, id=f"a{n}", text=f"Text {n}.") for n in (1, 2)]
    assert [d.article.id for d in converted(named)] == ["a1", "a2"]
    assert [d.article.id for d in converted(named, "--id", "text")] == ["Text 1.", "Text 2."]
    unnamed = [task(annotation([], completed_by=n), number=n) for n in (1, 2)]
    ids = {d.article.id for d in converted(unnamed)}
    assert len(ids) == 1
    assert ids.pop().startswith("text-")


def test_other_data_of_a_task_are_metadata_of_its_article() -> None:
    (document,) = converted([task(annotation([]), title="A claim", outlet="Daily", url=None)])
    assert document.article.title == "A claim"
    assert document.article.extra == {"outlet": "Daily"}


def test_two_texts_with_one_id_are_refused_and_the_first_is_kept() -> None:
    tasks = [task(annotation([]), number=n, id="a", text=f"Text {n}.") for n in (1, 2)]
    done = convert(tasks)
    assert done.exit_code == 3
    assert 'export.json, task 2: id "a" occurs twice' in done.stderr
    assert [d.article.text for d in read_documents([Path("documents.jsonl")])] == ["Text 1."]


BY_ADDRESS = [task(annotation([], completed_by={"id": 3, "email": "Ada@example.org"}))]


def test_an_address_outside_of_a_workspace_needs_a_name() -> None:
    refused = convert(BY_ADDRESS)
    assert isinstance(refused.exception, UsageError)
    assert "--annotators" in str(refused.exception)
    assert not Path("documents.jsonl").exists()


def test_names_that_nobody_can_read_are_refused() -> None:
    Path("names.toml").write_text("a = " + "[" * 5_000 + "]" * 5_000, encoding="utf-8")
    refused = convert(BY_ADDRESS, "--annotators", "names.toml")
    assert isinstance(refused.exception, UsageError)
    assert "names.toml: is no TOML: it is nested too deeply" in str(refused.exception)


@pytest.mark.parametrize("names", ['"ada@example.org" = "ada"', '3 = "ada"'])
def test_names_may_be_chosen_by_address_or_number(names: str) -> None:
    Path("names.toml").write_text(names, encoding="utf-8")
    (document,) = converted(BY_ADDRESS, "--annotators", "names.toml")
    assert document.annotator.id == "ada"


def test_in_a_workspace_an_address_gets_the_pseudonym_that_a_pull_gives(tmp_path: Path) -> None:
    init_workspace(tmp_path)
    (document,) = converted(BY_ADDRESS)
    assert document.annotator.id.startswith("annotator-")
    assert "ada" not in Path("documents.jsonl").read_text(encoding="utf-8").lower()


USELESS: list[tuple[list[Any], str]] = [
    ([{"id": 1, "text": TEXT, "label": [], "annotator": 3}], "JSON-MIN does not say"),
    ([task(article={"id": "a"}, text_sha256="0")], "sent to Label Studio by signalbook push"),
    ([], "holds no task; export a project in which something is labelled"),
    ([1], "no list of tasks"),
    ([{"id": 1, "data": {"body": "x"}, "annotations": []}], "it has body; name the key"),
]


@pytest.mark.parametrize(("content", "fact"), USELESS)
def test_an_export_that_lacks_what_is_needed_is_refused(content: object, fact: str) -> None:
    refused = convert(content)
    assert isinstance(refused.exception, DocumentError)
    assert fact in str(refused.exception)
    assert not Path("documents.jsonl").exists()


@pytest.mark.server
def test_a_foreign_project_of_a_real_server_comes_out_as_it_was_labelled(
    studio: Studio, client: LabelStudioClient, annotators: tuple[User, User]
) -> None:
    project = client.create_project("Somebody else's claims", PAGE)["id"]
    (number,) = client.import_tasks(project, [{"data": {"text": TEXT, "id": "speech"}}])
    for user, results in zip(annotators, (RESULTS, [REASON]), strict=True):
        with LabelStudioClient(studio.url, user.token) as theirs:
            theirs.create_annotation(number, results, lead_time=2)
    client.create_annotation(number, [], was_cancelled=True)
    address = f"{studio.url}/api/projects/{project}/export?exportType=JSON"
    exported = httpx.get(address, headers={"Authorization": f"Token {studio.token}"}, timeout=60)
    documents = converted(exported.json())
    (expected,) = converted([task(annotation(RESULTS), id="speech")])
    by_size = sorted(documents, key=lambda d: len(d.spans), reverse=True)
    assert [d.article for d in by_size] == [expected.article] * 2
    assert [s.type for s in by_size[1].spans] == ["r"]
    for section in ("spans", "relations", "article_labels"):
        assert getattr(by_size[0], section) == getattr(expected, section)
    ours = labeling_config(load_scheme("claims.schema.json"))
    for made in (project, client.create_project("Our own page of it", ours)["id"]):
        client.delete_project(made)
