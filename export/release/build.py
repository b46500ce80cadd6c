"""Annotation documents become one version of a dataset, published at once and never changed."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from signalbook.export.dataset.parquet import write_parquet
from signalbook.export.dataset.splits import assign_splits
from signalbook.export.dataset.tables import Layered, articles_of, in_order
from signalbook.export.dataset.withheld import withhold
from signalbook.schema.documents.jsonl import canonical_json
from signalbook.schema.documents.records import AnnotationDocument
from signalbook.schema.errors import FindingsError, UsageError
from signalbook.schema.scheme.model import Json, Scheme

from .contents import About, Contents, json_file, newest_day, rows_of
from .layout import parquet_files, scheme_sources
from .ledger import read_ledger, write_index, write_ledger
from .manifest import seal
from .papers import write_papers
from .staging import exists, locked, staged
from .versions import checked_name, parse_version

_SHOWN = 20


def build_release(
    name: str,
    version: str,
    gold_documents: Iterable[AnnotationDocument],
    annotator_documents: Iterable[AnnotationDocument],
    *,
    scheme: Scheme,
    root: Path,
    about: About | None = None,
    created: str | None = None,
    agreement: Mapping[str, Json] | None = None,
    agreement_markdown: str | None = None,
    agreement_files: Mapping[str, bytes] | None = None,
    codebook: str | None = None,
) -> Path:
    """Check, lay out, write and publish `root/name/version`; returns its folder.

    `created` is the day that the release says it was made; without it, that of the newest
    annotation. Apart from that and the versions published before, the same documents give the
    same bytes.

    Raises:
        UsageError: name or version cannot be one.
        FindingsError: a document has errors, or there is none.
        ReleaseExists: the version was published before.
        ConflictError: another release of this dataset is being written.
    """
    dataset = root / checked_name(name)
    target = dataset / str(parse_version(version))
    _check_day(created)
    gold, annotators = list(gold_documents), list(annotator_documents)
    if target.exists():
        raise exists(target)
    if not gold and not annotators:
        raise FindingsError(
            "no release of nothing: there is no document yet; pull, then adjudicate"
        )
    refuse_errors([*gold, *annotators], scheme)
    layered = in_order(gold, annotators)
    with locked(dataset):
        ledger = read_ledger(dataset)
        splits, leaks = assign_splits(articles_of(layered), ledger, version=version, salt=name)
        released: list[Layered] = [
            (layer, withhold(document, scheme)) for layer, document in layered
        ]
        contents = Contents(
            name=name,
            version=version,
            created=created or newest_day([*gold, *annotators]),
            about=about or About(),
            scheme=scheme,
            data=rows_of(scheme, released, splits),
            leaks=tuple(leaks),
            agreement=agreement,
            agreement_markdown=agreement_markdown,
            agreement_files=agreement_files or {},
            codebook=codebook,
            inputs={
                "gold": _digest(gold),
                "annotators": _digest(annotators),
                "scheme": hashlib.sha256(scheme.path.read_bytes()).hexdigest(),
            },
        )
        with staged(target) as folder:
            _write(folder, contents, previous=dataset)
        write_ledger(dataset, {**ledger, **splits})
        write_index(dataset)
    return target


def _check_day(created: str | None) -> None:
    try:
        if created is not None and date.fromisoformat(created).isoformat() != created:
            raise ValueError(created)
    except ValueError as error:
        raise UsageError(f"{created!r} is no day; write it as in 2031-05-02") from error


def refuse_errors(documents: Iterable[AnnotationDocument], scheme: Scheme) -> None:
    """Nothing with an error is released.

    Raises:
        FindingsError: naming the first errors.
    """
    from signalbook.export.validation.checker import check, errors

    found = errors(check(documents, scheme))
    if not found:
        return
    lines = [
        f"{issue.article_id} by {issue.annotator_id}: {issue.id}: {issue.message} {issue.fact}"
        for issue in found[:_SHOWN]
    ]
    more = f"and {len(found) - _SHOWN} more; " if len(found) > _SHOWN else ""
    lines.append(f"{more}have them repaired, by annotator: signalbook validate")
    raise FindingsError("\n".join(["no release while errors stand:", *lines]))


def _write(folder: Path, contents: Contents, *, previous: Path) -> None:
    for configuration, split, file in parquet_files(contents.scheme):
        write_parquet(contents.data[configuration, split], folder / file)
    schema = folder / "schema"
    schema.mkdir()
    for source in scheme_sources(contents.scheme):
        (schema / source.name).write_bytes(source.read_bytes())
    if contents.codebook is not None:
        (schema / "codebook.md").write_bytes(contents.codebook.encode())
    _write_agreement(folder / "agreement", contents)
    write_papers(folder, contents, previous=previous)
    seal(folder, contents)


def _write_agreement(folder: Path, contents: Contents) -> None:
    files = dict(contents.agreement_files)
    if contents.agreement is not None:
        files["report.json"] = json_file(contents.agreement)
    if contents.agreement_markdown is not None:
        files["report.md"] = contents.agreement_markdown.encode()
    for name, content in sorted(files.items()):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _digest(documents: Iterable[AnnotationDocument]) -> str:
    """Hash of documents, whatever their order."""
    lines = (canonical_json(document.to_dict()) for document in documents)
    digests = sorted(hashlib.sha256(line.encode()).hexdigest() for line in lines)
    return hashlib.sha256("\n".join(digests).encode()).hexdigest()
