#!/usr/bin/env bash
# Asks the health endpoint of every edge function, and prints TAP.
set -uo pipefail

usage() {
  echo "usage: edge-functions.sh --base-url URL [--timeout SECONDS]" >&2
}

base_url=""
timeout=5
while [ $# -gt 0 ]; do
  case "$1" in
    --base-url) base_url="$2"; shift 2 ;;
    --timeout) timeout="$2"; shift 2 ;;
    --help) usage; exit 0 ;;
    *) usage; exit 2 ;;
  esac
done
[ -n "$base_url" ] || { usage; exit 2; }

cd "$(dirname "$0")/../.." || exit 2
number=0
failed=0
for folder in supabase/functions/*/; do
  name="$(basename "$folder")"
  number=$((number + 1))
  status="$(curl --silent --output /dev/null --max-time "$timeout" --write-out '%{http_code}' "$base_url/functions/v1/$name/health")"
  if [ "$status" = 200 ]; then echo "ok $number - $name answers 200"; else echo "not ok $number - $name answers $status"; failed=1; fi
done
echo "1..$number"
exit "$failed"
