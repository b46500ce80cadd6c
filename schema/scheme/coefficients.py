"""Name the coefficients of agreement that a scheme may ask for, by what they are of."""

from collections.abc import Mapping
from typing import Final


def alpha_of(level: str) -> str:
    """The alpha by which a field of this level is judged, unless its scheme names another."""
    distance = {"set": "masi", "text": "nominal"}.get(level, level)
    return f"krippendorff_alpha_{distance}"


_NOMINAL: Final = (
    alpha_of("nominal"),
    "gwet_ac1",
    "fleiss_kappa",
    "conger_kappa",
    "brennan_prediger",
    "percent_agreement",
)
#: The intraclass correlations of one way, and of two: of agreement, and of consistency, for which
#: it does not matter that one annotator gives greater numbers than another.
_NUMBERS: Final = (
    alpha_of("interval"),
    "icc",
    "icc_agreement",
    "icc_consistency",
    alpha_of("nominal"),
    "percent_agreement",
)
#: Level of measurement -> the coefficients that fit it, the usual one first.
FITTING: Final[Mapping[str, tuple[str, ...]]] = {
    "nominal": _NOMINAL,
    "ordinal": (alpha_of("ordinal"), "gwet_ac2_quadratic", *_NOMINAL),
    "interval": _NUMBERS,
    "ratio": (alpha_of("ratio"), *_NUMBERS),
    "set": (alpha_of("set"), "percent_agreement"),
    "text": (alpha_of("text"), "percent_agreement"),
}
#: Those that depend on how many values there are.
OF_LISTED_VALUES: Final = ("gwet_ac1", "gwet_ac2_quadratic", "brennan_prediger")
#: Of a field that is described and not judged.
DESCRIPTIVE: Final = "none_reported_descriptively"

#: Field and coefficient of a measure, as a report names it.
_Measured = tuple[str, str]
#: Coefficients of spans of one type. `f1_iou_…` pairs spans that have so much of their union in
#: common, `f1_overlap` those that share a character; `krippendorff_alpha_u` is of characters.
OF_SPANS: Final[Mapping[str, _Measured]] = {
    "f1_iou_0.5": ("iou_0.5", "f1"),
    "f1_iou_0.75": ("iou_0.75", "f1"),
    "f1_exact": ("exact", "f1"),
    "f1_overlap": ("overlap", "f1"),
    "gamma": ("position", "gamma_position"),
    "krippendorff_alpha_u": ("characters", "krippendorff_alpha_u_binary"),
}
#: Coefficients of relations. Aligned pairs are relations between spans that two annotators both
#: marked, candidate pairs are any two such spans that may be joined.
OF_RELATIONS: Final[Mapping[str, _Measured]] = {
    "f1_on_aligned_pairs": ("strict", "f1"),
    "f1_on_aligned_pairs_unlabelled": ("unlabelled", "f1"),
    "f1_on_aligned_pairs_undirected": ("undirected", "f1"),
    "krippendorff_alpha_nominal_on_candidate_pairs": ("linked", "krippendorff_alpha_nominal"),
    "gwet_ac1_on_candidate_pairs": ("linked", "gwet_ac1"),
    "krippendorff_alpha_nominal_on_joined_pairs": (
        "type_given_linked",
        "krippendorff_alpha_nominal",
    ),
}
#: Of parties, which two annotators both name or not.
OF_PARTIES: Final = "f1"


def parties_f1(fields: tuple[str, ...]) -> str:
    """The name of the F1 of parties that are the same if these fields are equal."""
    return f"f1_on_{'_'.join(fields)}"


def fitting_coefficients() -> dict[str, tuple[str, ...]]:
    """Where the keyword stands -> the coefficients that can be named there, the usual one first."""
    of_fields = {f"a field of level {level}": names for level, names in FITTING.items()}
    return {
        **of_fields,
        "a span type": tuple(OF_SPANS),
        "the type of a relation": tuple(OF_RELATIONS),
        "a party, with the fields that make two the same": (OF_PARTIES, parties_f1(("…",))),
    }


def known_coefficients() -> set[str]:
    """Every name but those that follow from the fields of a scheme."""
    of_fields = {name for names in FITTING.values() for name in names}
    return {*of_fields, DESCRIPTIVE, *OF_SPANS, *OF_RELATIONS, OF_PARTIES}
