#!/usr/bin/env bash
# Asks a running HomeAI whether it answers, and leaves a probe record.
#
#   scripts/probe.sh BASE_URL [--out FILE] [--path PATH]...
#
# Without --path it asks for /healthz and the paths that every app needs. Exit code 1 when one answer is not 200.
set -uo pipefail

base=${1:?usage: scripts/probe.sh BASE_URL [--out FILE] [--path PATH]...}
shift
out=/dev/stdout
paths=()
while [ $# -gt 0 ]; do
  case "$1" in
    --out) out=${2:?}; shift 2 ;;
    --path) paths+=("${2:?}"); shift 2 ;;
    *) echo "unknown option: $1" >&2; exit 2 ;;
  esac
done
[ ${#paths[@]} -gt 0 ] || paths=(/healthz /v1/status /v1/plans)

worst=0
records=()
for path in "${paths[@]}"; do
  at=$(date -u +%Y-%m-%dT%H:%M:%SZ)
  read -r status seconds < <(curl -s -o /dev/null --max-time 10 -w '%{http_code} %{time_total}\n' "$base$path")
  [ "$status" = 200 ] || worst=1
  records+=("    {\"url\": \"$base$path\", \"status\": $((10#$status)), \"ms\": $(awk "BEGIN{printf \"%d\", $seconds*1000}"), \"at\": \"$at\"}")
done
{
  echo '{'
  echo '  "schema": "runproof-probe/1",'
  echo '  "probes": ['
  printf '%s' "${records[0]}"
  [ ${#records[@]} -gt 1 ] && printf ',\n%s' "${records[@]:1}"
  printf '\n  ]\n}\n'
} >"$out"
exit "$worst"
