"""Results as JSON lines on stdout, progress on stderr, and whether all that was wanted was met."""

import json
import statistics
import sys

missed = []


def progress(text):
    print(text, file=sys.stderr, flush=True)


def rounded(value):
    return round(value, 3) if isinstance(value, float) else value


def tell(bench, runs, unit, at_least=None, below=None, **more):
    """One measurement; `runs` are the values of the single runs, and the median of them is what counts."""
    median = statistics.median(runs)
    line = {"bench": bench, "median": rounded(median), "unit": unit, "runs": [rounded(value) for value in runs]}
    if at_least is not None or below is not None:
        line["wanted"] = f">= {at_least}" if below is None else f"< {below}"
        line["met"] = median >= at_least if below is None else median < below
        if not line["met"]:
            missed.append(bench)
    print(json.dumps({**line, **more}), flush=True)


def percentile(values, share):
    """The value below which that share of them lies, for example 0.99."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
