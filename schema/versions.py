"""Version numbers of schemes and datasets: MAJOR.MINOR.PATCH, compared as numbers (1.10 after 1.9)."""

from semver import Version

from .errors import UsageError


def parse_version(text: str) -> Version:
    """Read a version number, such as 1.0.0 or 1.0.0-rc.1.

    Build metadata is refused: versions that differ in it alone come neither first nor second.

    Raises:
        UsageError: The text is no version number.
    """
    version = _parsed(text)
    # The library's own pattern lets a line end and digits of other scripts pass.
    if version is None or version.build or str(version) != text:
        raise UsageError(f"{text!r} is no version number; write MAJOR.MINOR.PATCH, such as 1.0.0")
    return version


def is_version(text: str) -> bool:
    """Whether the text is a version number."""
    try:
        parse_version(text)
    except UsageError:
        return False
    return True


def series(text: str) -> Version:
    """The first version of a series that may be written short: 1.10 for 1.10.0.

    Raises:
        ValueError: The text names no series of versions.
    """
    return Version.parse(text, optional_minor_and_patch=True)


def minor_version(text: str) -> str | None:
    """MAJOR.MINOR, as far as versions of a scheme differ in meaning; None if it is no version."""
    try:
        version = series(text)
    except ValueError:
        return None
    return f"{version.major}.{version.minor}"


def _parsed(text: str) -> Version | None:
    try:
        return Version.parse(text)
    except ValueError:
        return None
