"""What every command knows about the workspace that it runs in."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """Defaults of a command's options; outside a workspace they are all unset."""

    #: Where the scheme is: a file, folder or built-in name.
    scheme: str | None = None
    #: Annotation documents as JSON Lines, written by the last pull.
    documents: Path | None = None
    #: Folder of the published datasets.
    datasets: Path = field(default_factory=lambda: Path("datasets"))
