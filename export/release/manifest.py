"""Write the manifest, the provenance statement and the check sums of a staged release."""

import hashlib
import importlib.metadata
from pathlib import Path
from typing import Any

import pyarrow as pa

from signalbook.export.dataset.content_hash import content_hash
from signalbook.schema.documents.jsonl import documents_hash
from signalbook.schema.tables.columns import OFFSET_UNIT

from .contents import Contents, ReleasePlan, eval_fingerprint, json_file
from .layout import MANIFEST, PROVENANCE, SUMS, files_in, parquet_files, scheme_file


def write_manifest(folder: Path, contents: Contents) -> None:
    """Write manifest, provenance and check sums, in this order, over all that lies there."""
    manifest = manifest_of(folder, contents)
    (folder / MANIFEST).write_bytes(json_file(manifest))
    (folder / PROVENANCE).write_bytes(json_file(_statement(folder, contents, manifest)))
    (folder / SUMS).write_text(sums(folder), encoding="utf-8")


def manifest_of(folder: Path, contents: Contents) -> dict[str, Any]:
    """Everything about a release that a program may want to know or check."""
    rows: dict[str, dict[str, dict[str, Any]]] = {}
    row_counts: dict[str, int] = {}
    for configuration, split, file in parquet_files(contents.scheme):
        table = contents.data[configuration, split]
        row_counts[file] = table.num_rows
        rows.setdefault(configuration, {})[split] = {
            "file": file,
            "rows": table.num_rows,
            "canonical_sha256": content_hash(table),
        }
    return {
        "manifest_version": 1,
        "name": contents.plan.name,
        "version": contents.plan.version,
        "created": contents.plan.created,
        "scheme": {
            "name": contents.scheme.name,
            "version": contents.scheme.version,
            "file": scheme_file(contents.scheme),
            **({"stage": contents.scheme.stage} if contents.scheme.stage else {}),
        },
        "made_with": {
            "signalbook": importlib.metadata.version("signalbook"),
            "pyarrow": pa.__version__,
        },
        "offset_unit": OFFSET_UNIT,
        "synthetic_articles": contents.plan.about.synthetic_articles,
        "simulated_annotators": contents.plan.about.simulated_annotators,
        "eval_fingerprint": eval_fingerprint(contents.data["gold", "test"]),
        "data": rows,
        "leaks": [
            {"cluster_id": leak.cluster_id, "articles": dict(leak.articles)}
            for leak in contents.leaks
        ],
        "files": [
            {"path": name, "sha256": sha256(path), "bytes": path.stat().st_size}
            | ({"rows": row_counts[name]} if name in row_counts else {})
            for name, path in files_in(folder).items()
        ],
    }


def sums(folder: Path) -> str:
    """What `sha256sum` would print for every file but the sums themselves."""
    return "".join(
        f"{sha256(path)}  {name}\n" for name, path in files_in(folder).items() if name != SUMS
    )


def sha256(path: Path) -> str:
    """sha256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _statement(folder: Path, contents: Contents, manifest: dict[str, Any]) -> dict[str, Any]:
    """An in-toto statement, unsigned: which files came from which inputs."""
    subjects = [(MANIFEST, sha256(folder / MANIFEST))]
    subjects += [(entry["path"], entry["sha256"]) for entry in manifest["files"]]
    return {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": name, "digest": {"sha256": digest}} for name, digest in subjects],
        "predicateType": "https://slsa.dev/provenance/v1",
        "predicate": {
            "buildDefinition": {
                "buildType": "https://signalbook.invalid/release/v1",
                "externalParameters": {
                    "name": contents.plan.name,
                    "version": contents.plan.version,
                },
                "resolvedDependencies": [
                    {"name": name, "digest": {"sha256": digest}}
                    for name, digest in _inputs(contents.plan).items()
                ],
            },
            "runDetails": {
                "builder": {"id": "https://signalbook.invalid/builder/local"},
                "metadata": {},
            },
        },
    }


def _inputs(plan: ReleasePlan) -> dict[str, str]:
    """sha256 of what the release is made from, by name in alphabetical order."""
    return {
        "annotators": documents_hash(plan.annotators),
        "gold": documents_hash(plan.gold),
        "scheme": sha256(plan.scheme.path),
    }
