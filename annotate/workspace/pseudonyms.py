"""An e-mail address becomes the name of an annotator in the data."""

import hmac
import os
import secrets
from pathlib import Path

from signalbook.annotate.studio.private_files import OWNER_ONLY_FILE, make_private_folder

from .workspace import Workspace

_DIGITS = 12


def pseudonym(workspace: Workspace, email: str) -> str:
    """The name chosen in signalbook.toml, or one that only the workspace's key can derive."""
    address = email.strip().lower()
    if chosen := workspace.annotators.get(address):
        return chosen
    digest = hmac.new(_key(workspace.pseudonym_key), address.encode("utf-8"), "sha256")
    return f"annotator-{digest.hexdigest()[:_DIGITS]}"


def _key(path: Path) -> bytes:
    """The key, made once; without it the same people would get new names."""
    make_private_folder(path.parent)
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    if not path.exists():
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ONLY_FILE)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32) + "\n")
        try:
            os.link(draft, path)  # unlike a rename this never replaces another's key
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return bytes.fromhex(path.read_text(encoding="ascii").strip())
