#!/usr/bin/env bash
# Deploys every edge function to one project.
set -euo pipefail

usage() {
  echo "usage: deploy-functions.sh --project REF [--verify-jwt] [--dry-run]" >&2
}

project=""
verify_jwt=""
dry_run=""
while [ $# -gt 0 ]; do
  case "$1" in
    --project) project="$2"; shift 2 ;;
    --verify-jwt) verify_jwt=yes; shift ;;
    --dry-run) dry_run=yes; shift ;;
    --help) usage; exit 0 ;;
    *) usage; exit 2 ;;
  esac
done
[ -n "$project" ] || { usage; exit 2; }

cd "$(dirname "$0")/../.."
for folder in supabase/functions/*/; do
  name="$(basename "$folder")"
  arguments=(functions deploy "$name" --project-ref "$project")
  # A webhook is signed by its sender and has no token of ours.
  if [ "$name" = payments-webhook ] || [ -z "$verify_jwt" ]; then arguments+=(--no-verify-jwt); fi
  echo "supabase ${arguments[*]}"
  [ -n "$dry_run" ] || supabase "${arguments[@]}"
done
