"""Every type that a column of a release can have is one that each tool reads, under its own name."""

import json
from datetime import date, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from card_code import run_card
from checkers import example

from signalbook.export.dataset.parquet import read_parquet
from signalbook.export.release.build import build_release
from signalbook.export.release.contents import ReleasePlan
from signalbook.export.release.layout import parquet_files
from signalbook.export.release.verify import verify_release
from signalbook.schema.documents.records import AnnotationDocument
from signalbook.schema.scheme.loader import load_scheme
from signalbook.schema.scheme.model import Scheme

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

DAY = {"type": "string", "format": "date"}
#: Field -> (its schema, a value).
FIELDS: dict[str, tuple[dict[str, Any], Any]] = {
    "day": (DAY, "2031-05-24"),
    "stored_day": (DAY | {"x-arrow": "date32"}, "2031-05-25"),
    "final": ({"type": "boolean"}, True),
    "rating": ({"type": "integer", "minimum": 1, "maximum": 5, "x-arrow": "int8"}, 4),
    "count16": ({"type": "integer", "x-arrow": "int16"}, 300),
    "count32": ({"type": "integer", "x-arrow": "int32"}, 70000),
    "count64": ({"type": "integer"}, 5_000_000_000),
    "share": ({"type": "number"}, 0.5),
    "grounds": ({"type": "array", "items": {"enum": ["law", "fact"]}}, ["law"]),
    "names": ({"type": "array", "items": {"type": "string"}}, ["Olin", "Mira"]),
    "days": ({"type": "array", "items": DAY}, ["2031-05-24", "2031-05-26"]),
}
VALUES = {name: value for name, (_, value) in FIELDS.items()}
PROPERTIES = {name: node for name, (node, _) in FIELDS.items()}


@pytest.fixture(scope="module")
def typed_scheme(tmp_path_factory: pytest.TempPathFactory) -> Scheme:
    """A scheme whose spans and labels have a field of every type."""
    span = {"properties": {"type": {"const": "ruling"}, "attributes": {"properties": PROPERTIES}}}
    scheme = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "x-scheme": {"name": "rulings", "version": "1.0.0"},
        "title": "Rulings",
        "properties": {
            "spans": {"items": {"oneOf": [span]}},
            "article_labels": {"properties": PROPERTIES},
        },
    }
    path = tmp_path_factory.mktemp("scheme") / "rulings.schema.json"
    path.write_text(json.dumps(scheme), encoding="utf-8")
    return load_scheme(path)


@pytest.fixture(scope="module")
def typed_release(typed_scheme: Scheme, tmp_path_factory: pytest.TempPathFactory) -> Path:
    raw = example("adverse_events")
    span = raw["spans"][0] | {"type": "ruling", "attributes": VALUES}
    document = {
        "scheme": "rulings",
        "schema_version": "1.0.0",
        "article": raw["article"],
        "spans": [span],
        "article_labels": VALUES,
    }
    gold, first, second = (
        AnnotationDocument.model_validate(document | {"annotator": {"id": id}})
        for id in ("gold", "ann-1", "ann-2")
    )
    plan = ReleasePlan(
        "rulings", "1.0.0", typed_scheme, [gold], [first, second], with_agreement=False
    )
    return build_release(plan, tmp_path_factory.mktemp("datasets"))


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_DATASETS_OFFLINE", "1")
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", tmp_path / "cache")


def as_read() -> dict[str, Any]:
    """The values as a reader of Parquet gives them."""
    days = {name: date.fromisoformat(VALUES[name]) for name in ("day", "stored_day")}
    return VALUES | days | {"days": [date.fromisoformat(day) for day in VALUES["days"]]}


def test_hugging_face_loads_a_field_of_every_type(
    typed_release: Path, typed_scheme: Scheme
) -> None:
    datasets: Any = import_module("datasets")
    files = {(name, split): path for name, split, path in parquet_files(typed_scheme)}
    for name in datasets.get_dataset_config_names(str(typed_release)):
        for split, rows in datasets.load_dataset(str(typed_release), name).items():
            schema = read_parquet(typed_release / files[name, split]).schema
            assert rows.features == datasets.Features.from_arrow_schema(schema)
    (rows,) = datasets.load_dataset(str(typed_release), "spans").values()
    assert {name: rows[0][name] for name in FIELDS} == as_read()
    (nested,) = datasets.load_dataset(str(typed_release), "gold").values()
    assert {name: nested[0]["spans"][0][name] for name in FIELDS} == as_read()


def test_the_code_of_the_card_reads_a_field_of_every_type(typed_release: Path) -> None:
    shown = run_card(typed_release)
    [row] = shown["pandas"]["gold"].to_dict("records")
    assert {name: plain(row[name]) for name in FIELDS} == as_read()
    [row] = shown["polars"]["gold"].to_dicts()
    assert {name: row[name] for name in FIELDS} == as_read()
    [values] = shown["duckdb"]["gold"]
    for value in as_read().values():
        assert value in values
    [record] = shown["mlcroissant"]["records"]
    [span] = next(spans for place, spans in record.items() if place.endswith("/spans"))
    read = {place.rpartition("/")[2]: value for place, value in span.items()}
    assert {name: plain(read[name]) for name in FIELDS} == as_read()
    assert verify_release(typed_release) == []


def test_the_data_package_calls_each_type_by_its_own_name(typed_release: Path) -> None:
    package = json.loads((typed_release / "datapackage.json").read_text(encoding="utf-8"))
    spans = next(r for r in package["resources"] if r["name"] == "spans-train")
    types = {field["name"]: field["type"] for field in spans["schema"]["fields"]}
    assert {name: types[name] for name in FIELDS} == {
        **dict.fromkeys(("day", "stored_day"), "date"),
        # What reads them has no whole number that is missing.
        **dict.fromkeys(("rating", "count16", "count32", "count64"), "number"),
        **dict.fromkeys(("grounds", "names", "days"), "any"),
        "final": "boolean",
        "share": "number",
    }
    assert types["start"] == "integer"


def plain(value: Any) -> Any:
    """A value without the types of NumPy, pandas and Croissant."""
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, list):
        return [plain(member) for member in value]  # pyright: ignore
    return plain(value.tolist()) if hasattr(value, "tolist") else value
