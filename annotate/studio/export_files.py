"""Delete the files that exports leave on the disk of the embedded server, which deletes none itself.

They hold all that annotators did. Those of exports that somebody made on the page stay as long as
the page lists them.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

#: Below the folder of the server; in it a folder for every project, by its number.
_EXPORTS = Path("media", "export")
#: A file is named after project, minute and the beginning of its MD5.
_NAME = re.compile(r"project-[0-9]+-at-[0-9-]+-([0-9a-f]{8})(_[^.]*)?\.json")


def delete_export_files(folder: Path, hashes: Callable[[int], set[str]]) -> int:
    """Delete the files of exports that are listed nowhere; returns how many.

    Args:
        folder: Folder of the embedded server.
        hashes: Gives the MD5 of every export that a project lists; nothing for one that is gone.
    """
    count = 0
    for project, files in _files(folder):
        listed = {md5[:8] for md5 in hashes(project)}
        for path, md5 in files:
            if md5 not in listed:
                path.unlink(missing_ok=True)  # another pull may be faster
                count += 1
    return count


def _files(folder: Path) -> Iterator[tuple[int, list[tuple[Path, str]]]]:
    """Project -> its files of exports, each with the beginning of its MD5."""
    for place in sorted((folder / _EXPORTS).glob("*")):
        named = [(path, _NAME.fullmatch(path.name)) for path in sorted(place.glob("*.json"))]
        files = [(path, match[1]) for path, match in named if match]
        if place.name.isdigit() and files:
            yield int(place.name), files
