"""Name the coefficients of agreement that a scheme may ask for, by level of measurement."""

from collections.abc import Mapping
from typing import Final


def alpha_of(level: str) -> str:
    """The alpha by which a field of this level is judged."""
    distance = {"set": "masi", "text": "nominal"}.get(level, level)
    return f"krippendorff_alpha_{distance}"


_NOMINAL: Final = alpha_of("nominal")
#: Level of measurement -> the coefficients that fit it.
FITTING: Final[Mapping[str, tuple[str, ...]]] = {
    "nominal": (_NOMINAL,),
    "ordinal": (alpha_of("ordinal"), _NOMINAL),
    "interval": (alpha_of("interval"), _NOMINAL),
    "ratio": (alpha_of("ratio"), alpha_of("interval"), _NOMINAL),
    "set": (alpha_of("set"),),
    "text": (alpha_of("text"),),
}
#: Of a field that is described and not judged.
DESCRIPTIVE: Final = "none_reported_descriptively"
#: Coefficients of whole units.
OF_UNITS: Final = ("gamma", "f1_on_aligned_pairs", "f1_on_country_role_entity")
