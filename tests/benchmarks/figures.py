"""Results as JSON lines on stdout, progress on stderr, and whether all that was wanted was met."""

import json
import statistics
import sys

missed = []


def progress(text):
    print(text, file=sys.stderr, flush=True)


def rounded(value):
    return round(value, 3) if isinstance(value, float) else value


def tell(bench, runs, unit, at_least=None, below=None, every=False, **more):
    """One measurement; `runs` are the values of the single runs. What is wanted is wanted of the median, or of every run."""
    median = statistics.median(runs)
    line = {"bench": bench, "median": rounded(median), "unit": unit, "runs": [rounded(value) for value in runs]}
    judged = runs if every else [median]
    if at_least is not None:
        line.update(wanted=f">= {at_least}", met=min(judged) >= at_least)
    if below is not None:
        line.update(wanted=f"< {below}", met=max(judged) < below)
    if not line.get("met", True):
        missed.append(f"{bench}: {rounded(median)} {unit}, wanted {line['wanted']}")
    print(json.dumps({**line, **more}), flush=True)


def percentile(values, share):
    """The value below which that share of them lies, for example 0.99."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
