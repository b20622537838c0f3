#!/usr/bin/env python3
"""Adds the template experiments to the database that DATABASE_URL names. Safe to run again."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from app import experiments, settings  # noqa: E402
from app.store import Store  # noqa: E402

added = experiments.seed(Store(settings.load().database_url))
print(f"added {added} of {len(experiments.TEMPLATES)} template experiments")
