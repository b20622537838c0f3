#!/usr/bin/env bash
# Prints the notes of one version: `ci/notes.sh VERSION [CHANGELOG]`. No section for it, or an empty one, is an error.
set -euo pipefail
version=${1:?usage: ci/notes.sh VERSION [CHANGELOG]}
changelog=${2:-"$(dirname "$0")/../CHANGELOG.md"}
notes="$(awk -v version="${version#v}" '
  /^## / { inside = (index($0, "## [" version "]") == 1 || $2 == version || $2 == "v" version); next }
  /^\[[^]]*\]: / { next }
  inside { print }
' "$changelog" | sed -e '/./,$!d')"
if [ -z "$notes" ]; then
  echo "$changelog has no notes for $version" >&2
  exit 1
fi
printf '%s\n' "$notes"
