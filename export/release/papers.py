"""The contents of a release become the files that people and catalogues read."""

from pathlib import Path

from .card import annotator_count, card, render, withheld_count
from .contents import Contents, json_file
from .croissant import croissant
from .datapackage import datapackage
from .layout import CARD
from .ledger import versions_on_disk
from .versions import parse_version

_CHANGES = "CHANGELOG.md"


def write_papers(folder: Path, contents: Contents, *, previous: Path) -> None:
    """Write card, licence, citation, datasheet, change log and catalogue entries."""
    counts = {"annotators": annotator_count(contents), "withheld": withheld_count(contents)}
    papers = {
        CARD: card(contents),
        "LICENSE": render("LICENSE.j2", contents),
        "CITATION.cff": render("CITATION.cff.j2", contents),
        "DATASHEET.md": render("DATASHEET.md.j2", contents, **counts),
        _CHANGES: render("CHANGELOG.md.j2", contents, earlier=_earlier(previous, contents)),
    }
    for name, text in papers.items():
        (folder / name).write_bytes(text.encode())
    (folder / "croissant.json").write_bytes(json_file(croissant(folder, contents)))
    (folder / "datapackage.json").write_bytes(json_file(datapackage(folder, contents)))


def _earlier(dataset: Path, contents: Contents) -> str:
    """The entries of the change log of the version before."""
    here = parse_version(contents.plan.version)
    before = [v for v in versions_on_disk(dataset) if parse_version(v) < here]
    path = dataset / before[-1] / _CHANGES if before else None
    if path is None or not path.is_file():
        return ""
    return path.read_text(encoding="utf-8").partition("\n\n")[2].rstrip("\n")
