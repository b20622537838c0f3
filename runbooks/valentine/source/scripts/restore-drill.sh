#!/usr/bin/env bash
# Restores a snapshot into the staging target and counts the six core entities.
set -euo pipefail

usage() {
  echo "usage: restore-drill.sh --snapshot FILE [--min-rows N]" >&2
  echo "RESTORE_TARGET_URL names the staging target. It must not be production." >&2
}

snapshot=""
min_rows=1
while [ $# -gt 0 ]; do
  case "$1" in
    --snapshot) snapshot="$2"; shift 2 ;;
    --min-rows) min_rows="$2"; shift 2 ;;
    --help) usage; exit 0 ;;
    *) usage; exit 2 ;;
  esac
done
[ -n "$snapshot" ] || { usage; exit 2; }
case "${RESTORE_TARGET_URL:?}" in
  *staging*) ;;
  *) echo "the target does not look like staging" >&2; exit 2 ;;
esac

pg_restore --clean --if-exists --no-owner --dbname "$RESTORE_TARGET_URL" "$snapshot"

failed=0
for entity in User PartnerProfile DatePlan GiftRecommendation GeneratedContent VoiceSession; do
  rows="$(psql "$RESTORE_TARGET_URL" --tuples-only --no-align --command "select count(*) from \"$entity\"")"
  if [ "$rows" -ge "$min_rows" ]; then word=ok; else word="not ok"; failed=1; fi
  echo "$word $entity: $rows rows"
done
exit "$failed"
