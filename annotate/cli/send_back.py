"""What `validate --send-back` does with the server, which `export` does not know."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .workspace import locked, open_client

if TYPE_CHECKING:
    from signalbook.schema.documents.corrections import Correction, SentBack


def send_back(wanted: "Sequence[Correction]", url: str | None, dry_run: bool) -> "SentBack":
    """Show annotators what is to be repaired in their own articles."""
    from signalbook.annotate.sync.corrections import send_corrections
    from signalbook.annotate.workspace.workspace import find_workspace

    workspace = find_workspace()
    with open_client(workspace, url=url) as client, locked(workspace):
        return send_corrections(client, workspace, wanted, dry_run=dry_run)
