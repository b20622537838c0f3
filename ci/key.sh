#!/usr/bin/env bash
# Prints `key=…`, the name that a cache of the built program goes by: the system, the version, and a digest of everything that the program is
# built from. A branch or a tag that moves has another digest, so that no run takes a program of yesterday for that of today.
set -euo pipefail
here="$(cd "$(dirname "$0")/.." && pwd)"
digest() { if command -v sha256sum >/dev/null; then sha256sum "$@"; else shasum -a 256 "$@"; fi; }
version="$(sed -n 's/^version = "\(.*\)"$/\1/p' "$here/Cargo.toml" | head -n 1)"
sources="$(cd "$here" && find Cargo.toml Cargo.lock src templates ci/install.sh -type f | LC_ALL=C sort | while IFS= read -r file; do digest "$file"; done | digest | cut -d' ' -f1)"
echo "key=runproof-${SYSTEM:?}-$version-$sources"
