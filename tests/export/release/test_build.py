import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from signalbook.export.dataset.parquet import read_parquet, write_parquet
from signalbook.export.release.build import build_release
from signalbook.export.release.contents import ReleasePlan
from signalbook.export.release.layout import files_in
from signalbook.export.release.ledger import GIT_ATTRIBUTES, INDEX, LEDGER, read_index, read_ledger
from signalbook.export.release.verify import verify_release
from signalbook.schema.documents.jsonl import write_documents
from signalbook.schema.documents.records import AnnotationDocument
from signalbook.schema.errors import (
    ConflictError,
    DocumentError,
    FindingsError,
    ReleaseExists,
    UsageError,
)
from signalbook.schema.scheme.model import Scheme

Corpus = tuple[list[AnnotationDocument], list[AnnotationDocument]]
Varied = Callable[..., AnnotationDocument]


def content(folder: Path) -> dict[str, str]:
    return {n: hashlib.sha256(p.read_bytes()).hexdigest() for n, p in files_in(folder).items()}


def build(root: Path, scheme: Scheme, corpus: Corpus, version: str = "1.0.0") -> Path:
    plan = ReleasePlan("sample", version, scheme, *corpus, with_agreement=False)
    return build_release(plan, root)


@pytest.fixture(scope="module")
def small(varied: Varied) -> Corpus:
    return [varied("a"), varied("b")], [varied("a", "x"), varied("a", "y"), varied("b", "x")]


def test_a_release_has_every_file_it_should(release: Path, scheme: Scheme) -> None:
    names = set(files_in(release))
    assert {
        "README.md",
        "CHANGELOG.md",
        "CITATION.cff",
        "DATASHEET.md",
        "LICENSE",
        "SHA256SUMS",
        "agreement/report.json",
        "agreement/report.md",
        "croissant.json",
        "datapackage.json",
        "documents/annotators/test-00000-of-00001.parquet",
        "documents/gold/train-00000-of-00001.parquet",
        "manifest.json",
        "provenance.intoto.json",
        f"schema/{scheme.path.name}",
        "tables/spans/split=validation/part-00000.parquet",
    } <= names
    assert sorted(p.name for p in release.parent.iterdir()) == [
        *(GIT_ATTRIBUTES, ".lock", "1.0.0", INDEX, LEDGER)
    ]


def test_no_file_of_tables_holds_the_split_column(release: Path) -> None:
    for path in release.glob("tables/*/*/*.parquet"):
        assert "split" not in read_parquet(path).column_names


def test_the_same_input_gives_the_same_bytes_in_whatever_order(
    release: Path, scheme: Scheme, small: Corpus, tmp_path: Path
) -> None:
    first = build(tmp_path / "first", scheme, small)
    second = build(tmp_path / "second", scheme, (small[0][::-1], small[1][::-1]))
    assert content(first.parent) == content(second.parent)


def test_a_version_is_never_written_twice(scheme: Scheme, small: Corpus, tmp_path: Path) -> None:
    released = build(tmp_path, scheme, small)
    before = content(released.parent)
    with pytest.raises(ReleaseExists, match=r"1\.0\.0: exists and is never changed"):
        build(tmp_path, scheme, small)
    assert content(released.parent) == before


def test_a_documents_errors_keep_it_out(scheme: Scheme, varied: Varied, tmp_path: Path) -> None:
    document = varied("a")
    span = document.spans[0].model_copy(update={"end": 10**6})
    wrong = document.model_copy(update={"spans": (span, *document.spans[1:])})
    with pytest.raises(FindingsError, match="no release while errors stand:\na by gold: "):
        build(tmp_path, scheme, ([wrong], []))
    assert list(tmp_path.rglob("*")) == []


def test_errors_are_told_before_anything_long_is_computed(
    scheme: Scheme, varied: Varied, tmp_path: Path
) -> None:
    document = varied("a", "x")
    span = document.spans[0].model_copy(update={"end": 10**6})
    wrong = document.model_copy(update={"spans": (span, *document.spans[1:])})
    plan = ReleasePlan("sample", "1.0.0", scheme, [varied("a")], [varied("a", "y"), wrong])
    steps: list[str] = []
    with pytest.raises(FindingsError, match="no release while errors stand:\na by x: "):
        build_release(plan, tmp_path, on_step=steps.append)
    assert steps == ["checking documents"]
    assert not {"agreement", "released"} & vars(plan).keys()


@pytest.mark.parametrize("version", ["1", "1.0", "v1.0.0", "01.0.0", "1.0.0-01", "1.0.0+b", "../x"])
def test_only_versions_are_versions(
    version: str, scheme: Scheme, small: Corpus, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match="is no version number"):
        build(tmp_path, scheme, small, version)


@pytest.mark.parametrize("name", ["", "A", "a/b", "..", "-a", "a b"])
def test_only_plain_words_name_a_dataset(name: str, scheme: Scheme, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot name a dataset"):
        build_release(ReleasePlan(name, "1.0.0", scheme, [], []), tmp_path)


def test_a_text_that_may_not_be_given_away_is_nowhere(
    release: Path, scheme: Scheme, corpus: Corpus
) -> None:
    document = next(d for d in corpus[0] if d.article.id == "withheld")
    for path in release.rglob("*"):
        if path.is_file():
            assert b"Gazette of withheld" not in path.read_bytes()
    tables = [read_parquet(p) for p in release.glob("tables/articles/*/*.parquet")]
    row = next(r for t in tables for r in t.to_pylist() if r["article_id"] == "withheld")
    assert (row["text"], row["title"]) == (None, None)
    assert row["text_sha256"] == document.article.text_sha256
    assert row["n_chars"] == document.article.text_length
    spans = [read_parquet(p) for p in release.glob("tables/spans/*/*.parquet")]
    rows = [r for t in spans for r in t.to_pylist() if r["article_id"] == "withheld"]
    assert rows
    assert {r["text"] for r in rows} == {None}


def test_splits_stay_over_versions(scheme: Scheme, varied: Varied, tmp_path: Path) -> None:
    first = [varied(f"a{n}") for n in range(12)]
    build(tmp_path, scheme, (first, []))
    dataset = tmp_path / "sample"
    before = read_ledger(dataset)
    build(tmp_path, scheme, ([*first[3:], varied("new")], []), "1.1.0")
    after = read_ledger(dataset)
    assert {id: after[id] for id in before} == before
    assert after["new"].since_version == "1.1.0"
    assert [e.version for e in read_index(dataset).versions] == ["1.0.0", "1.1.0"]
    assert verify_release(dataset / "1.0.0") == verify_release(dataset / "1.1.0") == []


def test_a_scheme_that_changed_under_its_version_is_refused(
    scheme: Scheme, small: Corpus, tmp_path: Path
) -> None:
    path = Path(shutil.copytree(scheme.folder, tmp_path / "own")) / scheme.path.name
    own, as_json = replace(scheme, path=path), json.loads(path.read_bytes())
    build(tmp_path, scheme, small)
    path.write_text(json.dumps(as_json, indent=3), encoding="utf-8")  # says the same
    build(tmp_path, own, small, "1.0.1")
    path.write_text(json.dumps(as_json | {"title": "Another"}), encoding="utf-8")
    with pytest.raises(ConflictError, match=r"yet both are \w+ 1\..*a version of its own"):
        build(tmp_path, own, small, "1.0.2")
    as_json["x-scheme"]["version"] = "1.7.0"
    path.write_text(json.dumps(as_json | {"title": "Another"}), encoding="utf-8")
    build(tmp_path, own, small, "1.0.2")


def test_the_latest_version_is_the_highest_stable_one(
    scheme: Scheme, small: Corpus, tmp_path: Path
) -> None:
    for version in ("1.10.0", "1.9.0", "2.0.0-rc.1"):
        build(tmp_path, scheme, small, version)
    assert read_index(tmp_path / "sample").latest == "1.10.0"


def test_a_release_that_was_cut_off_before_the_ledger_is_entered_by_the_next(
    scheme: Scheme, small: Corpus, varied: Varied, tmp_path: Path
) -> None:
    dataset = build(tmp_path, scheme, small).parent
    whole = read_ledger(dataset)
    (dataset / LEDGER).unlink()
    (dataset / INDEX).unlink()
    assert read_ledger(dataset) == whole
    build(tmp_path, scheme, ([varied("c")], []), "1.1.0")
    assert {a.since_version for a in read_ledger(dataset).values()} == {"1.0.0", "1.1.0"}
    assert [e.version for e in read_index(dataset).versions] == ["1.0.0", "1.1.0"]


def test_a_full_disk_leaves_nothing_behind(
    scheme: Scheme, small: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[Path] = []

    def full(table: pa.Table, path: Path) -> None:
        if len(written) == 5:
            raise OSError(28, "No space left on device")
        write_parquet(table, path)
        written.append(path)

    monkeypatch.setattr("signalbook.export.release.build.write_parquet", full)
    with pytest.raises(OSError, match="No space left"):
        build(tmp_path, scheme, small)
    assert [p.name for p in (tmp_path / "sample").iterdir()] == [".lock"]


def test_what_a_killed_build_left_is_removed_by_the_next(
    scheme: Scheme, small: Corpus, tmp_path: Path
) -> None:
    left = tmp_path / "sample" / ".staging-1.0.0-abc"
    left.mkdir(parents=True)
    (left / "half.parquet").write_bytes(b"PAR1")
    build(tmp_path, scheme, small)
    assert not left.exists()


BUILD_AND_WAIT = """
import signal, sys
from pathlib import Path
from signalbook.export.release import build as release
from signalbook.export.release.contents import ReleasePlan
from signalbook.schema.documents.jsonl import read_documents
from signalbook.schema.scheme.loader import load_scheme

def stop(table, path):
    print("writing", flush=True)
    signal.pause()

release.write_parquet = stop
root, scheme, gold, annotators = sys.argv[1:]
corpus = read_documents([Path(gold)]), read_documents([Path(annotators)])
release.build_release(ReleasePlan("sample", "1.0.0", load_scheme(scheme), *corpus), Path(root))
"""


def test_a_killed_build_publishes_nothing_and_holds_no_lock(
    scheme: Scheme, small: Corpus, tmp_path: Path
) -> None:
    root, files = tmp_path / "root", [tmp_path / "gold.jsonl", tmp_path / "annotators.jsonl"]
    for file, documents in zip(files, small, strict=True):
        write_documents(file, documents)
    command = [sys.executable, "-c", BUILD_AND_WAIT, *map(str, (root, scheme.path, *files))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "writing\n"
        with pytest.raises(ConflictError, match="another release is being written here"):
            build(root, scheme, small)
        process.kill()
    assert sorted(p.name[:9] for p in (root / "sample").iterdir()) == [".lock", ".staging-"]
    build(root, scheme, small)
    names = sorted(p.name for p in (root / "sample").iterdir())
    assert names == [*(GIT_ATTRIBUTES, ".lock", "1.0.0", INDEX, LEDGER)]


def test_the_manifest_counts_rows_and_names_what_made_it(release: Path, corpus: Corpus) -> None:
    manifest = json.loads((release / "manifest.json").read_text(encoding="utf-8"))
    assert sum(s["rows"] for s in manifest["data"]["gold"].values()) == len(corpus[0])
    assert sum(s["rows"] for s in manifest["data"]["annotators"].values()) == len(corpus[1])
    assert manifest["made_with"]["pyarrow"] == pa.__version__
    assert manifest["created"] == "2031-05-03"
    assert manifest["synthetic_articles"]


def test_the_fingerprint_is_of_what_is_scored(
    scheme: Scheme, varied: Varied, tmp_path: Path
) -> None:
    def fingerprint(version: str, **changes: Any) -> str:
        gold = [varied(f"a{n}", article_changes=changes) for n in range(40)]
        folder = build(tmp_path, scheme, (gold, []), version)
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        assert manifest["data"]["gold"]["test"]["rows"] > 0
        return str(manifest["eval_fingerprint"])

    first = fingerprint("1.0.0")
    assert fingerprint("1.0.1", publisher="The Gazette") == first
    assert fingerprint("1.0.2", redistributable=False) != first


DAMAGE: dict[str, tuple[str, bytes | None, str]] = {
    "an index that is no index": (INDEX, b"[]", "index.json: is damaged"),
    "an index without what it needs": (INDEX, b'{"versions": [1]}', "index.json: is damaged"),
    "an index of other bytes": (INDEX, b"\xff\xfe", "index.json: is damaged"),
    "a ledger of other bytes": (LEDGER, b"hello", "ledger.parquet: cannot be read"),
    "an older manifest": ("1.0.0/manifest.json", b"{", "1.0.0: is damaged"),
    "an older manifest that is gone": ("1.0.0/manifest.json", None, "1.0.0: is damaged"),
    "check sums that are gone": ("1.0.0/SHA256SUMS", None, "SHA256SUMS: is missing"),
    "an older manifest of another shape": ("1.0.0/manifest.json", b"[]", "1.0.0: is damaged"),
    "a table of an older version that is gone": (
        "1.0.0/tables/articles/split=train/part-00000.parquet",
        None,
        "signalbook release verify",
    ),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_what_is_damaged_is_told_before_anything_is_published(
    damage: str, scheme: Scheme, varied: Varied, tmp_path: Path
) -> None:
    plan = ReleasePlan("sample", "1.0.0", scheme, [varied("a")], [])
    dataset = build_release(plan, tmp_path).parent
    name, content, fact = DAMAGE[damage]
    if content is None:
        (dataset / name).unlink()
    else:
        (dataset / name).write_bytes(content)
    with pytest.raises(DocumentError, match=fact):
        build_release(replace(plan, version="1.1.0"), tmp_path)
    assert not (dataset / "1.1.0").exists()
    assert not list(dataset.glob(".staging*"))


def test_a_damaged_version_is_told_with_what_is_damaged_and_may_be_moved_away(
    scheme: Scheme, varied: Varied, tmp_path: Path
) -> None:
    plan = ReleasePlan("sample", "1.0.0", scheme, [varied("a")], [])
    first = build_release(plan, tmp_path)
    (first / "LICENSE").write_text("Do what you want.", encoding="utf-8")
    with pytest.raises(DocumentError) as refusal:
        build_release(replace(plan, version="1.1.0"), tmp_path)
    assert str(refusal.value) == (
        f"{first}: is damaged (LICENSE: has changed); restore it, or move it out of the dataset; "
        f"see how it is damaged with: signalbook release verify {first}"
    )
    first.rename(tmp_path / "elsewhere")
    build_release(replace(plan, version="1.1.0"), tmp_path)
    assert [e.version for e in read_index(first.parent).versions] == ["1.0.0", "1.1.0"]


def test_a_version_that_was_written_anew_is_damaged(
    scheme: Scheme, varied: Varied, tmp_path: Path
) -> None:
    plan = ReleasePlan("sample", "1.0.0", scheme, [varied("a")], [])
    first = build_release(plan, tmp_path / "here")
    other = build_release(replace(plan, gold=[varied("b")]), tmp_path / "there")
    shutil.rmtree(first)
    other.rename(first)
    with pytest.raises(DocumentError, match=r"manifest\.json: is not the one that the index"):
        build_release(replace(plan, version="1.1.0"), tmp_path / "here")


def test_a_ledger_with_other_columns_is_damaged(
    scheme: Scheme, varied: Varied, tmp_path: Path
) -> None:
    plan = ReleasePlan("sample", "1.0.0", scheme, [varied("a")], [])
    dataset = build_release(plan, tmp_path).parent
    write_parquet(pa.table({"x": [1]}), dataset / LEDGER)
    with pytest.raises(DocumentError, match=r"ledger.parquet: cannot be read"):
        build_release(replace(plan, version="1.1.0"), tmp_path)
