"""Compares the billing settings of two services with the declared topology. Exit code 1 when payments would be retried twice.

    python scripts/check_topology.py API_ENV WORKER_ENV [--replicas N]
"""

import argparse
import json
import os
import sys
from pathlib import Path

from api_service.billing import problem
from api_service.settings import load

NAMES = ("ENABLE_BILLING_RETRY_WORKER", "ENABLE_BILLING_STREAM_REPLAY", "BILLING_RETRY_DEPLOYMENT_MODE")


def read(file: Path) -> dict[str, str]:
    lines = [line.partition("=") for line in file.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    return {name: value for name, _, value in lines}


parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("api", type=Path)
parser.add_argument("worker", type=Path)
parser.add_argument("--replicas", type=int, default=2)
arguments = parser.parse_args()

services = {}
for name, file, is_worker in (("api", arguments.api, False), ("billing-worker", arguments.worker, True)):
    values = read(file)
    os.environ.update(values)
    services[name] = {
        "settings": {key: values[key] for key in NAMES if key in values},
        "problem": problem(load(), arguments.replicas, is_worker),
    }
print(json.dumps({"replicas": arguments.replicas, "services": services}, indent=2))
sys.exit(1 if any(service["problem"] for service in services.values()) else 0)
