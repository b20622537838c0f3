#!/usr/bin/env bash
# Saves the counters of the service at the end of a rollout phase.
set -euo pipefail

usage() {
  echo "usage: snapshot.sh --phase internal|pilot|low-volume|full --base-url URL [--out DIR]" >&2
}

phase=""
base_url=""
out=artifacts/observability
while [ $# -gt 0 ]; do
  case "$1" in
    --phase) phase="$2"; shift 2 ;;
    --base-url) base_url="$2"; shift 2 ;;
    --out) out="$2"; shift 2 ;;
    --help) usage; exit 0 ;;
    *) usage; exit 2 ;;
  esac
done
case "$phase" in internal | pilot | low-volume | full) ;; *) usage; exit 2 ;; esac
[ -n "$base_url" ] || { usage; exit 2; }

mkdir -p "$out"
curl --fail --silent --show-error "$base_url/metrics" >"$out/$phase.prom"
tail -1 "$out/$phase.prom" | grep -qx '# EOF' || { echo "the snapshot is cut off" >&2; exit 1; }
echo "$out/$phase.prom"
