#!/usr/bin/env bash
# Checks every part of HomeAI on this machine before a release and leaves a step record.
#
#   scripts/release_preflight.sh [--out DIR]
#
# SKIP_IOS=1, SKIP_ANDROID=1 and SKIP_API_SMOKE=1 leave a part out. What was left out stands in the record: a part that was
# skipped is not a part that passed.
set -uo pipefail

out=artifacts/preflight
while [ $# -gt 0 ]; do
  case "$1" in
    --out) out=${2:?--out needs a folder}; shift 2 ;;
    -h|--help) sed -n '2,7p' "$0"; exit 0 ;;
    *) echo "unknown option: $1" >&2; exit 2 ;;
  esac
done

cd "$(dirname "$0")/.." || exit 2
mkdir -p "$out"
log="$out/preflight.log"
: >"$log"
started=$(date -u +%Y-%m-%dT%H:%M:%SZ)
parts=()
worst=0

note() { echo "$*" | tee -a "$log"; }

part() { # part NAME SKIP COMMAND...
  local name=$1 skip=$2 code began
  shift 2
  if [ "$skip" = 1 ]; then
    note "== $name: skipped"
    parts+=("{\"name\":\"$name\",\"result\":\"skipped\"}")
    return
  fi
  note "== $name: $*"
  began=$(date +%s)
  "$@" >>"$log" 2>&1
  code=$?
  [ "$code" -eq 0 ] || worst=1
  note "== $name: exit code $code"
  parts+=("{\"name\":\"$name\",\"result\":\"$([ "$code" -eq 0 ] && echo passed || echo failed)\",\"exit_code\":$code,\"seconds\":$(($(date +%s) - began))}")
}

backend() { (cd backend-api && python3 -m pytest -q --disable-warnings); }
static_part() { (cd "$1" && npm run --silent "$2" && npm test --silent); }
ios() { (cd ios-app && xcodegen generate && xcodebuild test -scheme HomeAI -destination 'platform=iOS Simulator,name=iPhone 16'); }
android() { (cd android-app && ./gradlew test bundleRelease); }
api_smoke() { (cd backend-api && python3 -m pytest -q --disable-warnings tests/test_api.py); }

part backend 0 backend
part web 0 static_part web-app build
part admin 0 static_part admin-dashboard build:static
part ios "${SKIP_IOS:-0}" ios
part android "${SKIP_ANDROID:-0}" android
part api-smoke "${SKIP_API_SMOKE:-0}" api_smoke

finished=$(date -u +%Y-%m-%dT%H:%M:%SZ)
commit=${RELEASE_COMMIT:-$(git rev-parse HEAD 2>/dev/null || echo unknown)}
skips=()
for name in SKIP_IOS SKIP_ANDROID SKIP_API_SMOKE; do
  [ "${!name:-0}" = 1 ] && skips+=("\"$name\"")
done
join() { local IFS=,; echo "$*"; }
cat >"$out/step.json" <<JSON
{
  "schema": "runproof-step/1",
  "gate": "preflight",
  "subject": {"commit": "$commit"},
  "command": "scripts/release_preflight.sh",
  "exit_code": $worst,
  "started": "$started",
  "finished": "$finished",
  "facts": {
    "skips": [$(join ${skips[@]+"${skips[@]}"})],
    "parts": [$(join "${parts[@]}")]
  },
  "attachments": [{"path": "preflight.log", "sha256": "$(sha256sum "$log" | cut -d' ' -f1)"}]
}
JSON
echo "record: $out/step.json"
exit "$worst"
