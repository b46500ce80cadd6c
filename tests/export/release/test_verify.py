import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from signalbook.export.dataset.content_hash import content_hash
from signalbook.export.dataset.parquet import read_parquet, write_parquet
from signalbook.export.release.layout import files_in
from signalbook.export.release.manifest import sha256, sums
from signalbook.export.release.verify import verify_release
from signalbook.schema.errors import UsageError
from signalbook.schema.scheme.model import Scheme


@pytest.fixture
def copy(release: Path, tmp_path: Path) -> Path:
    """A copy to damage."""
    return shutil.copytree(release.parent, tmp_path / "sample") / release.name


def facts(folder: Path) -> list[str]:
    return [str(finding) for finding in verify_release(folder)]


def test_a_release_is_right(release: Path) -> None:
    assert verify_release(release) == []


def test_a_copy_without_ledger_is_right(copy: Path, tmp_path: Path) -> None:
    alone = copy.rename(tmp_path / "1.0.0")
    assert verify_release(alone) == []


def test_a_folder_that_is_no_release_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no release is here"):
        verify_release(tmp_path)


def test_a_missing_an_extra_and_a_linked_file_are_found(copy: Path) -> None:
    (copy / "LICENSE").unlink()
    (copy / "tables" / "more.parquet").write_bytes(b"")
    (copy / "link").symlink_to(copy / "README.md")
    assert facts(copy) == [
        "LICENSE: is missing",
        "link: does not belong to the release",
        "tables/more.parquet: does not belong to the release",
    ]


def flip(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


CHANGES: dict[str, Callable[[bytes, int], bytes]] = {
    "flip": flip,
    "append": lambda content, _: content + b"\n",
    "cut": lambda content, at: content[:at],
    "delete": lambda content, at: content[:at] + content[at + 1 :],
    "insert": lambda content, at: content[:at] + b"\n" + content[at:],
}


@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data(), change=st.sampled_from(sorted(CHANGES)))
def test_any_changed_byte_of_any_file_is_found(
    copy: Path, data: st.DataObject, change: str
) -> None:
    files = {name: path for name, path in files_in(copy).items() if path.stat().st_size}
    path = files[data.draw(st.sampled_from(sorted(files)))]
    content = path.read_bytes()
    at = data.draw(st.integers(0, len(content) - 1))
    path.write_bytes(CHANGES[change](content, at))
    try:
        assert verify_release(copy) != []
    finally:
        path.write_bytes(content)


def reseal(folder: Path, file: str, table: pa.Table) -> None:
    """Change rows as a liar would: with hashes, sums and index that fit."""
    write_parquet(table, folder / file)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    for splits in manifest["data"].values():
        for entry in splits.values():
            if entry["file"] == file:
                entry |= {"rows": table.num_rows, "canonical_sha256": content_hash(table)}
    for entry in manifest["files"]:
        path = folder / entry["path"]
        entry |= {"sha256": sha256(path), "bytes": path.stat().st_size}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    (folder / "SHA256SUMS").write_text(sums(folder), encoding="utf-8")
    for other in ("index.json", "splits.ledger.parquet"):
        (folder.parent / other).unlink(missing_ok=True)


SPANS = "tables/spans/split=train/part-00000.parquet"


def changed(table: pa.Table, column: str, value: object, row: int = 0) -> pa.Table:
    values = table[column].to_pylist()
    values[row] = value
    at = table.schema.get_field_index(column)
    field = table.schema.field(at)
    return table.set_column(at, field, pa.array(values, field.type))


def test_a_link_that_leads_nowhere_is_found(copy: Path) -> None:
    file = "tables/relations/split=train/part-00000.parquet"
    reseal(copy, file, changed(read_parquet(copy / file), "to_span_id", "gone"))
    table = read_parquet(copy / file)
    owner = table["annotation_id"][0].as_py()
    lost = f"(annotation_id, to_span_id) = {owner}, gone"
    assert facts(copy) == [f"tables/relations, train: {lost} is not in spans of this split"]


def test_a_party_that_is_not_in_the_annotation_is_found(copy: Path, scheme: Scheme) -> None:
    fields = {f.name: f for t in scheme.span_types for f in t.fields}
    for name, field in fields.items():
        if field.is_party_reference:
            table = read_parquet(copy / SPANS)
            row = next(n for n, value in enumerate(table[name].to_pylist()) if value)
            reseal(copy, SPANS, changed(table, name, ["P99"] if field.many else "P99", row))
            reported = facts(copy)
            reseal(copy, SPANS, table)
            assert reported == [f"tables/spans, train: {name} 'P99' is no party of its annotation"]


def test_a_key_that_occurs_twice_is_found(copy: Path) -> None:
    table = read_parquet(copy / SPANS)
    reseal(copy, SPANS, pa.concat_tables([table.slice(0, 1), table]))
    assert "tables/spans: 1 row repeats a key (annotation_id, span_id)" in facts(copy)


def test_offsets_outside_the_text_are_found(copy: Path) -> None:
    table = read_parquet(copy / SPANS)
    reseal(copy, SPANS, changed(table, "end", 10**6))
    assert "tables/spans, train: row 0: offsets are not in the text" in facts(copy)


def test_words_that_are_not_the_texts_are_found(copy: Path) -> None:
    table = read_parquet(copy / SPANS)
    reseal(copy, SPANS, changed(table, "text", "other words"))
    assert "tables/spans, train: row 0: text is not that of the article" in facts(copy)


def test_documents_that_differ_from_the_tables_are_found(copy: Path) -> None:
    table = read_parquet(copy / SPANS)
    reseal(copy, SPANS, changed(table, "origin", "prediction"))
    assert [f.partition(", ")[2] for f in facts(copy)] == [
        "train: column spans differs from the tables"
    ]


def test_a_text_that_should_be_withheld_is_found(copy: Path) -> None:
    for path in copy.glob("tables/articles/*/*.parquet"):
        table = read_parquet(path)
        ids = table["article_id"].to_pylist()
        if "withheld" in ids:
            file = str(path.relative_to(copy))
            reseal(copy, file, changed(table, "title", "Words", ids.index("withheld")))
            split = path.parent.name.removeprefix("split=")
            assert f"tables/articles, {split}: title of a withheld article is there" in facts(copy)


def test_other_columns_are_found(copy: Path) -> None:
    table = read_parquet(copy / SPANS)
    reseal(copy, SPANS, table.append_column("more", pa.array([1] * table.num_rows)))
    assert f"{SPANS}: has other columns than the scheme asks for" in facts(copy)


def test_content_that_the_manifest_does_not_describe_is_found(copy: Path) -> None:
    manifest = json.loads((copy / "manifest.json").read_text(encoding="utf-8"))
    manifest["data"]["spans"]["train"] |= {"rows": 1, "canonical_sha256": "0"}
    manifest |= {"eval_fingerprint": "0", "version": "9.0.0"}
    manifest["files"] = manifest["files"][1:]
    (copy / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    (copy / "SHA256SUMS").write_text(sums(copy), encoding="utf-8")
    rows = read_parquet(copy / SPANS).num_rows
    assert facts(copy) == [
        "manifest.json: is of version 9.0.0",
        "manifest.json: lists other files than are here: CHANGELOG.md",
        f"{SPANS}: has {rows} rows, not 1",
        f"{SPANS}: has other content than the manifest says",
        "manifest.json: eval_fingerprint is not that of the gold test set",
    ]


def test_a_manifest_without_sense_is_one_finding(copy: Path) -> None:
    (copy / "manifest.json").write_text("[]", encoding="utf-8")
    (copy / "SHA256SUMS").write_text(sums(copy), encoding="utf-8")
    assert [finding.check for finding in verify_release(copy)] == ["manifest"]


def test_what_the_index_remembers_otherwise_is_found(copy: Path) -> None:
    index = copy.parent / "index.json"
    content = json.loads(index.read_text(encoding="utf-8"))
    content["versions"][0]["manifest_sha256"] = "0" * 64
    index.write_text(json.dumps(content), encoding="utf-8")
    assert facts(copy) == ["manifest.json: is not the one that the index remembers"]


def test_an_article_that_the_ledger_has_elsewhere_is_found(copy: Path) -> None:
    ledger = copy.parent / "splits.ledger.parquet"
    table = read_parquet(ledger)
    row = table["split"].to_pylist().index("train")
    write_parquet(changed(table, "split", "test", row), ledger)
    id = table["article_id"][row].as_py()
    assert facts(copy) == [f"tables/articles, train: article {id} was in test"]


@pytest.mark.parametrize("attributes", [True, False])
def test_line_endings_that_git_wrote_are_one_finding_and_the_dataset_keeps_git_from_it(
    attributes: bool, release: Path, tmp_path: Path
) -> None:
    origin = tmp_path / "origin"
    shutil.copytree(release.parent, origin / "datasets")
    if not attributes:
        (origin / "datasets" / ".gitattributes").unlink()
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org"]
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "publish"]):
        subprocess.run([*git, *arguments], cwd=origin, check=True)
    clone = tmp_path / "clone"
    subprocess.run(
        ["git", "clone", "-q", "-c", "core.autocrlf=true", str(origin), str(clone)], check=True
    )
    findings = verify_release(clone / "datasets" / release.name)
    if attributes:
        assert findings == []
    else:
        assert [finding.place for finding in findings] == ["."]
        assert "core.autocrlf" in findings[0].fact


def test_a_changed_file_with_windows_line_endings_has_changed(copy: Path) -> None:
    path = copy / "LICENSE"
    content = path.read_bytes()
    path.write_bytes(content.replace(b"\n", b"\r\n") + b"more")
    assert [(f.place, f.fact) for f in verify_release(copy)] == [("LICENSE", "has changed")]
