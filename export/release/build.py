"""Build one version of a dataset: checked, written whole, published at once and never changed."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from signalbook.export.dataset.parquet import write_parquet
from signalbook.export.dataset.splits import assign_splits
from signalbook.export.dataset.tables import articles_of
from signalbook.schema.codebook import codebook_markdown
from signalbook.schema.documents.records import AnnotationDocument
from signalbook.schema.errors import ConflictError, FindingsError, StaleError, UsageError
from signalbook.schema.progress import OnStep, silent
from signalbook.schema.scheme.model import Scheme
from signalbook.schema.text import counted, first_of, listed
from signalbook.schema.versions import is_version, parse_version

from .card import annotator_count, card, render, withheld_count
from .catalogues import croissant, datapackage
from .contents import Contents, ReleasePlan, json_file, rows_of, spdx_id
from .layout import AGREEMENT, CARD, checked_name, parquet_files, scheme_sources
from .ledger import (
    complete_index,
    keep_bytes_in_git,
    read_ledger,
    versions_on_disk,
    write_index,
    write_ledger,
)
from .manifest import write_manifest
from .read import released_scheme_file
from .staging import already_published, locked, staged
from .verify import refuse_damaged

_CHANGES = "CHANGELOG.md"
#: What an entry of a change log begins with; headings in the words of an entry are escaped.
_ENTRY = re.compile(r"^## ", re.MULTILINE)
_MAX_ERRORS_SHOWN = 20


@dataclass(frozen=True)
class WaysOut:
    """The commands that mend what keeps a release from being published."""

    #: Lists the errors in documents of annotators.
    validate: str = "signalbook validate"
    #: Lists the errors in gold annotations.
    validate_gold: str = "signalbook validate GOLD"
    #: Makes the gold annotations anew.
    adjudicate: str = "signalbook adjudicate auto"
    #: Bring corrected metadata of articles into the documents.
    correct: str = "signalbook push, then: signalbook pull"
    #: Has people decide again.
    decide: str = "signalbook adjudicate send"


_WAYS_OUT = WaysOut()


def build_release(
    plan: ReleasePlan, root: Path, *, ways_out: WaysOut = _WAYS_OUT, on_step: OnStep = silent
) -> Path:
    """Check, write and publish `root/name/version`; returns its folder.

    Apart from the versions published before, the same plan gives the same bytes.

    Args:
        plan: What is to be published.
        root: Folder of all datasets.
        ways_out: Commands to name where documents have to be mended first.
        on_step: Is given the name of each step before it begins.

    Raises:
        UsageError: Name, version, day or licence cannot be one.
        FindingsError: A document has errors, or there is none.
        DocumentError: An earlier version, the index or the ledger is damaged.
        StaleError: Gold was made from other annotations than there are, or the documents say of a
            text that was withdrawn that it may be given away.
        ReleaseExists: The version was published before.
        ConflictError: Another release of this dataset is being written, or an earlier version has
            another scheme under the same name and version.
    """
    dataset = root / checked_name(plan.name)
    target = dataset / str(parse_version(plan.version))
    _check_day(plan.about.created)
    _check_licence(plan.about.licence)
    if target.exists():
        raise already_published(target)
    if not plan.gold and not plan.annotators:
        raise FindingsError(
            "there is no document to release yet; bring annotations in with signalbook pull, then "
            "decide where they differ with signalbook adjudicate auto"
        )
    _refuse_stale_gold(plan, ways_out)
    _refuse_withdrawn(plan, ways_out)
    on_step("checking documents")
    _refuse_errors(plan, ways_out)
    with locked(dataset):
        on_step("checking earlier versions")
        refuse_damaged(dataset)
        _refuse_changed_scheme(plan.scheme, dataset)
        on_step("laying out tables")
        ledger = read_ledger(dataset)
        complete_index(dataset)  # what is damaged is told before anything is published
        splits, leaks = assign_splits(
            articles_of(plan.layered), ledger, version=plan.version, salt=plan.name
        )
        contents = Contents(plan, rows_of(plan.scheme, plan.released, splits), tuple(leaks))
        with staged(target) as folder:
            _write(folder, contents, previous=dataset, on_step=on_step)
        write_ledger(dataset, {**ledger, **splits})
        write_index(dataset)
        keep_bytes_in_git(dataset)
    return target


def _check_day(day: str | None) -> None:
    try:
        if day is not None and date.fromisoformat(day).isoformat() != day:
            raise ValueError(day)
    except ValueError as error:
        raise UsageError(f"{day!r} is no day; write it as in 2031-05-02") from error


def _check_licence(licence: str) -> None:
    """Programs that read a release know a licence by its SPDX identifier alone."""
    identifier = spdx_id(licence)
    if identifier != licence or " " in licence:
        meant = f"did you mean {identifier}?" if identifier else "see https://spdx.org/licenses"
        raise UsageError(f"{licence!r} is no SPDX identifier of a licence; {meant}")


def _refuse_stale_gold(plan: ReleasePlan, ways_out: WaysOut) -> None:
    """Gold that does not follow from its annotations any more is not published."""
    if plan.gold_record is None or not plan.annotators:
        return
    lines: list[str] = []
    if stale := plan.gold_record.stale(plan.gold, plan.annotators, plan.decided):
        lines.append(
            f"the annotations of {counted(len(stale), 'article')} have changed since gold "
            "annotations were made of them, or people have decided something about them since "
            f"({listed(stale, _MAX_ERRORS_SHOWN)}); make these anew with: {ways_out.adjudicate}"
        )
    if flagged := plan.gold_record.to_decide_again(plan.gold):
        lines.append(
            f"in {counted(len(flagged), 'article')}, people have to decide again, since annotators "
            f"have other readings now ({listed(flagged, _MAX_ERRORS_SHOWN)}); send them with: "
            f"{ways_out.decide}"
        )
    if gone := plan.gold_record.gone(plan.gold, plan.annotators):
        lines.append(
            f"the annotations of {counted(len(gone), 'article')}, of which gold annotations were "
            f"made, are not there any more ({listed(gone, _MAX_ERRORS_SHOWN)}); bring them back, "
            f"or keep the gold annotations without them with: {ways_out.adjudicate} --existing keep"
        )
    if lines:
        raise StaleError(*lines)


def _refuse_withdrawn(plan: ReleasePlan, ways_out: WaysOut) -> None:
    """A version never changes, so no text goes into one that was withdrawn before."""
    if ids := plan.given_away:
        texts = counted(len(ids), "text may", "texts may")
        raise StaleError(
            f"by the articles of the workspace, {texts} not be given away, and the documents say "
            f"otherwise ({listed(ids, _MAX_ERRORS_SHOWN)}); correct them with: {ways_out.correct}"
        )


def _refuse_errors(plan: ReleasePlan, ways_out: WaysOut) -> None:
    """Raise a FindingsError that names the first errors, if there are any."""
    in_gold = _error_lines(plan.gold, plan.scheme)
    of_annotators = _error_lines(plan.annotators, plan.scheme)
    if not in_gold and not of_annotators:
        return
    lines = ["no release while errors stand:"]
    lines += first_of([*in_gold, *of_annotators], _MAX_ERRORS_SHOWN)
    if in_gold:
        lines.append(f"have the gold annotations repaired: {ways_out.validate_gold}")
    if of_annotators:
        lines.append(f"have them repaired, by annotator: {ways_out.validate}")
    raise FindingsError(*lines)


def _refuse_changed_scheme(scheme: Scheme, dataset: Path) -> None:
    """One version of a scheme means one thing in all versions of a dataset."""
    now = json.loads(scheme.path.read_bytes())
    for version in reversed(versions_on_disk(dataset)):
        path = released_scheme_file(dataset / version)
        then = json.loads(path.read_bytes())
        if then != now and then["x-scheme"] == now["x-scheme"]:
            raise ConflictError(
                f"{scheme.path}: not the scheme of {dataset.name} {version} ({path}), yet both are "
                f"{scheme.name} {scheme.version}; give what you changed a version of its own under "
                f"x-scheme, such as {parse_version(scheme.version).bump_patch()}, or a higher one "
                "if documents made before do not fit it; or release with that file: --scheme"
            )


def _error_lines(documents: Iterable[AnnotationDocument], scheme: Scheme) -> list[str]:
    from signalbook.export.validation.checker import Checker

    checker = Checker(scheme, warns=False)
    return [
        f"{issue.article_id} by {issue.annotator_id}: {issue.id}: {issue.message} {issue.fact}"
        for document in documents
        for issue in checker.errors(document) or ()
    ]


def _write(folder: Path, contents: Contents, *, previous: Path, on_step: OnStep) -> None:
    on_step("writing tables")
    for configuration, split, file in parquet_files(contents.scheme):
        write_parquet(contents.data[configuration, split], folder / file)
    schema = folder / "schema"
    schema.mkdir()
    for source in scheme_sources(contents.scheme):
        (schema / source.name).write_bytes(source.read_bytes())
    (schema / "codebook.md").write_bytes(codebook_markdown(contents.scheme).encode())
    on_step("measuring agreement")
    _write_agreement(folder / AGREEMENT, contents)
    on_step("writing metadata")
    _write_metadata_files(folder, contents, previous=previous)
    write_manifest(folder, contents)


def _write_agreement(folder: Path, contents: Contents) -> None:
    plan = contents.plan
    if plan.agreement is None:
        return
    gold = (document for layer, document in plan.released if layer == "gold")
    files = {
        **plan.agreement.files(gold, contents.splits),
        "report.json": json_file(plan.agreement.data),
        "report.md": plan.agreement.markdown.encode(),
    }
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)


def _write_metadata_files(folder: Path, contents: Contents, *, previous: Path) -> None:
    """Write card, licence, citation, datasheet, change log and catalogue entries."""
    counts = {"annotators": annotator_count(contents), "withheld": withheld_count(contents)}
    texts = {
        CARD: card(contents),
        "LICENSE": render("LICENSE.j2", contents, withheld=counts["withheld"]),
        "CITATION.cff": render("CITATION.cff.j2", contents),
        "DATASHEET.md": render("DATASHEET.md.j2", contents, **counts),
        _CHANGES: render("CHANGELOG.md.j2", contents, earlier=_earlier(previous, contents)),
    }
    for name, text in texts.items():
        (folder / name).write_bytes(text.encode())
    (folder / "croissant.json").write_bytes(json_file(croissant(folder, contents)))
    (folder / "datapackage.json").write_bytes(json_file(datapackage(folder, contents)))


def _earlier(dataset: Path, contents: Contents) -> str:
    """The entries of all versions before, newest first, from whatever change logs are here."""
    here = parse_version(contents.plan.version)
    entries: dict[str, str] = {}
    for version in versions_on_disk(dataset):
        path = dataset / version / _CHANGES
        text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
        for entry in _ENTRY.split(text)[1:]:
            entries[entry.split(maxsplit=1)[0]] = entry.strip("\n")
    before = [v for v in entries if is_version(v) and parse_version(v) < here]
    ordered = sorted(before, key=parse_version, reverse=True)
    return "\n\n".join(f"## {entries[version]}" for version in ordered)
