"""How long it takes to plan who labels which article, and how even the plan is.

python benchmarks/assignment.py [--articles 5000] [--annotators 12]
"""

import argparse
import time
from collections import Counter, defaultdict
from itertools import combinations

from signalbook.annotate.assignment import Assignment, plan
from signalbook.annotate.assignment.planner import Overlap

OVERLAPS: tuple[Overlap, ...] = (1, 2, 3, 6, {1: 0.7, 2: 0.3})


def differences(planned: list[Assignment], people: list[str]) -> tuple[int, int]:
    """How far the loads are apart, and the numbers of articles that pairs share."""
    loads = Counter(a.annotator for a in planned)
    teams: dict[str, list[str]] = defaultdict(list)
    for assignment in planned:
        teams[assignment.article].append(assignment.annotator)
    shared = Counter(pair for team in teams.values() for pair in combinations(sorted(team), 2))
    of_pairs = [shared[pair] for pair in combinations(sorted(people), 2)]
    of_people = [loads[person] for person in people]
    return max(of_people) - min(of_people), max(of_pairs) - min(of_pairs)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=5000)
    parser.add_argument("--annotators", type=int, default=12)
    options = parser.parse_args()
    articles = [f"article-{number}" for number in range(options.articles)]
    people = [f"annotator-{number}" for number in range(options.annotators)]
    print(f"{len(articles)} articles, {len(people)} annotators")
    for overlap in OVERLAPS:
        start = time.perf_counter()
        planned = plan(articles, people, overlap=overlap, calibration=20)
        seconds = time.perf_counter() - start
        loads, pairs = differences(planned, people)
        print(f"overlap {overlap}: {seconds:.2f} s; loads differ by {loads}, pairs by {pairs}")


if __name__ == "__main__":
    main()
