import json
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt
from places import SCHEMES

from signalbook.export.dataset.parquet import read_parquet
from signalbook.export.dataset.splits import SPLITS
from signalbook.export.release.build import build_release
from signalbook.export.release.contents import About, ReleasePlan
from signalbook.export.release.layout import files_in
from signalbook.export.report.build import agreement_tables
from signalbook.schema.documents.records import AnnotationDocument
from signalbook.schema.errors import UsageError
from signalbook.schema.scheme.loader import load_scheme
from signalbook.schema.scheme.model import Scheme
from signalbook.schema.tables.schemas import table_schemas

Corpus = tuple[list[AnnotationDocument], list[AnnotationDocument]]
Varied = Callable[..., AnnotationDocument]
yaml: Any = import_module("yaml")


def read(folder: Path, name: str = "README.md") -> str:
    return (folder / name).read_text(encoding="utf-8")


def front(folder: Path) -> dict[str, Any]:
    return dict(yaml.safe_load(read(folder).split("---\n")[1]))


def test_a_card_names_every_table_and_column(release: Path, scheme: Scheme) -> None:
    card = read(release)
    for table in table_schemas(scheme).values():
        assert f"\n### {table.name}\n" in card
        for column in table.columns:
            assert f"\n| `{column.name}` | " in card


def test_a_card_says_at_the_top_what_is_invented_and_simulated(release: Path) -> None:
    card = read(release).split("---\n", 2)[2]
    assert card.startswith(
        "\n# Sample &lt;b&gt;signals&lt;/b&gt; 1.0.0\n\n> **Not observed data.**\n"
        "> The articles are invented. Places, people and events in them do not exist.\n"
        "> The annotators are simulated by a program. Agreement among them says nothing about "
        "people.\n"
    )
    assert "2 simulated annotators" in card
    assert "The figures are about simulated annotators." in card


def test_a_card_of_real_articles_says_nothing_of_the_kind(
    scheme: Scheme, varied: Varied, tmp_path: Path
) -> None:
    folder = build_release(ReleasePlan("real", "1.0.0", scheme, [varied("a")], []), tmp_path)
    assert "Not observed" not in read(folder)
    assert "simulated" not in read(folder)
    assert front(folder)["license"] == ["other", "cc0-1.0"]
    assert "No public licence is named" in read(folder, "LICENSE")


def test_the_front_matter_survives_any_title(
    scheme: Scheme, varied: Varied, tmp_path: Path
) -> None:
    title = "a: \"b\" 'c' # d\n---\n- e \U0001f600 \u2028 \x85 {f} \\ | g"
    about = About(title=title, description="<script>alert(1)</script>", authors=(title,))
    folder = build_release(ReleasePlan("odd", "1.0.0", scheme, [varied("a")], [], about), tmp_path)
    text = read(folder)
    matter = yaml.safe_load(text[4 : text.index("\n---\n\n")])
    assert matter["pretty_name"] == title
    assert yaml.safe_load(read(folder, "CITATION.cff"))["authors"] == [{"name": title}]
    assert "<script>" not in text


def test_front_matter_names_licence_language_size_and_configurations(
    release: Path, scheme: Scheme
) -> None:
    matter = front(release)
    assert matter["license"] == ["cc-by-4.0", "cc0-1.0"]
    assert matter["language"] == ["en"]
    assert matter["size_categories"] == ["n<1K"]
    assert matter["tags"] == ["signalbook", scheme.name.replace("_", "-"), "parquet", "synthetic"]
    configurations = matter["configs"]
    names = [entry["config_name"] for entry in configurations]
    assert names == ["gold", "annotators", *table_schemas(scheme)]
    assert [entry["config_name"] for entry in configurations if entry.get("default")] == ["gold"]
    for entry in configurations:
        assert [f["split"] for f in entry["data_files"]] == ["train", "validation", "test"]
        assert all((release / f["path"]).is_file() for f in entry["data_files"])


def test_every_link_of_a_card_leads_to_a_file(release: Path) -> None:
    names = set(files_in(release))
    tokens = MarkdownIt("commonmark").parse(read(release).split("---\n", 2)[2])
    inline = [child for token in tokens for child in token.children or []]
    links = [str(t.attrs["href"]) for t in inline if t.type == "link_open"]
    assert links
    assert set(links) <= names


def test_the_data_package_has_the_types_keys_and_hashes_of_the_files(
    release: Path, scheme: Scheme
) -> None:
    package = json.loads(read(release, "datapackage.json"))
    lines = [line.split("  ") for line in read(release, "SHA256SUMS").splitlines()]
    sums = {name: digest for digest, name in lines}
    tables = table_schemas(scheme)
    of_agreement = {f"agreement-{table.name}": table for table in agreement_tables(scheme)}
    schemas = {f"{name}-{split}": tables[name] for name in tables for split in SPLITS}
    schemas |= of_agreement
    assert [resource["name"] for resource in package["resources"]] == [*schemas]
    for resource in package["resources"]:
        schema = schemas[resource["name"]]
        assert resource["hash"] == "sha256:" + sums[resource["path"]]
        assert [f["name"] for f in resource["schema"]["fields"]] == schema.arrow.names
        assert resource["schema"]["primaryKey"] == list(schema.key)


def test_the_change_log_keeps_the_entries_of_the_versions_before(
    scheme: Scheme, varied: Varied, tmp_path: Path
) -> None:
    for version, changes in (("1.0.0", "First."), ("1.1.0", "More *articles*.")):
        about = About(changes=changes, created="2031-06-01")
        folder = build_release(
            ReleasePlan("log", version, scheme, [varied("a")], [], about), tmp_path
        )
    lines = [line for line in read(folder, "CHANGELOG.md").splitlines() if line]
    assert lines[:3] == ["# Changes of log", "## 1.1.0 (2031-06-01)", "More \\*articles\\*."]
    assert lines[4:6] == ["## 1.0.0 (2031-06-01)", "First."]
    assert len(lines) == 7


def test_the_change_log_has_every_version_before_in_whatever_order_they_were_published(
    scheme: Scheme, varied: Varied, tmp_path: Path
) -> None:
    for version in ("1.0.0", "1.10.0", "1.9.0", "2.0.0"):
        about = About(changes=f"## Changes of {version}.")
        plan = ReleasePlan("log", version, scheme, [varied("a")], [], about)
        folder = build_release(plan, tmp_path)
    heads = [line for line in read(folder, "CHANGELOG.md").splitlines() if line.startswith("## ")]
    assert [head.split()[1] for head in heads] == ["2.0.0", "1.10.0", "1.9.0", "1.0.0"]


def test_every_part_names_the_licences_of_what_is_in_the_release(
    scheme: Scheme, varied: Varied, tmp_path: Path
) -> None:
    free = {"redistributable": True, "licence": "CC-BY-SA-4.0"}
    closed = {"redistributable": False, "licence": "LicenseRef-proprietary"}
    documents = [varied("a", article_changes=free), varied("b", article_changes=closed)]
    about = About(licence="CC-BY-4.0")
    folder = build_release(ReleasePlan("two", "1.0.0", scheme, documents, [], about), tmp_path)
    both = ["CC-BY-4.0", "CC-BY-SA-4.0"]
    assert front(folder)["license"] == [licence.lower() for licence in both]
    assert json.loads(read(folder, "croissant.json"))["license"] == both
    package = json.loads(read(folder, "datapackage.json"))
    assert [entry["name"] for entry in package["licenses"]] == both
    assert "license" not in yaml.safe_load(read(folder, "CITATION.cff"))
    licence = read(folder, "LICENSE")
    assert "- CC-BY-SA-4.0: 1 text\n" in licence
    assert "proprietary" not in licence
    assert "do not say that they may be redistributed" in licence


def test_a_licence_that_only_the_makers_know_is_named_beside_the_card(
    scheme: Scheme, varied: Varied, tmp_path: Path
) -> None:
    free = {"redistributable": True, "licence": "LicenseRef-house"}
    about = About(licence="CC-BY-4.0")
    plan = ReleasePlan("own", "1.0.0", scheme, [varied("a", article_changes=free)], [], about)
    matter = front(build_release(plan, tmp_path))
    assert matter["license"] == ["cc-by-4.0", "other"]
    assert matter["license_name"] == "CC-BY-4.0, LicenseRef-house"
    assert matter["license_link"] == "LICENSE"


def test_the_front_matter_names_no_licence_that_spdx_does_not_know(
    scheme: Scheme, varied: Varied, tmp_path: Path
) -> None:
    licences = ["cc by", "CC0-1.0; DROP", "CC-BY-4.0 OR MIT", "cc0-1.0"]
    documents = [
        varied(f"a{n}", article_changes={"redistributable": True, "licence": licence})
        for n, licence in enumerate(licences)
    ]
    about = About(licence="CC-BY-4.0")
    matter = front(build_release(ReleasePlan("o", "1.0.0", scheme, documents, [], about), tmp_path))
    assert set(matter["license"]) == {"cc-by-4.0", "other", "cc0-1.0"}
    assert matter["license_name"] == "CC-BY-4.0, CC-BY-4.0 OR MIT, cc0-1.0"


@pytest.mark.parametrize(
    ("licence", "way_out"), [("CC BY 4.0", "spdx.org"), ("cc-by-4.0", "did you mean CC-BY-4.0")]
)
def test_a_licence_is_an_spdx_identifier(
    licence: str, way_out: str, scheme: Scheme, varied: Varied, tmp_path: Path
) -> None:
    plan = ReleasePlan("x", "1.0.0", scheme, [varied("a")], [], About(licence=licence))
    with pytest.raises(UsageError, match=way_out):
        build_release(plan, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_card_lists_every_value_of_a_field(release: Path, scheme: Scheme) -> None:
    card = read(release)
    values = [value.id for _, field in scheme.fields() for value in field.values]
    assert values
    assert all(f"\n- `{value}`: " in card for value in values)
    assert scheme.description not in card


def test_the_card_of_a_scheme_without_spans_loads_what_annotators_answered(
    tmp_path: Path,
) -> None:
    topics = load_scheme(SCHEMES / "topics" / "1.0")
    document = (topics.folder / "example.annotation.json").read_text(encoding="utf-8")
    answered = AnnotationDocument.model_validate_json(document)
    plan = ReleasePlan("labels", "0.1.0", topics, [], [answered], with_agreement=False)
    card = read(build_release(plan, tmp_path))
    assert 'pd.read_parquet("labels/0.1.0/tables/document_labels"' in card
    assert "tables/spans" not in card
    assert "Values of `type`" not in card
    assert "text[start:end]`" not in card


def test_the_day_of_a_release_is_a_day(scheme: Scheme, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="'May 2' is no day"):
        build_release(ReleasePlan("x", "1.0.0", scheme, [], [], About(created="May 2")), tmp_path)


def test_a_release_without_gold_says_so(varied: Varied, scheme: Scheme, tmp_path: Path) -> None:
    plan = ReleasePlan("ungold", "0.1.0", scheme, [], [varied("a", "x")], with_agreement=False)
    folder = build_release(plan, tmp_path)
    assert "The test split has no gold annotation." in read(folder)
    assert read_parquet(folder / "documents/gold/test-00000-of-00001.parquet").num_rows == 0


def test_the_day_of_the_newest_annotation_is_not_called_that_of_the_release(
    scheme: Scheme, varied: Varied, tmp_path: Path
) -> None:
    document = varied("a", "x")
    dated = document.annotator.model_copy(update={"created_at": "2031-03-02T10:00:00Z"})
    documents = [document.with_annotator(dated)]
    for version, day in (("1.0.0", None), ("1.1.0", "2031-05-02")):
        plan = ReleasePlan("days", version, scheme, [], documents, About(created=day))
        folder = build_release(replace(plan, with_agreement=False), tmp_path)
        citation = yaml.safe_load(read(folder, "CITATION.cff"))
        assert citation.get("date-released") == day
        assert f"## {version}{f' ({day})' if day else ''}\n" in read(folder, "CHANGELOG.md")
        assert ("newest annotation of 2031-03-02" in read(folder)) == (day is None)


def test_one_of_each_is_counted_in_the_singular(
    scheme: Scheme, varied: Varied, tmp_path: Path
) -> None:
    plan = ReleasePlan("one", "1.0.0", scheme, [], [varied("a", "x")], with_agreement=False)
    folder = build_release(plan, tmp_path)
    card, sheet = read(folder), read(folder, "DATASHEET.md")
    assert (
        "\n1 article, 0 of them with a gold annotation, and\n1 annotation by 1 annotator\n" in card
    )
    assert "- 1 article has no gold annotation." in card
    assert "1 annotator made 1 annotation; beside them, 0 articles have a gold annotation." in sheet
    assert "1 article, 0 gold annotations and 1 by annotators" in read(folder, "CHANGELOG.md")


def test_a_release_claims_nothing_of_where_its_articles_come_from_and_how_people_worked(
    scheme: Scheme, varied: Varied, tmp_path: Path
) -> None:
    plan = ReleasePlan("real", "1.0.0", scheme, [varied("a")], [])
    folder = build_release(plan, tmp_path)
    said = read(folder) + read(folder, "DATASHEET.md")
    assert "What is known of where the articles come from is in the table `articles`." in said
    assert "Annotators followed" not in said
    assert "published by others" not in said
    assert "No annotation of a single annotator is here; beside them, 1 article has" in said
