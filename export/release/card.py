"""The dataset card of a release: front matter for programs, prose for people."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import pyarrow as pa
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from signalbook.export.dataset.arrow_helpers import rows_where
from signalbook.export.dataset.splits import SPLITS
from signalbook.schema.markdown import escape
from signalbook.schema.scheme.model import Field, RelationType, Scheme, SpanType
from signalbook.schema.tables.columns import Column, TableSchema
from signalbook.schema.tables.schemas import IDENTIFIED, LAYERS, NESTED, table_schemas
from signalbook.schema.text import counted

from .contents import Contents, configurations, spdx_id
from .layout import documents_file, table_file

#: Characters that JSON takes as they are and YAML does not.
_BREAKS = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_SIZES = ("n<1K", "1K<n<10K", "10K<n<100K", "100K<n<1M", "1M<n<10M", "10M<n<100M")
#: Arrow type -> what Hugging Face datasets calls it, where its name is another.
_DTYPES = {"double": "float64", "date32[day]": "date32"}
#: Licences that Hugging Face knows; they are SPDX ids in lower case.
_LICENCES = {"apache-2.0", "mit", "odc-by", "odbl", "pddl"}


def render(template: str, contents: Contents, **more: object) -> str:
    """Fill in one of the templates."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates", encoding="utf-8"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # Markdown and YAML; the filters escape
    )
    filters = cast("dict[str, object]", environment.filters)
    filters |= {"md": escape, "yaml": _quoted, "counted": counted}
    return environment.get_template(template).render(
        contents=contents,
        plan=contents.plan,
        about=contents.plan.about,
        scheme=contents.scheme,
        splits=SPLITS,
        **more,
    )


def card(contents: Contents) -> str:
    """The README.md of a release; its front matter makes it loadable."""
    loadable = _loadable(contents)
    return render(
        "README.md.j2",
        contents,
        front=_front(contents),
        folder=f"{contents.plan.name}/{contents.plan.version}",
        tables=[_table(contents, n, s) for n, s in configurations(contents.scheme).items()],
        agreement_tables=[
            {
                "name": table.name,
                "title": table.title,
                "key": table.key,
                "columns": _columns(table.columns),
            }
            for table in contents.agreement_tables
        ],
        layers=LAYERS,
        main_table=_main_table(contents.scheme),
        identified=[name for name in IDENTIFIED if name in table_schemas(contents.scheme)],
        unit_tables=[f"`{name}`" for name in NESTED if name in table_schemas(contents.scheme)],
        loadable=loadable,
        empty=_empty(contents, loadable),
        annotators=annotator_count(contents),
        withheld=withheld_count(contents),
        types=_types(contents),
    )


def _main_table(scheme: Scheme) -> str:
    """The table with most of what annotators answered, which the examples load."""
    if scheme.span_types:
        return "spans"
    return "document_labels" if "document_labels" in table_schemas(scheme) else "annotations"


def _front(contents: Contents) -> str:
    """YAML, spelt as JSON where a value is not plain, so that no text can break out."""
    about = contents.plan.about
    tags = ["signalbook", contents.scheme.name.replace("_", "-"), "parquet"]
    tags += ["synthetic"] if about.synthetic_articles else []
    tasks = ["token-classification"] if contents.scheme.span_types else []
    tasks += ["text-classification"] if contents.scheme.article_labels else []
    loadable = _loadable(contents)
    ids = [*dict.fromkeys(map(_licence, contents.licences))]
    lines: list[tuple[str, Any]] = [
        ("pretty_name", contents.plan.title),
        ("license", ids if len(ids) > 1 else ids[0]),
        ("license_name", ", ".join(filter(spdx_id, contents.licences)) if "other" in ids else ""),
        ("license_link", "LICENSE" if "other" in ids else ""),
        ("language", _languages(contents)),
        ("size_categories", [_size(contents.rows("articles"))]),
        ("task_categories", tasks),
        ("tags", tags),
        (
            "configs",
            [_config(*entry, default=not i) for i, entry in enumerate(loadable.items())],
        ),
        ("dataset_info", [_info(contents, *entry) for entry in loadable.items()]),
    ]
    return "\n".join(_block(name, value) for name, value in lines if value)


def _block(name: str, value: object) -> str:
    if isinstance(value, list):
        entries = cast("list[object]", value)
        return "\n".join([f"{name}:", *(f"- {_quoted(entry)}" for entry in entries)])
    return f"{name}: {_quoted(value)}"


def _quoted(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    return _BREAKS.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def _loadable(contents: Contents) -> dict[str, list[str]]:
    """Configuration -> splits with rows: Hugging Face datasets cannot load a split without."""
    splits: dict[str, list[str]] = {
        name: [split for split in SPLITS if contents.rows(name, split)]
        for name in configurations(contents.scheme)
    }
    return {name: filled for name, filled in splits.items() if filled}


def _empty(contents: Contents, loadable: Mapping[str, Sequence[str]]) -> list[str]:
    """The configurations that hold no row, and the splits of others that hold none."""
    names = [f"`{name}`" for name in configurations(contents.scheme) if name not in loadable]
    return names + [
        f"`{name}` {split}"
        for name, filled in loadable.items()
        for split in SPLITS
        if split not in filled
    ]


def _config(name: str, splits: Sequence[str], *, default: bool) -> dict[str, Any]:
    file = documents_file if name in LAYERS else table_file
    files = [{"split": split, "path": file(name, split)} for split in splits]
    config: dict[str, Any] = {"config_name": name, "data_files": files}
    return config | ({"default": True} if default else {})


def _info(contents: Contents, name: str, splits: Sequence[str]) -> dict[str, Any]:
    """What a reader checks when it has loaded."""
    sizes = [
        {
            "name": split,
            "num_bytes": contents.data[name, split].nbytes,
            "num_examples": contents.rows(name, split),
        }
        for split in splits
    ]
    columns = configurations(contents.scheme)[name].columns
    return {
        "config_name": name,
        "features": [{"name": c.name} | feature(c.type) for c in columns],
        "splits": sizes,
    }


def feature(kind: pa.DataType) -> dict[str, Any]:
    """An Arrow type as Hugging Face datasets writes it in a card."""
    if isinstance(kind, pa.ListType):
        inner = feature(kind.value_type)
        return {"list": inner.get("dtype", inner.get("struct"))}
    if isinstance(kind, pa.StructType):
        parts = [kind.field(i) for i in range(kind.num_fields)]
        return {"struct": [{"name": part.name} | feature(part.type) for part in parts]}
    return {"dtype": _DTYPES.get(str(kind), str(kind))}


def _licence(licence: str) -> str:
    """The licence as Hugging Face calls it; what an article says of its own may be any text."""
    id = spdx_id(licence).lower()
    known = id in _LICENCES or (id.startswith(("cc-", "cc0-")) and " " not in id)
    return id if known else "other"


def _size(count: int) -> str:
    return _SIZES[min(max(len(str(count)) - 3, 0), len(_SIZES) - 1)]


def _languages(contents: Contents) -> list[str]:
    tags = {tag.split("-")[0] for tag in _value_counts(contents, "articles", "language")}
    return sorted(tag for tag in tags if _LANGUAGE.fullmatch(tag) and tag != "und")


def _value_counts(contents: Contents, table: str, column: str) -> Counter[str]:
    counts: Counter[str] = Counter()
    for split in SPLITS:
        for entry in contents.data[table, split][column].value_counts().to_pylist():
            counts[str(entry["values"])] += entry["counts"]
    return counts


def _types(contents: Contents) -> list[tuple[str, int, int]]:
    """(Span type, number in gold, number by annotators)."""
    counts = {layer: Counter[str]() for layer in LAYERS}
    for split in SPLITS:
        for layer in LAYERS:
            rows = rows_where(contents.data["spans", split], "layer", layer)
            for entry in rows["type"].value_counts().to_pylist():
                counts[layer][entry["values"]] += entry["counts"]
    return [
        (t.name, counts["gold"][t.name], counts["annotators"][t.name])
        for t in contents.scheme.span_types
    ]


def annotator_count(contents: Contents) -> int:
    """How many people, or programs, annotated."""
    return len(set(_value_counts(contents, "annotations", "annotator_id")) - {"None"})


def withheld_count(contents: Contents) -> int:
    """How many articles are there without their text."""
    return sum(contents.data["articles", split]["text"].null_count for split in SPLITS)


def _table(contents: Contents, name: str, schema: TableSchema) -> dict[str, Any]:
    columns = schema.columns if name not in LAYERS else ()
    coded = [(c.name, _coded(c.field)) for c in columns if c.field and c.field.values]
    kinds: dict[str, tuple[SpanType, ...] | tuple[RelationType, ...]] = {
        "spans": contents.scheme.span_types,
        "relations": contents.scheme.relation_types,
    }
    if kinds.get(name):
        coded.insert(0, ("type", [(k.name, k.description or k.title) for k in kinds[name]]))
    return {
        "name": name,
        "title": schema.title,
        "key": schema.key,
        "counts": [contents.rows(name, split) for split in SPLITS],
        "columns": _columns(columns),
        "coded": coded,
    }


def _columns(columns: Iterable[Column]) -> list[tuple[str, str, str]]:
    """Name, type and meaning."""
    return [(c.name, str(c.type).replace("element: ", ""), c.meaning) for c in columns]


def _coded(field: Field) -> list[tuple[str, str]]:
    return [(value.id, value.description or value.title) for value in field.values]
