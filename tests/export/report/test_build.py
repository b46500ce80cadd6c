"""A report as page, Markdown, JSON and items: the same bytes each time, sensible when empty."""

import io
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import jsonschema
import pyarrow.parquet as pq
import pytest

from signalbook.export.agreement.corpus import gather
from signalbook.export.dataset.parquet import read_parquet
from signalbook.export.dataset.splits import SPLITS
from signalbook.export.release.build import build_release
from signalbook.export.release.contents import ReleasePlan
from signalbook.export.release.layout import table_file
from signalbook.export.release.read import released_documents
from signalbook.export.release.verify import verify_release
from signalbook.export.report.breakdowns import By
from signalbook.export.report.build import AgreementReport, agreement_report
from signalbook.export.report.json_data import SCHEMA
from signalbook.export.report.summary import summarise
from signalbook.export.report.wording import Wording, interval_text, share
from signalbook.schema.documents.records import AnnotationDocument, Annotator
from signalbook.schema.markdown import escape
from signalbook.schema.scheme.model import Scheme

Made = Callable[..., list[AnnotationDocument]]
Varied = Callable[..., AnnotationDocument]
BY: tuple[By, ...] = ("label", "annotator", "month")


def validate(report: AgreementReport) -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    assert schema["$id"].endswith(f":{report.data['report_version']}")
    jsonschema.Draft202012Validator.check_schema(schema)
    as_read = json.loads(json.dumps(report.data))
    jsonschema.Draft202012Validator(schema).validate(as_read)


def test_the_json_fits_its_published_schema(report: AgreementReport) -> None:
    validate(report)
    assert report.files()["report.schema.json"] == SCHEMA.read_bytes()


def test_the_same_documents_give_the_same_bytes(made: Made, scheme: Scheme) -> None:
    one, other = (
        agreement_report(gather(documents, scheme)) for documents in (made(), reversed(made()))
    )
    assert one.files() == other.files()
    assert one.markdown == other.markdown
    assert json.dumps(one.data) == json.dumps(other.data)


def test_every_measure_with_a_target_is_in_page_and_markdown(report: AgreementReport) -> None:
    headline = report.data["headline"]
    assert isinstance(headline, dict)
    assert headline
    for name in headline:
        assert name in report.markdown
        assert name in report.html


def test_one_is_counted_as_one_and_only_other_forms_name_the_page(
    report: AgreementReport, made: Made, scheme: Scheme
) -> None:
    assert "in the HTML form of this report" in report.markdown
    assert "HTML form" not in report.html
    assert "<dt>articles </dt><dd>4</dd>" in report.html
    small = agreement_report(gather(made(articles=1), scheme)).html
    assert "<dt>article </dt><dd>1</dd>" in small
    assert "<dt>annotators </dt><dd>3</dd>" in small


def test_simulated_annotators_are_called_simulated(report: AgreementReport) -> None:
    assert "Simulated annotators" in report.html
    assert "Simulated annotators" in report.markdown
    assert report.data["simulated_annotators"] == ["simulated-0", "simulated-1", "simulated-2"]


def test_people_are_not_called_simulated(made: Made, scheme: Scheme) -> None:
    people = [
        d.with_annotator(Annotator(id=d.annotator.id.replace("simulated", "ann"))) for d in made()
    ]
    report = agreement_report(gather(people, scheme))
    assert "imulated" not in report.html + report.markdown


def test_a_task_is_linked_where_it_is_known(report: AgreementReport) -> None:
    assert '<a href="https://tasks.invalid/7" rel="noreferrer">a1</a>' in report.html


@pytest.mark.parametrize(("articles", "annotators"), [(0, 0), (2, 1), (1, 2)])
def test_little_or_nothing_gives_a_report_that_says_so(
    made: Made, scheme: Scheme, articles: int, annotators: int
) -> None:
    report = agreement_report(gather(made(articles, annotators), scheme), by=BY)
    validate(report)
    assert report.files().keys() == {
        "items.parquet",
        "report.html",
        "report.schema.json",
        "soft_labels.parquet",
    }
    assert (report.data["doubly_annotated"] == 0) == (annotators < 2)
    verdict = summarise(report.analysis).verdict
    assert verdict in report.html
    assert verdict in report.markdown


def test_a_release_carries_the_report_that_its_own_documents_give(
    scheme: Scheme, varied: Varied, tmp_path: Path
) -> None:
    documents = [
        varied(f"article-{number}", name).with_annotator(
            Annotator(id=name, created_at=f"2031-05-0{1 + number // 3}T{20 - number}:07:30Z")
        )
        for number in range(6)
        for name in "xy"
    ]
    plan = ReleasePlan("sample", "1.0.0", scheme, gold=[], annotators=documents)
    folder = build_release(plan, tmp_path)
    report = agreement_report(gather(released_documents(folder, scheme), scheme))
    files = {path.name: path.read_bytes() for path in (folder / "agreement").iterdir()}
    assert files.pop("report.md") == report.markdown.encode()
    data = json.loads(files.pop("report.json"))
    assert data == report.data
    splits = {
        article_id: split
        for split in SPLITS
        for article_id in read_parquet(folder / table_file("articles", split))[
            "article_id"
        ].to_pylist()
    }
    assert files == report.files(splits=splits)
    assert not verify_release(folder)
    parts = data["annotator_profiles"][0]["drift"]["parts"]
    assert [(part["first"], part["documents"]) for part in parts] == [
        ("2031-05-01T00:00:00+00:00", 3),
        ("2031-05-02T00:00:00+00:00", 3),
    ]


def test_soft_labels_of_every_unit_sum_to_one(report: AgreementReport) -> None:
    file = io.BytesIO(report.files()["soft_labels.parquet"])
    table = cast("list[dict[str, Any]]", pq.read_table(file).to_pylist())
    sums: Counter[tuple[str, ...]] = Counter()
    for row in table:
        unit = (row["article_id"], row["layer"], row["unit_type"], row["unit"], row["field"])
        sums[(*unit, row["model"])] += row["probability"]
    assert sums
    assert all(abs(total - 1) < 0.05 for total in sums.values())


def test_pairs_are_shown_by_what_is_computed_of_pairs(made: Made, scheme: Scheme) -> None:
    """Gamma is not computed of pairs: a row of it would say that they share no article."""
    few = agreement_report(gather(made(articles=3, annotators=2), scheme))
    pairs = few.html.split('id="pairs"')[1].split("</section>")[0]
    assert "Each measure with a target" in pairs
    assert "no shared article" not in pairs
    assert '">too few articles</small>' in pairs


def test_pairs_stand_with_their_intervals(made: Made, scheme: Scheme) -> None:
    report = agreement_report(gather(made(articles=8, annotators=2), scheme))
    (pair,) = report.analysis.pairs
    page = report.html.split('id="pairs"')[1].split("</section>")[0]
    in_json = cast("list[dict[str, Any]]", report.data["pairs"])[0]["measures"]
    overlap = next(r for r in pair.measures if str(r.measure.name).endswith("all.overlap"))
    interval = interval_text(overlap)
    assert interval
    shown = f"{overlap.measure.value:.2f}<small>{interval}</small><small>n&nbsp;=&nbsp;"
    assert f"{shown}{overlap.measure.n}</small>" in page
    described = next(m for m in in_json if m["unit"] == "all" and m["field"] == "overlap")
    assert described["interval"]["low"] == overlap.interval.low
    assert described["target"] is None


def test_the_share_of_spans_that_fields_rest_on_stands_beside_them(report: AgreementReport) -> None:
    corpus = report.measured.corpus
    spans, alone = Counter[str](), Counter[str]()
    for _, _, group in report.measured.coded.groups:
        spans[group.type] += len(group)
        alone[group.type] += len(group) == 1
    judged = [r.measure for r in report.measured.judged if r.measure.name.kind == "attribute"]
    unit = next(m.name.unit for m in judged if alone[m.name.unit])
    expected = share(1 - alone[unit] / spans[unit])
    rows = [line[2:-2].split(" | ") for line in report.markdown.splitlines() if "| " in line[:2]]
    shown = {row[0]: row[-3] for row in rows if len(row) == 11}
    labels = {Wording(corpus.scheme).label(m) for m in judged if m.name.unit == unit}
    assert {shown[label] for label in labels} == {escape(expected)}
    assert not any(text for name, text in shown.items() if name.startswith("Article: "))
    assert report.html.count(f'<td class="n">{expected}</td>') >= len(labels)
