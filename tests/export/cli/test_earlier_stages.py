"""A release begins with what earlier stages made: nothing in them is out of date."""

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from signalbook.export.cli.adjudicate import adjudicate
from signalbook.export.cli.release import release
from signalbook.export.cli.validate import validate
from signalbook.export.cli.why import why_command
from signalbook.schema.documents.jsonl import read_documents, write_documents
from signalbook.schema.documents.records import AnnotationDocument, Annotator
from signalbook.schema.documents.stages import earlier_part
from signalbook.schema.errors import StaleError
from signalbook.schema.scheme.loader import load_scheme
from signalbook.schema.scheme.stages import at_stage
from signalbook.schema.settings import Settings

WHOLE = load_scheme("diplomatic_signal")


def by_two(article: str = "example-1", *, later: str = "") -> list[AnnotationDocument]:
    """What two annotators have of the example; before a later stage, if one is named."""
    text = WHOLE.example_file.read_text(encoding="utf-8")
    whole = AnnotationDocument.model_validate_json(text)
    of_article = whole.article.model_copy(update={"id": article})
    document = whole.model_copy(update={"article": of_article})
    part = earlier_part(document, at_stage(WHOLE, later)) if later else document
    return [part.with_annotator(Annotator(id=name)) for name in ("ada", "ben")]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A workspace in its last stage, with gold of all three."""
    stages = [stage.name for stage in WHOLE.stages]
    places = {name: tmp_path / name / "documents.jsonl" for name in stages}
    for name, later in zip(stages, [*stages[1:], ""], strict=True):
        places[name].parent.mkdir()
        write_documents(places[name], by_two(later=later))
        of_stage = Settings(scheme=f"{WHOLE.path}#{name}", documents=places[name])
        made = CliRunner().invoke(adjudicate, ["auto"], obj=of_stage)
        assert made.exit_code == 0, made.output
    last = places.pop("dyads")
    return Settings(
        scheme=f"{WHOLE.path}#dyads",
        documents=last,
        datasets=tmp_path / "datasets",
        earlier_documents=lambda: places,
    )


def test_stale_gold_of_an_earlier_stage_is_refused_with_the_command(settings: Settings) -> None:
    path = settings.earlier_documents()["signals"]
    ada, ben = by_two(later="dyads")
    write_documents(path, [ada, ben.model_copy(update={"spans": ben.spans[:-1], "relations": ()})])
    refused = CliRunner().invoke(release, ["build", "1.0.0"], obj=settings)
    assert isinstance(refused.exception, StaleError)
    assert str(refused.exception) == (
        "in the stage signals, the annotations of 1 article have changed since gold annotations "
        "were made of them, or people have decided something about them since (example-1); make "
        "these anew with: signalbook --stage signals adjudicate auto"
    )
    elsewhere = replace(settings, earlier_documents=dict)
    assert CliRunner().invoke(release, ["build", "1.0.0"], obj=elsewhere).exit_code == 0


def test_an_article_that_waits_in_an_earlier_stage_is_named(settings: Settings) -> None:
    path = settings.earlier_documents()["parties"]
    write_documents(path, [*by_two(later="signals"), *by_two("other", later="signals")])
    built = CliRunner().invoke(release, ["build", "1.0.0"], obj=settings)
    assert built.exit_code == 0, built.output
    assert (
        "1 article waits in the stage parties, annotated and without a gold annotation (other); "
        "make it with: signalbook --stage parties adjudicate auto"
    ) in built.output


def test_why_asks_the_stage_in_which_a_span_was_annotated(settings: Settings) -> None:
    path = settings.earlier_documents()["signals"]
    ada, ben = by_two(later="dyads")
    signal = next(span for span in ben.spans if span.type == "signal")
    longer = signal.model_copy(update={"end": signal.end + 1, "text": None})
    spans = tuple(longer if span is signal else span for span in ben.spans)
    write_documents(path, [ada, ben.model_copy(update={"spans": spans})])
    assert settings.documents is not None
    [gold] = read_documents([settings.documents.with_name("gold.jsonl")])
    [id] = [s.id for s in gold.spans if (s.start, s.end) == (signal.start, signal.end)]
    shown = CliRunner().invoke(why_command, [id], obj=settings)
    assert shown.exit_code == 0, shown.output
    assert f"    ben: {signal.start}, {signal.end + 1}" in shown.output
    assert "agree" not in shown.output


def test_gold_of_an_early_stage_is_for_the_next_one_and_not_for_a_release(
    settings: Settings,
) -> None:
    gold = settings.earlier_documents()["parties"].with_name("gold.jsonl")
    of_stage = Settings(scheme=f"{WHOLE.path}#parties")
    checked = CliRunner().invoke(validate, [str(gold)], obj=of_stage)
    assert "signalbook --stage signals push" in checked.output
    assert "release build" not in checked.output
