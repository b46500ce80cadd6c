"""Read the configuration of another tool, of whatever kind, as a draft of a scheme."""

import re
from collections.abc import Callable, Mapping
from typing import Final, Literal, TypeAlias

from .brat_config import read_brat
from .imported import Imported, NoConfig
from .label_list import read_labels
from .label_studio_config import read_label_studio

Kind: TypeAlias = Literal["label-studio", "brat", "labels"]
READERS: Final[Mapping[Kind, Callable[[str], Imported]]] = {
    "label-studio": read_label_studio,
    "brat": read_brat,
    "labels": read_labels,
}
_BRAT_SECTION = re.compile(r"^\[(entities|spans|relations|events|attributes)\]\s*$", re.MULTILINE)


def kind_of(text: str) -> Kind:
    """What a configuration is of, by what stands in it."""
    if text.lstrip("\ufeff \t\r\n").startswith("<"):
        return "label-studio"
    return "brat" if _BRAT_SECTION.search(text) else "labels"


def read_config(text: str, kind: Kind | None = None) -> Imported:
    """The draft that a configuration stands for, and what no scheme can express.

    Raises:
        NoConfig: It is no such configuration, or has nothing that a scheme can ask.
    """
    kind = kind or kind_of(text)
    imported = READERS[kind](text.removeprefix("\ufeff"))
    if not imported.span_types and not imported.labels:
        fact = "there is nothing to mark in a text, and nothing to ask about one"
        raise NoConfig(1, "; ".join([fact, *map(str, imported.unexpressed[:1])]))
    return imported
