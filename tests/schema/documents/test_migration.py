"""Documents of an earlier version of a scheme become documents of the one of now."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from derived_scheme import claim, document, json_schema, parsed

from signalbook.annotate.cli.commands import cli
from signalbook.schema.documents.jsonl import read_documents, write_documents
from signalbook.schema.documents.migration import migrate
from signalbook.schema.documents.records import AnnotationDocument, Annotator
from signalbook.schema.documents.same_scheme import refuse_other_schemes
from signalbook.schema.errors import DocumentError, SchemeError, UsageError
from signalbook.schema.scheme.model import Scheme

Node = dict[str, Any]
MIGRATION: Node = {
    "from": "1.0",
    "drop": ["claim.certainty", "party.rank", "dyad.since", "article.confidence"],
    "values": {
        "claim.topics": {"corn": "grain", "wheat": "grain"},
        "dyad.pattern": {"odd": "mixed"},
    },
}


def newer(change: Callable[[Node], object] = lambda migration: None) -> Node:
    schema = json_schema()
    schema["x-scheme"]["version"] = "1.1.0"
    schema["x-migrations"] = [json.loads(json.dumps(MIGRATION))]
    change(schema["x-migrations"][0])
    return schema


SCHEME = parsed(newer())


def older(**changed: Any) -> AnnotationDocument:
    """A document of 1.0, which had other fields and values."""
    spans = [claim("s1", 8, "corn", "wheat"), claim("s2", 35, "fish", "corn")]
    for span in spans:
        span["attributes"]["certainty"] = "sure"
        span["defaulted"] = ["certainty", "topics"]
    given: Node = {
        "parties": [
            {"id": "P1", "role": "buyer", "rank": "high", "defaulted": ["rank"]},
            {"id": "P2", "role": "seller"},
        ],
        "spans": spans,
        "dyads": [{"from": "P1", "to": "P2", "pattern": "odd", "since": "2031"}],
        "article_labels": {
            "mixed": False,
            "clear": True,
            "confidence": "low",
            "defaulted": ["confidence", "clear"],
        },
    }
    return document(**(given | changed))


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, ["scheme", "migrate", *map(str, arguments)])


@pytest.fixture
def scheme_file(tmp_path: Path) -> Path:
    path = tmp_path / "quarrels.schema.json"
    path.write_text(json.dumps(newer()), encoding="utf-8")
    return path


def test_what_is_no_more_is_dropped_and_old_values_become_new_ones() -> None:
    done = migrate(older(), SCHEME).document
    assert (done.scheme, done.schema_version) == ("quarrels", "1.1.0")
    assert [span.attributes for span in done.spans] == [
        {"topics": ("grain",)},
        {"topics": ("fish", "grain")},
    ]
    assert {span.defaulted for span in done.spans} == {("topics",)}
    assert [party.attributes for party in done.parties] == [{"role": "buyer"}, {"role": "seller"}]
    assert done.parties[0].defaulted == ()
    assert [dyad.attributes for dyad in done.dyads] == [
        {"from": "P1", "to": "P2", "pattern": "mixed"}
    ]
    assert done.article == older().article
    assert done.annotator == older().annotator


def test_labels_that_are_computed_now_are_computed() -> None:
    labels = migrate(older(), SCHEME).document.article_labels
    assert labels == {
        "mixed": True,
        "main_topic": "grain",
        "clear": True,
        "defaulted": ("clear",),
    }


def test_what_was_dropped_or_changed_is_counted_by_field() -> None:
    done = migrate(older(), SCHEME)
    assert done.dropped == {
        "claim.certainty": 2,
        "party.rank": 1,
        "dyad.since": 1,
        "article.confidence": 1,
    }
    assert done.changed == {"claim.topics": 2, "dyad.pattern": 1, "article.mixed": 1}


def test_a_document_without_a_section_gets_none() -> None:
    bare = document()
    data = {name: part for name, part in bare.to_dict().items() if name != "relations"}
    done = migrate(AnnotationDocument.model_validate(data), SCHEME).document
    assert done.to_dict().keys() == data.keys()


@pytest.mark.parametrize(
    ("scheme", "version", "way_out"),
    [
        ("quarrels", "0.9.0", 'what becomes of them: {"from": "0.9"}'),
        ("quarrels", "2.0.0", "name the scheme that it was made with by --scheme"),
        ("other", "1.0.0", "name the scheme that it was made with by --scheme"),
        ("quarrels", "?", "name the scheme that it was made with by --scheme"),
    ],
)
def test_documents_of_which_the_scheme_says_nothing_are_refused(
    scheme: str, version: str, way_out: str
) -> None:
    with pytest.raises(DocumentError) as refused:
        migrate(document(scheme=scheme, schema_version=version), SCHEME)
    fact = (
        f"made with the scheme {scheme} {version}; "
        "quarrels 1.1.0 takes over documents of quarrels 1.0; "
    )
    assert str(refused.value).startswith(fact)
    assert str(refused.value).endswith(way_out)


def test_a_document_of_a_version_that_differs_in_the_last_number_is_taken_as_it_is() -> None:
    done = migrate(older(schema_version="1.1.7"), SCHEME)
    assert done.document.schema_version == "1.1.0"
    assert done.document.spans == older().spans
    assert done.dropped == {}


def test_values_that_are_numbers_or_yes_and_no_are_written_as_text_in_a_migration() -> None:
    def change(migration: Node) -> None:
        migration["values"] = {"article.level": {"4": "3"}, "article.sure": {"low": "true"}}

    schema = newer(change)
    labels = {"level": {"type": "integer", "enum": [1, 2, 3]}, "sure": {"type": "boolean"}}
    schema["properties"]["article_labels"]["properties"] |= labels
    migrated = migrate(older(article_labels={"level": 4, "sure": "low"}), parsed(schema))
    values = migrated.document.article_labels
    assert (values["level"], values["sure"]) == (3, True)
    schema["x-migrations"][0]["values"]["article.level"] = {"4": "none"}
    with pytest.raises(SchemeError, match=r"'none' is no value of article\.level"):
        parsed(schema)


def test_the_command_writes_documents_of_the_new_version(tmp_path: Path, scheme_file: Path) -> None:
    file, output = tmp_path / "old.jsonl", tmp_path / "new.jsonl"
    write_documents(file, [older(), older(annotator={"id": "ben"})])
    before = file.read_bytes()
    result = run(file, "--scheme", scheme_file, "-o", output)
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        f"Wrote 2 documents of quarrels 1.1.0 to {output}.",
        "article.confidence: 2 values dropped",
        "claim.certainty: 4 values dropped",
        "dyad.since: 2 values dropped",
        "party.rank: 2 values dropped",
        "article.mixed: 2 values changed",
        "claim.topics: 4 values changed",
        "dyad.pattern: 2 values changed",
    ]
    assert f"signalbook validate {output} --scheme {scheme_file}" in result.stderr
    assert file.read_bytes() == before
    assert [d.annotator.id for d in read_documents([output])] == ["ada", "ben"]
    validated = CliRunner().invoke(cli, ["validate", str(output), "--scheme", str(scheme_file)])
    assert validated.exit_code == 0


def test_the_command_never_overwrites_what_it_reads(tmp_path: Path, scheme_file: Path) -> None:
    folder = tmp_path / "old"
    folder.mkdir()
    file = folder / "old.jsonl"
    write_documents(file, [older()])
    for paths, output in (([file], file), ([folder], folder / "new.jsonl")):
        result = run(*paths, "--scheme", scheme_file, "-o", output)
        assert isinstance(result.exception, UsageError)
    assert [path.name for path in folder.iterdir()] == ["old.jsonl"]


def test_the_command_names_every_document_that_it_refuses_and_writes_none(
    tmp_path: Path, scheme_file: Path
) -> None:
    file, output = tmp_path / "old.jsonl", tmp_path / "new.jsonl"
    write_documents(file, [older(), older(schema_version="0.9.0")])
    result = run(file, "--scheme", scheme_file, "-o", output)
    assert isinstance(result.exception, DocumentError)
    assert str(result.exception).startswith(f"{file}:2: made with the scheme quarrels 0.9.0;")
    assert not output.exists()


MISTAKES: list[tuple[Callable[[Node], object], str]] = [
    (
        lambda m: m["drop"].append("claim.topics"),
        "/drop: claim.topics is in this version, so nothing of it can be dropped",
    ),
    (
        lambda m: m["drop"].append("duel.weapon"),
        "/drop: there is no unit duel in this version",
    ),
    (
        lambda m: m["values"].update({"claim.tone": {"a": "b"}}),
        "/values/claim.tone: there is no field claim.tone in this version",
    ),
    (
        lambda m: m["values"]["claim.topics"].update(corn="maize"),
        "/values/claim.topics/corn: 'maize' is no value of claim.topics in this version",
    ),
    (
        lambda m: m.update({"from": "1.1"}),
        "/from: 1.1 is not earlier than this version, 1.1.0",
    ),
]


@pytest.mark.parametrize(("change", "expected"), MISTAKES)
def test_a_migration_that_leads_nowhere_is_refused(
    change: Callable[[Node], object], expected: str
) -> None:
    with pytest.raises(SchemeError) as refused:
        parsed(newer(change))
    assert str(refused.value) == f"quarrels.schema.json#/x-migrations/0{expected}"


def test_a_version_has_one_migration() -> None:
    schema = newer()
    schema["x-migrations"] *= 2
    with pytest.raises(SchemeError, match=r"/x-migrations/1/from: 1\.0 has a migration already"):
        parsed(schema)


def test_the_refusal_of_an_older_document_names_the_migration() -> None:
    with pytest.raises(DocumentError) as refused:
        refuse_other_schemes([older()], SCHEME, ["a.jsonl:1"])
    assert str(refused.value) == (
        "a.jsonl:1: made with the scheme quarrels 1.0.0, not with quarrels 1.1.0; bring it to "
        "1.1.0 with: signalbook scheme migrate"
    )


def test_the_refusal_names_an_older_version_that_is_built_in(diplomatic: Scheme) -> None:
    now = replace(diplomatic, version="9.0.0", migrations=())
    old = document(scheme=now.name, schema_version="1.0.0")
    with pytest.raises(DocumentError) as refused:
        refuse_other_schemes([old], now, ["a.jsonl:1"])
    assert str(refused.value) == (
        "a.jsonl:1: made with the scheme diplomatic_signal 1.0.0, not with diplomatic_signal "
        "9.0.0; name that one with --scheme diplomatic_signal/1.0"
    )


def test_values_that_no_version_has_any_more_are_refused_with_what_to_add(tmp_path: Path) -> None:
    def change(migration: Node) -> None:
        del migration["values"]["claim.topics"]["wheat"]
        migration["drop"].remove("dyad.since")

    path, file, output = tmp_path / "q.json", tmp_path / "old.jsonl", tmp_path / "new.jsonl"
    path.write_text(json.dumps(newer(change)), encoding="utf-8")
    gone = {"id": "s9", "type": "duel", "start": 0, "end": 1, "attributes": {"weapon": "fish"}}
    spans = [*older().to_dict()["spans"], gone]
    write_documents(file, [older(), older(annotator={"id": "ben"}, spans=spans)])
    result = run(file, "--scheme", path, "-o", output)
    assert isinstance(result.exception, DocumentError)
    home = "to the entry of x-migrations in q.json"
    topics, duel, since = str(result.exception).splitlines()
    assert topics == (
        "claim.topics: 2 values 'wheat', which 1.1.0 does not have; "
        f'add "values": {{"claim.topics": {{"wheat": "…"}}}} {home}, with what it becomes'
    )
    assert since == (
        "dyad.since: 2 values of a field that 1.1.0 does not have; "
        f'add "drop": ["dyad.since"] {home}'
    )
    assert duel == (
        "duel: 1 of them, which 1.1.0 does not have; "
        "keep duel in the scheme, or take them out of the documents"
    )
    assert not output.exists()


def test_documents_that_are_of_this_version_already_are_said_to_be(
    tmp_path: Path, scheme_file: Path
) -> None:
    file, output = tmp_path / "old.jsonl", tmp_path / "new.jsonl"
    now = migrate(older(), SCHEME).document.model_copy(update={"annotator": Annotator(id="ben")})
    write_documents(file, [older(), now])
    result = run(file, "--scheme", scheme_file, "-o", output)
    assert result.exit_code == 0
    assert result.stdout.splitlines()[1] == "Of 1.1.0 already: 1 document."


def test_without_migrations_both_refusals_say_what_to_write() -> None:
    schema = newer()
    del schema["x-migrations"]
    scheme = parsed(schema)
    made = "made with the scheme quarrels 1.0.0"
    entry = 'say under x-migrations of quarrels.schema.json what becomes of them: {"from": "1.0"}'
    with pytest.raises(DocumentError) as refused:
        migrate(older(), scheme)
    assert str(refused.value) == f"{made}; quarrels 1.1.0 has no x-migrations; {entry}"
    with pytest.raises(DocumentError) as refused:
        refuse_other_schemes([older()], scheme, ["a.jsonl:1"])
    assert str(refused.value) == (
        f"a.jsonl:1: {made}, not with quarrels 1.1.0; {entry}; "
        "then bring it to 1.1.0 with: signalbook scheme migrate"
    )
