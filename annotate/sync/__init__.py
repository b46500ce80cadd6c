"""What push sends and pull brings back, and how far both are."""

from .pull import Pulled
from .pulled_documents import PulledDocuments, pull_documents
from .push import Pushed, push
from .raw_store import RawStore

__all__ = ["Pulled", "PulledDocuments", "Pushed", "RawStore", "pull_documents", "push"]
