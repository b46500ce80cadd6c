"""The titles of projects on the server: that of the workspace, and what a project of it is for."""

import hashlib

_BETWEEN = " · "
#: What the server takes.
_MAX_TITLE = 50
#: A title or a name that is cut ends in so much of its hash, so that no two become one.
_HASH = 4
#: What is left of the workspace's title, however long a name is.
_MIN_TITLE = 12


def project_title(title: str, name: str) -> str:
    """The title of the project of one annotator or stage, as short as the server wants it."""
    name = _cut(name, _MAX_TITLE - _MIN_TITLE - len(_BETWEEN))
    return f"{_cut(title, _MAX_TITLE - len(_BETWEEN) - len(name))}{_BETWEEN}{name}"


def _cut(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    digest = hashlib.sha256(text.encode("utf-8")).hexdigest()[:_HASH]
    return f"{text[: most - _HASH - 1].rstrip()}…{digest}"
