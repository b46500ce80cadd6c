"""Agreement between annotators: coefficients as pure functions on numpy arrays.

A library of its own: it imports nothing else of Signalbook.

- Categories: `krippendorff_alpha` at any level of measurement and for sets (`distance_matrix`),
  `cohen_kappa`, `scott_pi`, `bennett_s`, `fleiss_kappa`, `conger_kappa`, `brennan_prediger`,
  `gwet_ac1`, `gwet_ac2`.
- Numbers: `intraclass_correlation`, `two_way_intraclass_correlation`, beside alpha at the level interval.
- Spans: F1 of an optimal pairing (`match_spans`, `mean_pairwise_f1`); gamma, gamma-cat and gamma-k
  (`mathet_gamma`, `gamma_cat`, `gamma_k`); the unitizing coefficients (`u_alpha`,
  `binary_u_alpha`, `cu_alpha`, `ku_alpha`) and their predecessor `alpha_u`.
- Relations between spans: `relation_counts`, `relation_tables`.
- Models of annotators: `fit_dawid_skene`, `fit_mace`; whether a program is as good as a further one:
  `alternative_annotator_test`.
- Confidence intervals over articles for all of these: `confidence_interval`.

Units, raters, articles and values are numbers from 0 in parallel arrays; `Ratings` and `Spans`
make them from rows. A negative code is a missing value. The parameters of a method stand one by
one under their names in the literature, however many there are, so that a call reads like the
paper. What cannot be computed is ``None`` in a `Coefficient`, with a reason, and NaN in arrays:
never 0 and never 1.

Every coefficient is a function of sums over articles, so an interval costs milliseconds: compute
the sums of each article once, and pass them on with the function from sums to the coefficient.

Examples:
    >>> from signalbook.export.coefficients import (
    ...     Ratings,
    ...     alpha_from_coincidences,
    ...     coincidence_matrices,
    ...     confidence_interval,
    ...     krippendorff_alpha,
    ... )
    >>> rows = [
    ...     ("report-1", "sentence-1", "ann", "threat"), ("report-1", "sentence-1", "ben", "threat"),
    ...     ("report-1", "sentence-2", "ann", "praise"), ("report-1", "sentence-2", "ben", "threat"),
    ...     ("report-2", "sentence-1", "ann", "praise"), ("report-2", "sentence-1", "ben", "praise"),
    ...     ("report-3", "sentence-1", "ann", "threat"), ("report-3", "sentence-1", "ben", "threat"),
    ...     ("report-3", "sentence-2", "ann", "praise"), ("report-3", "sentence-2", "ben", None),
    ... ]
    >>> ratings = Ratings.from_rows(rows)
    >>> alpha = krippendorff_alpha(ratings.units, ratings.codes, "nominal")
    >>> round(alpha.value, 3), alpha.n_units
    (0.533, 4)
    >>> matrices = coincidence_matrices(ratings.units, ratings.codes, 2, ratings.articles)
    >>> interval = confidence_interval(matrices, alpha_from_coincidences)
    >>> round(interval.estimate, 3), interval.method
    (0.533, 'logit')
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .alpha import (
        alpha_from_coincidences,
        alpha_from_sums,
        coincidence_matrices,
        disagreement_sums,
        krippendorff_alpha,
        unit_disagreements,
    )
    from .alternative_annotator import (
        AlternativeAnnotatorTest,
        alternative_annotator_test,
        benjamini_yekutieli,
    )
    from .bootstrap import (
        ConfidenceInterval,
        IntervalMethod,
        confidence_interval,
        resample,
    )
    from .coefficient import (
        Bools,
        Coefficient,
        Floats,
        Ints,
    )
    from .dawid_skene import (
        DawidSkene,
        fit_dawid_skene,
    )
    from .distances import (
        Distance,
        Level,
        Weighting,
        agreement_weights,
        distance_matrix,
        interval_distances,
        jaccard_distance,
        masi_distance,
        masi_distances,
        nominal_distances,
        ordinal_distances,
        ratio_distances,
    )
    from .gamma import (
        AlignedArticle,
        Alignment,
        CategoryGamma,
        ChanceAlignments,
        Continuum,
        Dissimilarity,
        GammaResult,
        Sampler,
        Sampling,
        align_continua,
        best_alignment,
        best_alignments,
        category_disorders,
        gamma_cat,
        gamma_from_sums,
        gamma_k,
        mathet_gamma,
        random_continua,
    )
    from .intraclass import (
        TwoWayForm,
        intraclass_correlation,
        intraclass_correlation_from_sums,
        intraclass_sums,
        two_way_intraclass_correlation,
        two_way_intraclass_correlation_from_sums,
        two_way_intraclass_sums,
    )
    from .jackknife import (
        JackknifeSpread,
        Statistic,
        informative_articles,
        jackknife_spread,
        jackknife_standard_error,
        leave_one_out,
    )
    from .kappa import (
        ChanceModel,
        bennett_s,
        cohen_kappa,
        contingency_tables,
        gwet_ac1,
        gwet_ac2,
        gwet_ac_from_sums,
        gwet_ac_sums,
        kappa_from_tables,
        scott_pi,
    )
    from .kappa_many_raters import (
        brennan_prediger,
        brennan_prediger_from_sums,
        conger_kappa,
        conger_kappa_from_sums,
        conger_kappa_sums,
        fleiss_kappa,
        fleiss_kappa_from_sums,
        fleiss_kappa_per_category,
    )
    from .mace import (
        Mace,
        fit_mace,
    )
    from .planning import (
        ArticlesNeeded,
        articles_needed,
    )
    from .ratings import (
        RatedUnits,
        Ratings,
        value_counts,
    )
    from .relations import (
        Relations,
        relation_counts,
        relation_tables,
    )
    from .span_matching import (
        Criterion,
        Matching,
        Spans,
        f1,
        match_spans,
        mean_pairwise_f1,
        pairwise_counts,
        span_counts,
    )
    from .unitizing import (
        binary_u_alpha,
        cu_alpha,
        ku_alpha,
        mask_sums,
        partition_sums,
        u_alpha,
    )
    from .unitizing_1995 import (
        alpha_u,
        unitizing_disagreements,
    )

__all__ = [
    "AlignedArticle",
    "Alignment",
    "AlternativeAnnotatorTest",
    "ArticlesNeeded",
    "Bools",
    "CategoryGamma",
    "ChanceAlignments",
    "ChanceModel",
    "Coefficient",
    "ConfidenceInterval",
    "Continuum",
    "Criterion",
    "DawidSkene",
    "Dissimilarity",
    "Distance",
    "Floats",
    "GammaResult",
    "IntervalMethod",
    "Ints",
    "JackknifeSpread",
    "Level",
    "Mace",
    "Matching",
    "RatedUnits",
    "Ratings",
    "Relations",
    "Sampler",
    "Sampling",
    "Spans",
    "Statistic",
    "TwoWayForm",
    "Weighting",
    "agreement_weights",
    "align_continua",
    "alpha_from_coincidences",
    "alpha_from_sums",
    "alpha_u",
    "alternative_annotator_test",
    "articles_needed",
    "benjamini_yekutieli",
    "bennett_s",
    "best_alignment",
    "best_alignments",
    "binary_u_alpha",
    "brennan_prediger",
    "brennan_prediger_from_sums",
    "category_disorders",
    "cohen_kappa",
    "coincidence_matrices",
    "confidence_interval",
    "conger_kappa",
    "conger_kappa_from_sums",
    "conger_kappa_sums",
    "contingency_tables",
    "cu_alpha",
    "disagreement_sums",
    "distance_matrix",
    "f1",
    "fit_dawid_skene",
    "fit_mace",
    "fleiss_kappa",
    "fleiss_kappa_from_sums",
    "fleiss_kappa_per_category",
    "gamma_cat",
    "gamma_from_sums",
    "gamma_k",
    "gwet_ac1",
    "gwet_ac2",
    "gwet_ac_from_sums",
    "gwet_ac_sums",
    "informative_articles",
    "interval_distances",
    "intraclass_correlation",
    "intraclass_correlation_from_sums",
    "intraclass_sums",
    "jaccard_distance",
    "jackknife_spread",
    "jackknife_standard_error",
    "kappa_from_tables",
    "krippendorff_alpha",
    "ku_alpha",
    "leave_one_out",
    "masi_distance",
    "masi_distances",
    "mask_sums",
    "match_spans",
    "mathet_gamma",
    "mean_pairwise_f1",
    "nominal_distances",
    "ordinal_distances",
    "pairwise_counts",
    "partition_sums",
    "random_continua",
    "ratio_distances",
    "relation_counts",
    "relation_tables",
    "resample",
    "scott_pi",
    "span_counts",
    "two_way_intraclass_correlation",
    "two_way_intraclass_correlation_from_sums",
    "two_way_intraclass_sums",
    "u_alpha",
    "unit_disagreements",
    "unitizing_disagreements",
    "value_counts",
]

if not TYPE_CHECKING:
    # Modules are imported when one of their names is asked for (PEP 562): gamma needs numba and
    # scipy.optimize, which take seconds, and alpha only numpy.
    _MODULES = {
        "alpha": (
            "alpha_from_coincidences alpha_from_sums coincidence_matrices disagreement_sums "
            "krippendorff_alpha unit_disagreements"
        ),
        "alternative_annotator": (
            "AlternativeAnnotatorTest alternative_annotator_test benjamini_yekutieli"
        ),
        "bootstrap": ("ConfidenceInterval IntervalMethod confidence_interval resample"),
        "coefficient": "Bools Coefficient Floats Ints",
        "dawid_skene": "DawidSkene fit_dawid_skene",
        "distances": (
            "Distance Level Weighting agreement_weights distance_matrix interval_distances "
            "jaccard_distance masi_distance masi_distances nominal_distances "
            "ordinal_distances ratio_distances"
        ),
        "gamma": (
            "AlignedArticle Alignment CategoryGamma ChanceAlignments Continuum Dissimilarity "
            "GammaResult Sampler Sampling align_continua best_alignment best_alignments "
            "category_disorders gamma_cat gamma_from_sums gamma_k mathet_gamma "
            "random_continua"
        ),
        "intraclass": (
            "TwoWayForm intraclass_correlation intraclass_correlation_from_sums intraclass_sums "
            "two_way_intraclass_correlation two_way_intraclass_correlation_from_sums "
            "two_way_intraclass_sums"
        ),
        "jackknife": (
            "JackknifeSpread Statistic informative_articles jackknife_spread "
            "jackknife_standard_error leave_one_out"
        ),
        "kappa": (
            "ChanceModel bennett_s cohen_kappa contingency_tables gwet_ac1 gwet_ac2 "
            "gwet_ac_from_sums gwet_ac_sums kappa_from_tables scott_pi"
        ),
        "kappa_many_raters": (
            "brennan_prediger brennan_prediger_from_sums conger_kappa conger_kappa_from_sums "
            "conger_kappa_sums fleiss_kappa fleiss_kappa_from_sums fleiss_kappa_per_category"
        ),
        "mace": "Mace fit_mace",
        "planning": "ArticlesNeeded articles_needed",
        "ratings": "RatedUnits Ratings value_counts",
        "relations": "Relations relation_counts relation_tables",
        "span_matching": (
            "Criterion Matching Spans f1 match_spans mean_pairwise_f1 pairwise_counts span_counts"
        ),
        "unitizing": "binary_u_alpha cu_alpha ku_alpha mask_sums partition_sums u_alpha",
        "unitizing_1995": "alpha_u unitizing_disagreements",
    }
    _MODULE_OF = {name: module for module, names in _MODULES.items() for name in names.split()}

    def __getattr__(name: str) -> object:
        if name not in _MODULE_OF:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f".{_MODULE_OF[name]}", __name__), name)

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
