#!/usr/bin/env python3
"""Decides once a day which experiments are widened, held or stopped, and prints the run as JSON."""

import argparse
import json
import pathlib
import sys
from datetime import datetime, timedelta, timezone

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from app import experiments, settings  # noqa: E402
from app.store import Store  # noqa: E402


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dry-run", action="store_true", help="decide, but change nothing")
    parser.add_argument("--hours", type=int, default=24, help="how far back exposures count")
    parser.add_argument("--rollout-limit", type=int, default=200, help="points of rollout that one run may add in total")
    arguments = parser.parse_args()
    now = datetime.now(timezone.utc)
    moves = experiments.automate(Store(settings.load().database_url), arguments.rollout_limit, arguments.dry_run)
    run = {
        "mode": "dry-run" if arguments.dry_run else "live",
        "started": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "since": (now - timedelta(hours=arguments.hours)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "rollout_limit": arguments.rollout_limit,
        "moves": moves,
    }
    print(json.dumps(run, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
