"""Writes every trend as one HTML page, for people without an account."""

import argparse
import html
from pathlib import Path

from sqlalchemy import create_engine

from horadus.settings import load
from horadus.trends import status

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--out", type=Path, required=True)
arguments = parser.parse_args()
rows = "".join(
    f"<tr><td>{html.escape(str(trend['name']))}</td><td>{trend['probability']:.1%}</td></tr>"
    for trend in status(create_engine(load().database_url))
)
arguments.out.write_text(f"<!doctype html><title>Horadus</title><table>{rows}</table>\n", encoding="utf-8")
print(f"wrote {arguments.out}")
