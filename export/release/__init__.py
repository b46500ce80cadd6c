"""One version of a dataset: built, published at once, read back and verified."""

from .build import build_release
from .contents import About, ReleasePlan
from .read import is_release, released_documents, released_scheme
from .verify import ReleaseFinding, verify_release

__all__ = [
    "About",
    "ReleaseFinding",
    "ReleasePlan",
    "build_release",
    "is_release",
    "released_documents",
    "released_scheme",
    "verify_release",
]
