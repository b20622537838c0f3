"""Whether a folder holds every asset of a release: three wheels and four SBOMs. Prints the list with digests.

    python scripts/verify_assets.py FOLDER
"""

import hashlib
import json
import sys
from pathlib import Path

PACKAGES = ("starter_contracts", "starter_console", "starter_providers")
WANTED = [f"{package}-*.whl" for package in PACKAGES] + [f"{part}-sbom.json" for part in (*PACKAGES, "frontend")]

folder = Path(sys.argv[1])
present = sorted(file for file in folder.iterdir() if file.suffix in (".whl", ".json"))
missing = [pattern for pattern in WANTED if not list(folder.glob(pattern))]
assets = [
    {"name": file.name, "bytes": file.stat().st_size, "sha256": hashlib.sha256(file.read_bytes()).hexdigest()}
    for file in present
]
print(json.dumps({"declared": WANTED, "assets": assets, "missing": missing}, indent=2))
sys.exit(1 if missing else 0)
