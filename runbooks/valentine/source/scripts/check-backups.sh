#!/usr/bin/env bash
# Reads the list of backups of the provider and fails when the newest is too old or the oldest too young.
set -euo pipefail

usage() {
  echo "usage: check-backups.sh [--max-age-hours N] [--min-retention-days N]" >&2
  echo "BACKUP_LIST_URL names a JSON list of {\"created\": \"<RFC 3339>\"}." >&2
}

max_age_hours=26
min_retention_days=14
while [ $# -gt 0 ]; do
  case "$1" in
    --max-age-hours) max_age_hours="$2"; shift 2 ;;
    --min-retention-days) min_retention_days="$2"; shift 2 ;;
    --help) usage; exit 0 ;;
    *) usage; exit 2 ;;
  esac
done

list="$(curl --fail --silent --show-error "${BACKUP_LIST_URL:?}")"
newest="$(jq -r 'map(.created) | max' <<<"$list")"
oldest="$(jq -r 'map(.created) | min' <<<"$list")"
now="$(date +%s)"
age_hours=$(((now - $(date -d "$newest" +%s)) / 3600))
reach_days=$(((now - $(date -d "$oldest" +%s)) / 86400))
echo "newest backup: $age_hours h old; oldest: $reach_days days back"
[ "$age_hours" -le "$max_age_hours" ] && [ "$reach_days" -ge "$min_retention_days" ]
