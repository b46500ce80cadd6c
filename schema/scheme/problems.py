"""Name a mistake in a scheme file by its place."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SchemeProblem:
    """A mistake in a scheme file."""

    #: JSON Pointer (RFC 6901).
    pointer: str
    fact: str


def pointer_to(pointer: str, *path: str | int) -> str:
    """The JSON Pointer (RFC 6901) of what stands under these keys."""
    return pointer + "".join("/" + str(p).replace("~", "~0").replace("/", "~1") for p in path)
