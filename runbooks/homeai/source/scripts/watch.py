#!/usr/bin/env python3
"""Keeps the observation log of the first day after a release.

    scripts/watch.py add --log FILE --metric NAME --value NUMBER --unit UNIT [--label KEY=VALUE] [--judgement ok|breach] [--note TEXT]
    scripts/watch.py summary --log FILE

`summary` prints the first and the last time, the number of checks, the largest gap, and for each metric the longest run of
breaches. It exits with 1 when a metric was judged a breach in two checks in a row.
"""

import argparse
import json
import sys
from collections import defaultdict
from datetime import datetime, timezone

METRICS = (
    "render_success_rate",
    "p95_latency",
    "queued_jobs",
    "avg_cost_per_render",
    "checkout_conversion",
    "entitlement_activation",
)


def add(arguments):
    labels = dict(pair.split("=", 1) for pair in arguments.label)
    line = {
        "at": arguments.at or datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "metric": arguments.metric,
        "labels": labels,
        "value": arguments.value,
        "unit": arguments.unit,
        "source": arguments.source,
        "judgement": arguments.judgement,
    }
    if arguments.note:
        line["note"] = arguments.note
    with open(arguments.log, "a", encoding="utf-8") as log:
        log.write(json.dumps(line) + "\n")
    return 0


def summary(arguments):
    with open(arguments.log, encoding="utf-8") as log:
        lines = [json.loads(line) for line in log if line.strip()]
    times = sorted({line["at"] for line in lines})
    if not times:
        print("no observation")
        return 1
    moments = [datetime.fromisoformat(time.replace("Z", "+00:00")) for time in times]
    gaps = [(later - earlier).total_seconds() / 60 for earlier, later in zip(moments, moments[1:])]
    print(f"first {times[0]}  last {times[-1]}  checks {len(times)}  largest gap {max(gaps, default=0):.0f} min")
    longest = defaultdict(int)
    current = defaultdict(int)
    for line in sorted(lines, key=lambda line: line["at"]):
        series = (line["metric"], *sorted(line["labels"].items()))
        current[series] = current[series] + 1 if line["judgement"] == "breach" else 0
        longest[series] = max(longest[series], current[series])
    for series, count in sorted(longest.items()):
        print(f"{series}: longest run of breaches {count}")
    return 1 if max(longest.values()) >= 2 else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    adding = commands.add_parser("add", help="append one observation")
    adding.add_argument("--log", required=True)
    adding.add_argument("--metric", required=True, choices=METRICS)
    adding.add_argument("--value", required=True, type=float)
    adding.add_argument("--unit", required=True)
    adding.add_argument("--label", action="append", default=[])
    adding.add_argument("--source", default="dashboard")
    adding.add_argument("--judgement", choices=("ok", "breach"), default="ok")
    adding.add_argument("--note")
    adding.add_argument("--at", help="a moment other than now, such as 2026-11-21T10:00:00Z")
    adding.set_defaults(run=add)
    judging = commands.add_parser("summary", help="judge the whole log")
    judging.add_argument("--log", required=True)
    judging.set_defaults(run=summary)
    arguments = parser.parse_args()
    return arguments.run(arguments)


if __name__ == "__main__":
    sys.exit(main())
