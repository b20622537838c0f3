#!/usr/bin/env bash
# Writes what this commit is made of, and the advisories about it, both from Cargo.lock: ci/inventory.sh FOLDER
# Needs cargo-cyclonedx and cargo-audit. Advisories that are found do not end it: the handbook shows them.
set -euo pipefail
out=$1
mkdir -p "$out/sbom" "$out/advisories"
cargo cyclonedx --format json --spec-version 1.5 --all-features --override-filename runproof-sbom
mv runproof-sbom.json "$out/sbom/runproof.cdx.json"
cargo audit --json > "$out/advisories/cargo-audit.json" || [ -s "$out/advisories/cargo-audit.json" ]
