"""The command `horadus`."""

import argparse
import json
import sys
from pathlib import Path

from sqlalchemy import create_engine

from horadus import evaluation, trends
from horadus.settings import load


def trends_status(_: argparse.Namespace) -> int:
    """Print every trend with its probability."""
    for trend in trends.status(create_engine(load().database_url)):
        print(f"{trend['probability']:6.1%}  {trend['name']}  ({trend['evidence']} pieces of evidence)")
    return 0


def evaluate(arguments: argparse.Namespace) -> int:
    """Judge the prompt of the tree."""
    result = evaluation.evaluate(arguments.suite)
    arguments.out.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    print(f"{arguments.suite}: {'passed' if evaluation.passed(result) else 'failed'}")
    return 0 if evaluation.passed(result) else 1


def main() -> None:
    parser = argparse.ArgumentParser(prog="horadus", description="Probabilities for trends.")
    commands = parser.add_subparsers(required=True)
    looking = commands.add_parser("trends", help="look at trends").add_subparsers(required=True)
    looking.add_parser("status", help=trends_status.__doc__).set_defaults(run=trends_status)
    judging = commands.add_parser("eval", help=evaluate.__doc__)
    judging.add_argument("--suite", required=True)
    judging.add_argument("--out", required=True, type=Path)
    judging.set_defaults(run=evaluate)
    arguments = parser.parse_args()
    sys.exit(arguments.run(arguments))
