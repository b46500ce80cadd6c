"""A release is loaded by each tool that the card names, with the code that the card shows."""

import re
import shutil
from collections.abc import Callable
from contextlib import chdir
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from card_code import run_card

from signalbook.export.dataset.parquet import read_parquet
from signalbook.export.release.build import build_release
from signalbook.export.release.contents import ReleasePlan
from signalbook.export.release.layout import agreement_file, parquet_files
from signalbook.export.report.build import agreement_tables
from signalbook.schema.documents.records import AnnotationDocument
from signalbook.schema.scheme.model import Scheme
from signalbook.schema.tables.schemas import documents_schema, table_schemas

Corpus = tuple[list[AnnotationDocument], list[AnnotationDocument]]
Varied = Callable[..., AnnotationDocument]

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No server is asked, and no cache of another release is met."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_DATASETS_OFFLINE", "1")
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", tmp_path / "cache")


def count(release: Path, table: str, split: str = "*") -> int:
    paths = release.glob(f"tables/{table}/split={split}/*.parquet")
    return sum(read_parquet(path).num_rows for path in paths)


@pytest.fixture
def shown(release: Path) -> dict[str, dict[str, Any]]:
    return run_card(release)


def test_the_code_of_the_card_loads_the_gold_layer_with_every_tool(
    release: Path, shown: dict[str, dict[str, Any]], corpus: Corpus
) -> None:
    ids = train_ids(release)
    gold = [d for d in corpus[0] if d.article.id in ids]
    spans = sum(len(d.spans) for d in gold)
    assert sorted(shown) == ["datasets", "duckdb", "mlcroissant", "pandas", "polars"]
    assert len(shown["datasets"]["gold"]) == len(gold)
    assert len(shown["datasets"]["annotators"]) == count(release, "annotations", "train") - len(
        gold
    )
    assert len(shown["pandas"]["gold"]) == spans
    assert shown["polars"]["gold"].height == spans
    assert len(shown["duckdb"]["gold"]) == spans
    with chdir(release.parent.parent):
        assert len(list(shown["mlcroissant"]["records"])) == len(gold)


def train_ids(release: Path) -> set[str]:
    path = release / "tables/articles/split=train/part-00000.parquet"
    return set(read_parquet(path)["article_id"].to_pylist())


def test_hugging_face_loads_every_configuration_with_the_declared_features(
    release: Path, scheme: Scheme
) -> None:
    datasets: Any = import_module("datasets")

    names: list[str] = datasets.get_dataset_config_names(str(release))
    assert sorted(names) == sorted(["gold", "annotators", *table_schemas(scheme)])
    files = {(name, split): path for name, split, path in parquet_files(scheme)}
    for name in names:
        loaded = datasets.load_dataset(str(release), name)
        assert list(loaded) == ["train", "validation", "test"]
        for split, rows in loaded.items():
            table = read_parquet(release / files[name, split])
            assert rows.num_rows == table.num_rows
            assert rows.features == datasets.Features.from_arrow_schema(table.schema)


def few(corpus: str, varied: Varied) -> Corpus:
    """Gold and annotators' documents that leave splits, or a table, without rows."""
    if corpus == "one article":
        names, bare = ["only"], 0
    elif corpus == "a rare relation":
        names, bare = [f"n{number}" for number in range(30)], 29
    else:
        names, bare = ["only"], 1
    bare_one: dict[str, Any] = {"relations": []}
    changes = [bare_one if number < bare else dict[str, Any]() for number in range(len(names))]
    gold = [varied(name, **change) for name, change in zip(names, changes, strict=True)]
    annotators = [
        varied(name, who, **change)
        for name, change in zip(names, changes, strict=True)
        for who in ("ann-1", "ann-2")
    ]
    return ([] if corpus == "no gold" else gold), annotators


@pytest.mark.parametrize("corpus", ["one article", "a rare relation", "no relation", "no gold"])
def test_every_tool_loads_a_release_in_which_splits_have_no_rows(
    corpus: str, varied: Varied, scheme: Scheme, tmp_path: Path
) -> None:
    gold, annotators = few(corpus, varied)
    plan = ReleasePlan("few", "1.0.0", scheme, gold, annotators, with_agreement=False)
    release = build_release(plan, tmp_path)
    files = {(name, split): path for name, split, path in parquet_files(scheme)}
    rows = {place: read_parquet(release / path).num_rows for place, path in files.items()}
    assert 0 in rows.values()
    datasets: Any = import_module("datasets")
    names: list[str] = datasets.get_dataset_config_names(str(release))
    assert set(names) == {name for (name, _), number in rows.items() if number}
    for name in names:
        loaded = datasets.load_dataset(str(release), name)
        streamed = datasets.load_dataset(str(release), name, streaming=True)
        for split, count_ in [(s, n) for (c, s), n in rows.items() if c == name and n]:
            assert loaded[split].num_rows == count_ == sum(1 for _ in streamed[split])
    layer = "annotators" if corpus == "no gold" else "gold"
    assert datasets.load_dataset(str(release))
    defined = run_card(release)
    assert len(defined["datasets"][layer]) > 0
    assert len(defined["pandas"][layer]) == len(defined["duckdb"][layer]) > 0
    assert defined["polars"][layer].height == len(defined["pandas"][layer])
    mlcroissant: Any = import_module("mlcroissant")
    croissant = mlcroissant.Dataset(jsonld=str(release / "croissant.json"))
    for (name, split), number in rows.items():
        assert len(list(croissant.records(record_set=f"{name}/{split}"))) == number


def test_hugging_face_refuses_other_numbers_of_rows_than_the_card_says(
    release: Path, tmp_path: Path
) -> None:
    datasets: Any = import_module("datasets")

    copy = shutil.copytree(release, tmp_path / "copy")
    card = copy / "README.md"
    text = card.read_text(encoding="utf-8")
    card.write_text(re.sub(r'("num_examples": )[0-9]+', r"\g<1>7777", text), encoding="utf-8")
    with pytest.raises(datasets.exceptions.NonMatchingSplitsSizesError):
        datasets.load_dataset(str(copy), "gold")


def test_the_card_declares_features_as_hugging_face_writes_them(
    release: Path, scheme: Scheme
) -> None:
    datasets: Any = import_module("datasets")

    yaml: Any = import_module("yaml")
    front = yaml.safe_load((release / "README.md").read_text(encoding="utf-8").split("---\n")[1])
    schemas = {name: table.arrow for name, table in table_schemas(scheme).items()}
    schemas["gold"] = schemas["annotators"] = documents_schema(scheme).arrow
    for info in front["dataset_info"]:
        features = datasets.Features.from_arrow_schema(schemas[info["config_name"]])
        assert info["features"] == features._to_yaml_list()


def test_a_nested_document_comes_back_as_it_was_annotated(release: Path, corpus: Corpus) -> None:
    datasets: Any = import_module("datasets")

    rows = datasets.load_dataset(str(release), "annotators", split="train")
    documents = {(d.article.id, d.annotator.id): d for d in corpus[1]}
    row = next(row for row in rows if row["text"] is not None)
    document = documents[row["article_id"], row["annotator_id"]]
    assert row["text"] == document.article.text
    assert [(s["span_id"], s["start"], s["end"]) for s in row["spans"]] == sorted(
        ((s.id, s.start, s.end) for s in document.spans), key=lambda s: (s[1], s[2], s[0])
    )
    for span in row["spans"]:
        assert row["text"][span["start"] : span["end"]] == span["text"]


def test_pandas_polars_and_duckdb_count_the_same_rows_by_split(
    release: Path, scheme: Scheme
) -> None:
    duckdb: Any = import_module("duckdb")
    pd: Any = import_module("pandas")
    pl: Any = import_module("polars")

    for table in table_schemas(scheme):
        frame = pd.read_parquet(release / "tables" / table)
        lazy = pl.scan_parquet(release / "tables" / table, hive_partitioning=True)
        query = f"FROM read_parquet('{release}/tables/{table}/*/*.parquet')"
        for split in ("train", "validation", "test"):
            rows = count(release, table, split)
            assert int((frame["split"] == split).sum()) == rows
            assert lazy.filter(pl.col("split") == split).collect().height == rows
            counted = duckdb.sql(f"SELECT count(*) {query} WHERE split = '{split}'").fetchall()
            assert counted == [(rows,)]


def test_polars_and_duckdb_unnest_the_documents(release: Path) -> None:
    duckdb: Any = import_module("duckdb")
    pl: Any = import_module("polars")

    files = f"{release}/documents/gold/*.parquet"
    spans = pl.scan_parquet(files).select("article_id", "spans").explode("spans").collect()
    query = f"SELECT unnest(spans, recursive := true) FROM '{files}'"
    gold = pl.scan_parquet(release / "tables/spans").filter(pl.col("layer") == "gold").collect()
    assert spans.height == len(duckdb.sql(query).fetchall()) == gold.height


def test_croissant_is_valid_and_reads_every_record(release: Path, scheme: Scheme) -> None:
    mlcroissant: Any = import_module("mlcroissant")

    dataset = mlcroissant.Dataset(jsonld=str(release / "croissant.json"))
    issues = dataset.metadata.ctx.issues
    assert (list(issues.errors), list(issues.warnings)) == ([], [])
    files = {f"{name}/{split}": path for name, split, path in parquet_files(scheme)}
    files |= {f"agreement/{t.name}": agreement_file(t.name) for t in agreement_tables(scheme)}
    for name, path in files.items():
        records = list(dataset.records(record_set=name))
        assert len(records) == read_parquet(release / path).num_rows


def test_croissant_gives_who_marked_an_item(release: Path) -> None:
    mlcroissant: Any = import_module("mlcroissant")

    dataset = mlcroissant.Dataset(jsonld=str(release / "croissant.json"))
    records = dataset.records(record_set="agreement/items")
    rows = read_parquet(release / "agreement/items.parquet").to_pylist()
    for record, row in zip(records, rows, strict=True):
        ids = [
            one["agreement/items/span_ids/span_id"] for one in record["agreement/items/span_ids"]
        ]
        marked: list[dict[str, str]] = row["span_ids"] or []
        # A list that is not there is read as one of an entry of nothing.
        assert [id.decode() for id in ids if id] == [one["span_id"] for one in marked]


def test_croissant_gives_the_spans_within_a_document(release: Path) -> None:
    mlcroissant: Any = import_module("mlcroissant")

    dataset = mlcroissant.Dataset(jsonld=str(release / "croissant.json"))
    record = next(iter(dataset.records(record_set="gold/train")))
    row = read_parquet(release / "documents/gold/train-00000-of-00001.parquet").to_pylist()[0]
    span_ids = [span["gold/train/spans/span_id"].decode() for span in record["gold/train/spans"]]
    assert span_ids == [span["span_id"] for span in row["spans"]]
