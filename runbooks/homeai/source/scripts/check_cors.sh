#!/usr/bin/env bash
# Asks the backend whether a page of each origin may call it, and whether the page was built for it. Leaves a probe record.
#
#   scripts/check_cors.sh API_URL --origin ORIGIN [--origin ORIGIN]... [--out FILE]
set -uo pipefail

api=${1:?usage: scripts/check_cors.sh API_URL --origin ORIGIN [--out FILE]}
shift
out=/dev/stdout
origins=()
while [ $# -gt 0 ]; do
  case "$1" in
    --origin) origins+=("${2:?}"); shift 2 ;;
    --out) out=${2:?}; shift 2 ;;
    *) echo "unknown option: $1" >&2; exit 2 ;;
  esac
done

worst=0
records=()
for origin in "${origins[@]}"; do
  at=$(date -u +%Y-%m-%dT%H:%M:%SZ)
  allowed=$(curl -s -o /dev/null -D - --max-time 10 -H "Origin: $origin" "$api/v1/plans" |
    tr -d '\r' | sed -n 's/^access-control-allow-origin: //Ip')
  page=$(curl -s --max-time 10 "$origin" | sed -n 's/.*name="homeai-api" content="\([^"]*\)".*/\1/p')
  [ "$allowed" = "$origin" ] && [ "$page" = "$api" ] || worst=1
  records+=("    {\"url\": \"$origin\", \"allowed_origin\": \"$allowed\", \"api_base_url\": \"$page\", \"at\": \"$at\"}")
done
{
  printf '{\n  "schema": "runproof-probe/1",\n  "probes": [\n%s' "${records[0]}"
  [ ${#records[@]} -gt 1 ] && printf ',\n%s' "${records[@]:1}"
  printf '\n  ]\n}\n'
} >"$out"
exit "$worst"
