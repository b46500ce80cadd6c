"""Notes on how each coefficient of a report is computed, and who described it."""

# ruff: noqa: RUF001 (formulas are written with the letters of the literature)

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from signalbook.export.agreement.gamma_measures import MORE_SAMPLES
from signalbook.export.agreement.measure import Measure
from signalbook.export.coefficients.planning import MAX_FURTHER, ROUGH_MULTIPLE

from .prevalence import DOMINANT, HIGH_AGREEMENT, LOW_COEFFICIENT


@dataclass(frozen=True)
class Note:
    """How one thing is computed."""

    title: str
    formula: str
    text: str
    source: str


_KRIPPENDORFF = (
    "Krippendorff, K. (2018). Content Analysis: An Introduction to Its Methodology, 4th ed., "
    "chapter 12."
)
_HRIPCSAK = (
    "Hripcsak, G. and Rothschild, A. S. (2005). Journal of the American Medical Informatics "
    "Association 12(3), 296 to 298."
)
_MATHET = (
    "Mathet, Y., Widlöcher, A. and Métivier, J.-P. (2015). Computational Linguistics 41(3), "
    "437 to 479."
)
_UNITIZING = Note(
    "Krippendorff's α for unitizing",
    "α = 1 - D_o / D_e over stretches of the text",
    "Chance-corrected agreement on which characters are marked (u), and on what they are called "
    "(cu, ku); the latter are defined only where one annotator's spans do not overlap.",
    "Krippendorff, K., Mathet, Y., Bouvry, S. and Widlöcher, A. (2016). Quality & Quantity "
    "50(6), 2347 to 2364.",
)
_TWO_WAY = (
    "If every annotator gave a number to every unit, with mean squares between units (MSR), between "
    "annotators (MSC) and of the residual (MSE), σ²_u is (MSR - MSE) / k, σ²_a is (MSC - MSE) / n, and "
    "σ²_e is MSE, of n units and k annotators; otherwise they are those of Henderson's method 3, "
    "to which only annotators who share units speak of each other. Units with two or more values "
    "count."
)
_SHROUT_FLEISS = (
    "Shrout, P. E. and Fleiss, J. L. (1979). Psychological Bulletin 86(2), 420 to 428; McGraw, K. O. and "
    "Wong, S. P. (1996). Psychological Methods 1(1), 30 to 46; missing values as in Henderson, C. R. "
    "(1953). Biometrics 9(2), 226 to 252."
)
_OBSERVED = Note(
    "Observed agreement",
    "A_o = Σ m·(share of pairs of values that are equal) / Σ m, over units with m ≥ 2 values",
    "How often two annotators say the same, by whatever reason, chance included. Beside AC and "
    "the κ of many annotators it is p_a, for which every unit counts once; beside AC2, values that "
    "differ by degree count as AC2 weighs them.",
    "Artstein, R. and Poesio, M. (2008). Computational Linguistics 34(4), 555 to 596.",
)
_DISAGREEMENT = Note(
    "Observed and expected disagreement of α",
    "D_o = Σ_u Σ_ij δ²(v_i, v_j) / (m_u - 1) / n, and D_e = Σ_ij δ²(v_i, v_j) / (n·(n - 1))",
    "The first sum is over units u with m_u ≥ 2 values and over the ordered pairs of values of a "
    "unit, the second over all ordered pairs of the n values of these units, whatever the unit. n_g "
    "is how many of the n are the value g.",
    _KRIPPENDORFF,
)
#: Beginnings of the names of coefficients that are made of it.
_OF_VALUES = tuple(
    f"krippendorff_alpha_{level}"
    for level in ("nominal", "ordinal", "interval", "ratio", "masi", "binary")
)
_RELATIONS = Note(
    "Relations",
    "F1 = 2·both / (2·both + only one + only other)",
    "Spans of two annotators are matched as for F1 of those that share a character; of equally good "
    "matchings, one that joins most spans of one group. Both have a relation if both link the same "
    "two matched spans, by the same type and in the same direction; the direction of a symmetric type "
    "means nothing. A relation of a span that is not matched is one annotator's only. F1 is averaged "
    "over pairs of annotators, as that of spans. The units of α and AC are the pairs of matched spans "
    "that the scheme lets a relation join; those of two annotators count 1 / (m - 1) in an article "
    "that m saw.",
    _HRIPCSAK,
)
#: Beginning of a coefficient's name -> its note.
_NOTES = {
    "f1": Note(
        "F1, mean over pairs",
        "F1 = 2·both / (2·both + only one + only other)",
        "For what could lie anywhere in a text, nobody can count what both left unmarked; as that "
        "number grows, kappa tends to F1. Spans of the same type are matched one to one: those with "
        "the same boundaries, those with at least such a share of their union in common (IoU), or "
        "those that share a character. As many as possible are matched, and of all such "
        "matchings that with the greatest sum of IoU is taken. F1 is averaged over all pairs of "
        "annotators that marked anything in articles that both saw.",
        _HRIPCSAK,
    ),
    "krippendorff_alpha_nominal": Note(
        "Krippendorff's α, nominal",
        "α = 1 - D_o / D_e, with δ² = 0 for equal values, else 1",
        "Observed over expected disagreement of all pairs of values of a unit. Missing values are "
        "left out; 1 is perfect, 0 is what chance gives, and less is systematic disagreement.",
        _KRIPPENDORFF,
    ),
    "krippendorff_alpha_ordinal": Note(
        "Krippendorff's α, ordinal",
        "δ² = (sum of n_g from c to k - (n_c + n_k) / 2)²",
        "As nominal, but two values are the farther apart the more values lie between them.",
        _KRIPPENDORFF,
    ),
    "krippendorff_alpha_interval": Note(
        "Krippendorff's α, interval", "δ² = (c - k)²", "As nominal, but for numbers.", _KRIPPENDORFF
    ),
    "krippendorff_alpha_ratio": Note(
        "Krippendorff's α, ratio",
        "δ² = ((c - k) / (c + k))²",
        "As nominal, but for numbers with a true zero.",
        _KRIPPENDORFF,
    ),
    "krippendorff_alpha_masi": Note(
        "Krippendorff's α with the MASI distance",
        "1 - J·M in place of δ²; J = |A∩B| / |A∪B|; M = 1 equal, 2/3 subset, 1/3 overlapping, 0 disjoint",
        "For sets of values: to share some is less of a disagreement than to share none. The distance "
        "is taken as it is, not squared.",
        "Passonneau, R. (2006). Proceedings of LREC 2006; α as in Krippendorff (2018).",
    ),
    "krippendorff_alpha_binary": Note(
        "Krippendorff's α, one value against the rest",
        "α nominal, after every value but one was made the same",
        "Shows which values carry a disagreement.",
        _KRIPPENDORFF,
    ),
    "gamma": Note(
        "γ by place, and by place and type",
        "γ = 1 - disorder of the best alignment / expected disorder",
        "Aligns and scores at once where spans lie and, if wanted, what they are called; what is "
        "expected comes from random annotations of each article. An alignment puts every span into "
        "a group with at most one of each annotator; its disorder is the sum over groups of the mean "
        "dissimilarity d of all pairs of annotators, divided by the mean number of spans of an "
        "annotator. γ by place and type leaves out spans that mention again what another of the same "
        "annotator says.",
        _MATHET,
    ),
    "gamma_cat": Note(
        "γ-cat",
        "as γ, on the types of spans that the best alignment joins",
        "What is left of γ when the places are taken for granted.",
        "Mathet, Y. (2017). Computational Linguistics 43(3), 661 to 681; γ as in Mathet et al. (2015).",
    ),
    "percent_agreement": _OBSERVED,
    "gwet_ac": Note(
        "Gwet's AC1, and AC2 with weights",
        "AC = (p_a - p_e) / (1 - p_e), with p_e = Σ π_k (1 - π_k) / (q - 1) for AC1",
        "Made for where one value dominates; it is then far higher than α, so read the two together.",
        "Gwet, K. L. (2008). British Journal of Mathematical and Statistical Psychology 61(1), "
        "29 to 48.",
    ),
    "fleiss_kappa": Note(
        "Fleiss' κ",
        "κ = (p_a - p_e) / (1 - p_e), with p_e = Σ π_k²",
        "The share of pairs of values that agree, corrected by the share of each value in all units; "
        "p_a is the mean over units with two or more values, as of AC.",
        "Fleiss, J. L. (1971). Psychological Bulletin 76(5), 378 to 382; missing values as in "
        "Gwet, K. L. (2014). Handbook of Inter-Rater Reliability, 4th ed.",
    ),
    "conger_kappa": Note(
        "Conger's κ",
        "κ = (p_a - p_e) / (1 - p_e), with p_e the mean of Σ p_gk·p_hk over pairs of annotators g, h",
        "As Fleiss' κ, but chance follows the habits of each annotator; with two annotators it is "
        "Cohen's κ.",
        "Conger, A. J. (1980). Psychological Bulletin 88(2), 322 to 328; missing values as in "
        "Gwet, K. L. (2014). Handbook of Inter-Rater Reliability, 4th ed.",
    ),
    "brennan_prediger": Note(
        "Brennan and Prediger's κ",
        "κ = (p_a - p_e) / (1 - p_e), with p_e = 1 / q",
        "As Fleiss' κ, but by chance each of the q possible values is as likely as any other.",
        "Brennan, R. L. and Prediger, D. J. (1981). Educational and Psychological Measurement 41(3), "
        "687 to 699; missing values as in Gwet, K. L. (2014). Handbook of Inter-Rater Reliability, "
        "4th ed.",
    ),
    "icc": Note(
        "Intraclass correlation, ICC(1, 1)",
        "ICC = (MSB - MSW) / (MSB + (k - 1)·MSW), with k = (N - Σ n_i² / N) / (n - 1)",
        "The share of the variance of numbers that lies between units, of single values in a one-way "
        "analysis of variance: MSB is the mean square between the n units with two or more values, "
        "MSW that within them, and n_i of all N values are of unit i. Annotators need not all "
        "answer for every unit; that one gives greater numbers than another counts as disagreement.",
        "Shrout, P. E. and Fleiss, J. L. (1979). Psychological Bulletin 86(2), 420 to 428; unequal "
        "numbers of values as in Donner, A. (1986). International Statistical Review 54(1), 67 to 82.",
    ),
    "icc_agreement": Note(
        "Intraclass correlation of agreement, ICC(2, 1)",
        "ICC = σ²_u / (σ²_u + σ²_a + σ²_e)",
        "The share of the variance of numbers that lies between units (σ²_u), of single values in a "
        "two-way analysis of variance, in which σ²_a is the variance between annotators and σ²_e the "
        "rest: that one annotator gives greater numbers than another counts as disagreement. "
        + _TWO_WAY,
        _SHROUT_FLEISS,
    ),
    "icc_consistency": Note(
        "Intraclass correlation of consistency, ICC(3, 1)",
        "ICC = σ²_u / (σ²_u + σ²_e)",
        "As ICC(2, 1), but the variance between annotators is left out: that one always gives greater "
        "numbers than another is no disagreement. " + _TWO_WAY,
        _SHROUT_FLEISS,
    ),
    "krippendorff_alpha_u": _UNITIZING,
    "krippendorff_alpha_cu": _UNITIZING,
    "krippendorff_alpha_ku": _UNITIZING,
    "share_matched": Note(
        "Share matched",
        "spans in groups of two or more annotators / spans",
        "The share of all spans that another annotator marked as well, in articles that two or more "
        "saw: the coefficients of fields rest on these alone. Spans that mention again what another "
        "of the same annotator says are not counted.",
        "",
    ),
}
_MATCHED_SPANS = Note(
    "Matched spans",
    "",
    "Fields are compared on groups of spans of one type that mean the same: the best alignment of γ "
    "by position, without spans that mention again what another of the same annotator says, parted "
    "where spans share no character. Where an annotator has several spans of "
    "one extent, each stands in the group with which it has most values in common. A span that "
    "nobody else marked has no field to compare; it counts as one that one alone marked.",
    _MATHET,
)
_SAME_BOUNDARIES = Note(
    "What the same boundaries would bring",
    "gain = F1 of overlapping spans - F1",
    "Where an F1 of spans misses its target, or lies below it: what it would be if spans that overlap had the same "
    "boundaries.",
    "",
)
_PARTIES = Note(
    "Equal parties",
    "",
    "References to parties are equal if the parties have equal values in the fields by which the "
    "scheme compares them; there, a field that neither has a value for counts as equal.",
    "",
)
_ALWAYS = (
    Note(
        "Equal values",
        "",
        "Words are compared without case, accents, punctuation and surplus space, codes as they "
        "stand. A value that was not given is missing.",
        "",
    ),
    Note(
        "Intervals",
        "z(x) = log((x - floor) / (1 - x)); x' = (D x + a m) / (D + a), m = (1 + floor) / 2, "
        "a = D / (2 n (1 - m)); s² = (D - 1) / D · Σ (z(x'₋ᵢ) - mean)² + s_a²; z(x') ± t s; "
        "x'₋ᵢ = ((D - 1) x₋ᵢ + a m) / (D - 1 + a); "
        "s_a = a / (D + a) · √((1 - x')² + (x' - floor)²) / 2 · (1 / (1 - x') + 1 / (x' - floor))",
        "What could have been otherwise is the article, not the unit, because the units of one "
        "article depend on each other. The interval is that of the jackknife over the D articles "
        "(x₋ᵢ is the coefficient without article i) with Student's t, taken on the scale z, where "
        "the floor is 0 of F1 and of shares, -1 of coefficients that correct for chance, and none of "
        "γ (z = log(1 / (1 - x)), m = 0, s_a = a / (D + a) · √((1 - x')² + x'²) / (1 - x')), so that no end lies where the coefficient cannot be. Half a unit "
        "of disagreement is added before, of the n units (of F1, of what each two have in common), "
        "and s_a is what all or none of it would make, so that no disagreement seen is not taken for "
        "none possible. The degrees of freedom are at most those of the articles that could show a "
        "difference less one, f, fewer if few of them hold most of the spread (2 / (2 / f + k / D), "
        "where k is the unbiased excess kurtosis of z(x'₋ᵢ), or 0 if that is less), and "
        "towards less agreement at most as many as articles with disagreement. "
        "An article could show a difference if the coefficient is defined on it alone, as where more "
        "than one value occurs in it; of the others, such as those with one label each, so many count "
        "as the share of their pairs that have different values. "
        "Where no disagreement was seen, the lower end is 1 - s·U, where U is the exact upper limit "
        "of the share of articles with disagreement; where it was seen in some of "
        "them alone, the lower end lies no lower than so found. s is how severe it may be in one "
        "article: what was seen, (1 - x)·D over the articles with disagreement; without any, as in "
        "chance, or 1 - floor over the units of an article if that is more; and never less than D "
        "over the articles that could show a difference. With fewer than 5 articles "
        "that could show a difference there is no interval. It speaks of other articles like these, "
        "annotated by these annotators; of other annotators it says nothing, however many the "
        "articles, of ICC(2, 1) no more than of the others. P(< x) is the confidence that the "
        "coefficient of all such articles is below x.",
        "Agresti, A. and Coull, B. A. (1998). The American Statistician 52(2); Agresti, A. and "
        "Caffo, B. (2000). The American Statistician 54(4); Brown, L. D., Cai, T. T. and DasGupta, "
        "A. (2001). Statistical Science 16(2); Clopper, C. J. and Pearson, E. S. (1934). Biometrika "
        "26(4); Satterthwaite, F. E. (1946). Biometrics Bulletin 2(6); O'Neill, B. (2014). The "
        "American Statistician 68(4); Joanes, D. N. and Gill, C. A. (1998). The Statistician 47(1); "
        "Rao, J. N. K. and Wu, C. F. J. (1985). Journal of the American Statistical Association 80; "
        "Hughes, J. (2022). arXiv:2210.13265.",
    ),
    Note(
        "Verdicts",
        "",
        "Met: the whole interval reaches the target. Not met: the whole interval is below it. "
        "Inconclusive: the target lies within. Too few: there are too few articles for an interval. "
        "How many more articles are needed is an estimate: that they are like those at hand, that "
        "the coefficient of all articles there could be lies near its target, within 0.1 in two of "
        "three cases, and that what is not yet known of it may turn out either way; with so many, the "
        "interval no longer holds the target with a probability of 80 %. No number is told above "
        f"{MAX_FURTHER}, and one above {ROUGH_MULTIPLE} times the articles at hand is rough; none where fewer than 5 articles show disagreement, and none of a "
        "target of 1, which is never met. Each measure is judged by itself: of measures that lie "
        "just below their target, about one in forty is called met.",
        "O'Hagan, A., Stevens, J. W. and Campbell, M. J. (2005). Pharmaceutical Statistics 4(3), 187 "
        "to 201.",
    ),
    Note(
        "Low coefficients in spite of agreement",
        f"A_o ≥ {HIGH_AGREEMENT:g}, coefficient < {LOW_COEFFICIENT:g}, share of the commonest value "
        f"≥ {DOMINANT:g}",
        "Where nearly all values are the same, chance alone would agree often, and a coefficient that "
        "corrects for chance is low although annotators seldom differ. Where the three figures are "
        "so, for a field judged by α, Fleiss' κ, Conger's κ or an ICC, a sentence says it. What "
        "chance would give is said of nominal α and of both κ only, where it follows from the other "
        "two. The limits are this program's own; of the commonest value, units with two or more values "
        "are counted.",
        "Feinstein, A. R. and Cicchetti, D. V. (1990). Journal of Clinical Epidemiology 43(6), 543 "
        "to 549.",
    ),
    Note(
        "What to do next",
        "",
        "Ranked by what a coefficient would gain whose target is not met, or whose value lies below "
        "its target where the verdict is inconclusive; what rests on too few articles has no such "
        "step. It is computed again as if "
        "every unit to which annotators gave both of two values had the one that more of them gave "
        "it, or, if as many gave each, the one that is commoner in the field; of a set, as if all who "
        "judged a unit gave the value in question, or none, in the same way. Tried are the five most "
        "frequent confusions of a field, and the one that gains most is shown: an estimate of what a "
        "rule that everybody follows would bring on these articles. Steps without a figure stand last.",
        "",
    ),
    Note(
        "Shares of disagreement",
        "",
        "Each disagreement of two annotators of an article has exactly one kind, so that counts "
        "add up. Consequences, such as a reference to something that the other described "
        "differently, are counted apart from their cause.",
        "",
    ),
)


def notes(measures: Iterable[Measure]) -> list[Note]:
    """A note for every coefficient that occurs, then those on everything."""
    measures = list(measures)
    kinds = {measure.name.kind for measure in measures}
    used: dict[str, Note] = {}
    for measure in measures:
        prefixes = [prefix for prefix in _NOTES if measure.name.coefficient.startswith(prefix)]
        if prefixes:
            used[max(prefixes, key=len)] = _NOTES[max(prefixes, key=len)]
    explained = dict.fromkeys(used[prefix] for prefix in _NOTES if prefix in used)
    observed = [] if _OBSERVED in explained else [_OBSERVED]
    sampled = list(_sampling(measures))
    alphas = [m for m in measures if m.name.coefficient.startswith(_OF_VALUES)]
    return [
        *explained,
        *([_DISAGREEMENT] if alphas else []),
        *observed,
        *sampled,
        *([_MATCHED_SPANS, _SAME_BOUNDARIES] if "span_identification" in kinds else []),
        *([_RELATIONS] if "relation" in kinds else []),
        *([_PARTIES] if any(measure.name.unit == "party" for measure in measures) else []),
        *_ALWAYS,
    ]


def _sampling(measures: Iterable[Measure]) -> Iterator[Note]:
    """How chance was sampled for gamma, with the parameters that were used."""
    of_gamma = [m for m in measures if "sampler" in m.details]
    if not of_gamma:
        return
    samples = sorted({int(str(m.details["samples_per_document"])) for m in of_gamma})
    again = f"Where these have no aligned spans to compare, {MORE_SAMPLES} new ones are drawn for γ-cat. "
    weights = sorted(
        {
            (str(m.details["alpha"]), str(m.details["beta"]), str(m.details["delta_empty"]))
            for m in of_gamma
        }
    )
    yield Note(
        "Random annotations for γ",
        "d = (α·position² + β·[types differ])·Δ, and Δ where one or both have nothing; "
        + " or ".join(f"α = {a}, β = {b}, Δ = {d}" for a, b, d in weights),
        "The position of two spans is the distance of their starts plus that of their ends, divided "
        "by the sum of their lengths. What is expected comes from "
        + " or ".join(map(str, samples))
        + " random annotations of each article by the sampler of pygamma-agreement: numbers, "
        "lengths and gaps of spans are drawn from normal distributions fitted to those of the "
        "article, and types from their shares. "
        + (again if any(m.name.coefficient == "gamma_cat" for m in of_gamma) else "")
        + "The corpus has 1 less the quotient of both sums, "
        "each article weighted by its mean number of spans of an annotator.",
        "Titeux, H. and Riad, R. (2021). Journal of Open Source Software 6(62), 2989.",
    )
