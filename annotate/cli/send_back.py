"""What `validate --send-back` does with the server, which `export` does not know."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .workspace import locked, open_client, workspace_here

if TYPE_CHECKING:
    from signalbook.schema.documents.corrections import Correction, SentBack


def send_back(wanted: "Sequence[Correction]", url: str | None, dry_run: bool) -> "SentBack":
    """Show annotators what is to be repaired in their own articles."""
    from signalbook.annotate.sync.corrections import send_corrections

    workspace = workspace_here()
    with open_client(workspace, url=url) as client, locked(workspace):
        return send_corrections(client, workspace, wanted, dry_run=dry_run)
