"""How often a 95 % interval contains the true value, by number of articles, and what planning is worth.

    python benchmarks/interval_coverage.py [--runs 1000] [--design dense rare] [--annotators 2]
        [--articles 5 14] [--method logit percentile] [--planning]

Articles are simulated, each with an error rate and a distribution of values of its own, so that its
units depend on each other: dense (5 to 25 units of 5 values, alpha nominal), ordinal (the same, 5
values in order), rare (the same, a value that 5 % of units have), single (one label of 4 an article),
yes/no (one label of 2, also by AC1 and Brennan and Prediger's coefficient) and spans (5 to 25 spans, F1); fleiss, conger and brennan (as dense, kappas); icc, agreement and
consistency (numbers, the intraclass correlations of one way and of two, of annotators who stay the
same) and strangers (agreement, of annotators drawn anew for each corpus); gamma (3 to 8 spans of two
annotators). The true value is that of a very large corpus; for strangers, of all annotators there
could be.

Covered are so many of the runs that have an interval; "too few" have none. A target just above the
true value is wrongly called met in so many of all runs ("false met"), one just below it wrongly
called not met ("false not met"). Within 1.4 points of 95 % is the noise of 1,000 runs.
With --planning: of the runs in which a target is inconclusive and about n more articles are told to
decide it, so many are decided after n more, and after half of them; then by how many times the
articles at hand n is.
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import combinations
from math import ceil, inf

import numpy as np

from signalbook.export.agreement.gamma_measures import samples_of
from signalbook.export.coefficients.alpha import alpha_from_coincidences, coincidence_matrices
from signalbook.export.coefficients.bootstrap import IntervalMethod, confidence_interval
from signalbook.export.coefficients.coefficient import Floats, Ints
from signalbook.export.coefficients.gamma.alignment import Continuum, Dissimilarity
from signalbook.export.coefficients.gamma.gamma import align_continua, gamma_from_sums
from signalbook.export.coefficients.gamma.sampling import Sampling
from signalbook.export.coefficients.intraclass import (
    intraclass_correlation_from_sums,
    intraclass_sums,
    two_way_intraclass_correlation_from_sums,
    two_way_intraclass_sums,
)
from signalbook.export.coefficients.jackknife import Statistic, jackknife_spread
from signalbook.export.coefficients.kappa import gwet_ac_from_sums, gwet_ac_sums
from signalbook.export.coefficients.kappa_many_raters import (
    brennan_prediger_from_sums,
    conger_kappa_from_sums,
    conger_kappa_sums,
    fleiss_kappa_from_sums,
)
from signalbook.export.coefficients.planning import (
    FEW_DISAGREE,
    TOO_MANY,
    articles_needed,
)
from signalbook.export.coefficients.span_matching import mean_pairwise_f1

METHODS: tuple[IntervalMethod, ...] = ("percentile", "bca", "jackknife", "logit")
N_ARTICLES = (5, 8, 14, 30, 100)
#: Multiples of the articles at hand, by which the numbers of further articles are parted.
_MULTIPLES = (5, 10, 20, 50)
Rng = np.random.Generator
#: Number of articles, number of annotators, error rate -> sums of each article.
Simulated = Callable[[int, int, float, Rng], Floats]


@dataclass(frozen=True)
class Design:
    """What is annotated."""

    name: str
    simulated: Simulated
    statistic: Statistic
    floor: float | None
    #: Error rates of annotators.
    errors: tuple[float, ...]
    #: Where the sums count units; None: they are of values.
    unit_column: int | None = None
    #: What the true value is that of, if not of what is simulated; and of how many articles.
    population: Simulated | None = None
    n_population: int = 200_000
    annotators: tuple[int, ...] = (2, 3)

    def units(self, sums: Floats, annotators: int) -> int:
        """The units that the statistic rests on."""
        if self.unit_column is None:
            return max(1, round(float(sums.sum()) / annotators))
        return max(1, round(float(sums[..., self.unit_column].sum())))


def _sizes(n_articles: int, rng: Rng) -> Ints:
    return rng.integers(5, 26, size=n_articles)


def _coincidences(codes: Ints, articles: Ints, n_values: int, n_articles: int) -> Floats:
    units = np.repeat(np.arange(len(codes)), codes.shape[1])
    return coincidence_matrices(units, codes.ravel(), n_values, articles, n_articles=n_articles)


def _shares(codes: Ints, articles: Ints, n_values: int, n_articles: int) -> Floats:
    units = np.repeat(np.arange(len(codes)), codes.shape[1])
    return gwet_ac_sums(units, codes.ravel(), n_values, articles, n_articles=n_articles)


def _shares_of_raters(codes: Ints, articles: Ints, n_values: int, n_articles: int) -> Floats:
    units, raters = np.indices(codes.shape).reshape(2, -1)
    return conger_kappa_sums(
        units, raters, codes.ravel(), n_values, articles, n_articles=n_articles
    )


FIVE_VALUES = np.array([0.4, 0.25, 0.15, 0.12, 0.08])


def nominal(
    n_articles: int,
    annotators: int,
    error: float,
    rng: Rng,
    *,
    single: bool = False,
    base: Floats = FIVE_VALUES,
    sums: Callable[[Ints, Ints, int, int], Floats] = _coincidences,
) -> Floats:
    """Five values, or one label an article; who errs picks any value."""
    sizes = np.ones(n_articles, np.int64) if single else _sizes(n_articles, rng)
    articles = np.repeat(np.arange(n_articles), sizes)
    shares = rng.dirichlet(8 * base / base.sum(), size=n_articles).cumsum(axis=1)
    truth = (rng.random((len(articles), 1)) > shares[articles, :-1]).sum(axis=1)
    rate = rng.beta(6 * error, 6 * (1 - error), size=n_articles)[articles, None]
    guess = rng.integers(len(base), size=(len(articles), annotators))
    codes = np.where(rng.random(guess.shape) < rate, guess, truth[:, None])
    return sums(codes, articles, len(base), n_articles)


def ordinal(n_articles: int, annotators: int, error: float, rng: Rng) -> Floats:
    """Five values in order, cut from what annotators perceive with an error."""
    articles = np.repeat(np.arange(n_articles), _sizes(n_articles, rng))
    truth = 0.6 * rng.normal(size=n_articles)[articles] + 0.8 * rng.normal(size=len(articles))
    spread = error * np.exp(0.4 * rng.normal(size=n_articles))[articles, None]
    perceived = truth[:, None] + spread * rng.normal(size=(len(articles), annotators))
    return _coincidences(np.digitize(perceived, [-0.9, -0.2, 0.4, 1.1]), articles, 5, n_articles)


def rare(n_articles: int, annotators: int, error: float, rng: Rng) -> Floats:
    """A value that 5 % of units have; annotators miss it, or see it where it is not."""
    articles = np.repeat(np.arange(n_articles), _sizes(n_articles, rng))
    has = rng.random(len(articles)) < rng.beta(1.5, 28.5, size=n_articles)[articles]
    missed = rng.beta(6 * error, 6 * (1 - error), size=n_articles)[articles, None]
    drawn = rng.random((len(articles), annotators))
    codes = np.where(has[:, None], drawn >= missed, drawn < 0.05 * error).astype(np.int64)
    return _coincidences(codes, articles, 2, n_articles)


def spans(n_articles: int, annotators: int, error: float, rng: Rng) -> Floats:
    """Spans that annotators miss, and others that one alone marks."""
    sizes = _sizes(n_articles, rng)
    missed = rng.beta(6 * error, 6 * (1 - error), size=n_articles)
    there = np.arange(25) < sizes[:, None]
    marks = rng.random((n_articles, 25, annotators)) >= missed[:, None, None]
    marks &= there[..., None]
    alone = rng.poisson((0.6 * missed * sizes)[:, None], size=(n_articles, annotators))
    pairs: list[Floats] = []
    for one, other in combinations(range(annotators), 2):
        both = (marks[..., one] & marks[..., other]).sum(axis=1)
        of_other, of_one = (marks[..., a].sum(axis=1) - both + alone[:, a] for a in (other, one))
        pairs.append(np.stack([both, of_other, of_one], axis=-1).astype(np.float64))
    return np.stack(pairs, axis=1)


def numbers(
    n_articles: int,
    annotators: int,
    error: float,
    rng: Rng,
    *,
    two_way: bool = True,
    strangers: bool = False,
) -> Floats:
    """Numbers with an error, from annotators of whom each gives greater or smaller ones."""
    articles = np.repeat(np.arange(n_articles), _sizes(n_articles, rng))
    truth = 0.5 * rng.normal(size=n_articles)[articles] + 0.75**0.5 * rng.normal(size=len(articles))
    habits = np.linspace(-1, 1, annotators)
    habits = rng.normal(size=annotators) if strangers else habits / habits.std(ddof=1)
    spread = error * np.exp(0.4 * rng.normal(size=n_articles))[articles, None]
    noise = spread * rng.normal(size=(len(articles), annotators))
    values = (truth[:, None] + 0.3 * habits + noise).ravel()
    units, raters = np.indices(noise.shape).reshape(2, -1)
    if two_way:
        return two_way_intraclass_sums(units, raters, values, articles, n_articles=n_articles)
    return intraclass_sums(units, values, articles, n_articles=n_articles)


def placed_spans(n_articles: int, annotators: int, error: float, rng: Rng) -> Floats:
    """Observed and expected disorder, and number of spans that are missed, moved, or one's own."""
    continua = list[Continuum]()
    sizes: list[int] = rng.integers(3, 9, size=n_articles).tolist()
    rates: list[float] = rng.beta(6 * error, 6 * (1 - error), size=n_articles).tolist()
    for size, rate in zip(sizes, rates, strict=True):
        starts, lengths = rng.uniform(0, 400, size), 5 + rng.exponential(20, size)
        kept = rng.random((annotators, size)) >= rate
        moved = starts + 20 * rate * rng.normal(size=kept.shape)
        own = rng.poisson(0.6 * rate * size, annotators)
        who = np.concatenate([np.nonzero(kept)[0], np.repeat(np.arange(annotators), own)])
        begins = np.concatenate([moved[kept], rng.uniform(0, 400, int(own.sum()))]).round()
        long = np.concatenate(
            [np.broadcast_to(lengths, kept.shape)[kept], 5 + rng.exponential(20, int(own.sum()))]
        ).round()
        nothing = np.zeros(len(who), np.int64)
        continua.append(Continuum(begins, begins + long, nothing, who, annotators))
    sums = np.zeros((n_articles, 3))
    dissimilarity = Dissimilarity(beta=0.0)
    sampling = Sampling("pygamma", samples_of(continua, 30), seed=int(rng.integers(2**31)))
    for a, article in enumerate(align_continua(continua, dissimilarity, sampling)):
        if article is not None and article.chance is not None:
            sums[a] = *article.disorders, len(continua[a])
    return sums


def gamma(sums: Floats) -> Floats:
    return gamma_from_sums(sums[..., :2])


def conger_kappa(sums: Floats) -> Floats:
    return conger_kappa_from_sums(sums, 5)


def icc_consistency(sums: Floats) -> Floats:
    return two_way_intraclass_correlation_from_sums(sums, "consistency")


def alpha_ordinal(sums: Floats) -> Floats:
    return alpha_from_coincidences(sums, "ordinal")


of_numbers = partial(Design, floor=-1.0, errors=(0.5, 0.2), unit_column=0, n_population=50_000)
yes_no = partial(nominal, single=True, base=np.array([0.5, 0.5]))

DESIGNS = (
    Design("dense", nominal, alpha_from_coincidences, -1.0, (0.3, 0.1, 0.03)),
    Design("ordinal", ordinal, alpha_ordinal, -1.0, (0.5, 0.25)),
    Design("rare", rare, alpha_from_coincidences, -1.0, (0.2, 0.08)),
    Design(
        "single",
        partial(nominal, single=True, base=FIVE_VALUES[:4]),
        alpha_from_coincidences,
        floor=-1.0,
        errors=(0.1, 0.03),
    ),
    Design("yes/no", yes_no, alpha_from_coincidences, -1.0, (0.4, 0.2)),
    Design("yes/no AC", partial(yes_no, sums=_shares), gwet_ac_from_sums, -1.0, (0.4, 0.2), 1),
    Design(
        "yes/no BP", partial(yes_no, sums=_shares), brennan_prediger_from_sums, -1.0, (0.4, 0.2), 1
    ),
    Design("spans", spans, mean_pairwise_f1, 0.0, (0.25, 0.05), 0),
    Design("fleiss", partial(nominal, sums=_shares), fleiss_kappa_from_sums, -1.0, (0.3, 0.1), 1),
    Design("conger", partial(nominal, sums=_shares_of_raters), conger_kappa, -1.0, (0.3, 0.1), 1),
    Design(
        "brennan",
        partial(nominal, sums=_shares),
        brennan_prediger_from_sums,
        floor=-1.0,
        errors=(0.3, 0.1),
        unit_column=1,
    ),
    of_numbers("icc", partial(numbers, two_way=False), intraclass_correlation_from_sums),
    of_numbers("agreement", numbers, two_way_intraclass_correlation_from_sums),
    of_numbers("consistency", numbers, icc_consistency),
    of_numbers(
        "strangers",
        partial(numbers, strangers=True),
        two_way_intraclass_correlation_from_sums,
        population=numbers,
    ),
    Design(
        "gamma",
        placed_spans,
        gamma,
        floor=None,
        errors=(0.3, 0.1),
        unit_column=2,
        n_population=5000,
        annotators=(2,),
    ),
)


def true_value(design: Design, annotators: int, error: float) -> float:
    simulated = design.population or design.simulated
    corpus = simulated(design.n_population, annotators, error, np.random.default_rng(0))
    return float(design.statistic(corpus.sum(axis=0)))


def coverage(
    design: Design,
    annotators: int,
    error: float,
    n_articles: int,
    runs: int,
    true: float,
    methods: Sequence[IntervalMethod],
) -> Iterator[str]:
    """A row for each method."""
    samples = [
        design.simulated(n_articles, annotators, error, np.random.default_rng([n_articles, run]))
        for run in range(runs)
    ]
    for method in methods:
        hits = above = below = 0
        widths = list[float]()
        for sums in samples:
            interval = confidence_interval(
                sums,
                design.statistic,
                method=method,
                floor=design.floor,
                units=design.units(sums, annotators),
            )
            if interval.low is None or interval.high is None:
                continue
            below += true < interval.low
            above += true > interval.high
            hits += interval.low <= true <= interval.high
            widths.append(interval.high - interval.low)
        covered = f"{hits / len(widths):>9.1%}" if widths else f"{'':>9}"
        width = f"{np.median(widths):>8.2f}" if widths else ""
        yield (
            f"{design.name:<11}{annotators:>3}{true:>7.2f}{n_articles:>9} {method:<11}{covered}"
            f"{below / runs:>11.1%}{above / runs:>15.1%}{1 - len(widths) / runs:>9.1%}{width}"
        )


@dataclass
class Promises:
    """What became of the numbers of further articles that were told."""

    told: list[int] = field(default_factory=list[int])
    #: Targets decided after as many more articles, and after half of them.
    decided: int = 0
    by_half: int = 0

    @property
    def row(self) -> str:
        many = len(self.told)
        shares = "".join(f"{n / many:>9.1%}" for n in (self.decided, self.by_half)) if many else ""
        return f"{many:>6}{np.median(self.told) if many else 0:>10.0f}{shares}"


def planning(
    design: Design,
    annotators: int,
    error: float,
    n_articles: int,
    runs: int,
    true: float,
    by_multiple: dict[int, Promises],
) -> str:
    """How many runs are decided after as many more articles as were told."""
    told = Promises()
    asked = too_many = unknown = 0
    for run in range(runs):
        rng = np.random.default_rng([n_articles, run])
        # The target lies anywhere within reach of the true value.
        target = float(np.clip(true + rng.uniform(-0.15, 0.15), 0.02, 0.98))
        sums = design.simulated(n_articles, annotators, error, rng)
        if _excludes(design, sums, annotators, target) is not False:
            continue
        spread = jackknife_spread(
            sums, design.statistic, floor=design.floor, units=design.units(sums, annotators)
        )
        assert spread is not None
        if spread.is_perfect:
            continue
        asked += 1
        needed = articles_needed(spread, target)
        count = needed.count or 0
        too_many += needed.reason == TOO_MANY
        unknown += needed.reason == FEW_DISAGREE
        if not count:
            continue
        more = design.simulated(count, annotators, error, rng)
        multiple = next((m for m in _MULTIPLES if count <= m * n_articles), 0)
        for promises in (by_multiple.setdefault(multiple, Promises()), told):
            promises.told.append(count)
            promises.decided += _is_decided(design, sums, more, annotators, target)
            promises.by_half += _is_decided(
                design, sums, more[: ceil(count / 2)], annotators, target
            )
    return (
        f"{design.name:<11}{annotators:>3}{true:>7.2f}{n_articles:>9}{asked:>14}{too_many:>10}{unknown:>9}"
        + told.row
    )


def _is_decided(design: Design, sums: Floats, more: Floats, annotators: int, target: float) -> bool:
    return bool(_excludes(design, np.concatenate([sums, more]), annotators, target))


def _excludes(design: Design, sums: Floats, annotators: int, target: float) -> bool | None:
    """Whether the interval does; None without one."""
    interval = confidence_interval(
        sums,
        design.statistic,
        floor=design.floor,
        units=design.units(sums, annotators),
        thresholds=(),
    )
    if interval.low is None or interval.high is None:
        return None
    return interval.low >= target or interval.high < target


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument(
        "--design", nargs="*", default=[], choices=[design.name for design in DESIGNS]
    )
    parser.add_argument("--articles", nargs="*", type=int, default=N_ARTICLES)
    parser.add_argument("--annotators", type=int, choices=(2, 3))
    parser.add_argument("--method", nargs="*", default=["logit"], choices=METHODS)
    parser.add_argument("--planning", action="store_true")
    chosen = parser.parse_args()
    print("$ python", *sys.argv)
    if chosen.planning:
        print(
            "design     who   true articles  inconclusive  too many  unknown  told  median n  decided"
            "  by half"
        )
    else:
        print(
            "design     who   true articles method       covered  false met  false not met  too few  width"
        )
    by_multiple = dict[int, Promises]()
    for design in DESIGNS:
        for annotators in design.annotators:
            if chosen.design and design.name not in chosen.design:
                continue
            if chosen.annotators not in (None, annotators):
                continue
            for error in design.errors:
                true = true_value(design, annotators, error)
                for n_articles in chosen.articles:
                    case = design, annotators, error, n_articles, chosen.runs, true
                    for row in (
                        [planning(*case, by_multiple)]
                        if chosen.planning
                        else coverage(*case, chosen.method)
                    ):
                        print(row, flush=True)
    for multiple, promises in sorted(by_multiple.items(), key=lambda item: item[0] or inf):
        name = f"up to {multiple} times" if multiple else "more"
        print(f"{name:<54}{promises.row}")


if __name__ == "__main__":
    main()
