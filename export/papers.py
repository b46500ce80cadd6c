"""The contents of a release become the files that people and catalogues read."""

from pathlib import Path

from .contents import Contents


def write_papers(folder: Path, contents: Contents, *, previous: Path) -> None:
    """Write card, licence, citation, datasheet, change log and catalogue entries."""
    (folder / "README.md").write_text(f"# {contents.name}\n", encoding="utf-8")
