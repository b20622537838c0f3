#!/usr/bin/env bash
# Packs a built program for one platform: `ci/archive.sh PROGRAM VERSION TARGET FOLDER` writes `runproof-VERSION-TARGET.tar.gz` and its
# digest to FOLDER. The program itself writes the manual pages, the completions and the schemas that go with it, so it must run here.
set -euo pipefail
if [ $# -ne 4 ]; then echo "usage: ci/archive.sh PROGRAM VERSION TARGET FOLDER" >&2; exit 2; fi
program=$1 version=$2 target=$3 folder=$4
here="$(cd "$(dirname "$0")/.." && pwd)"
case $version in v[0-9]*) ;; *) echo "the version is that of a tag, such as v1.2.3, not \`$version\`" >&2; exit 2 ;; esac
if [ "v$("$program" --version | cut -d' ' -f2)" != "${version%%+*}" ]; then
  echo "the program is $("$program" --version), the tag $version" >&2; exit 1
fi

name="runproof-$version-$target"
stage="$(mktemp -d)"
trap 'rm -rf "$stage"' EXIT
mkdir -p "$stage/$name/completions" "$stage/$name/schemas" "$folder"
cp "$program" "$stage/$name/"
cp "$here/README.md" "$here/CHANGELOG.md" "$here/LICENSE-MIT" "$here/LICENSE-APACHE" "$stage/$name/"
cp "$here"/schemas/*.json "$stage/$name/schemas/"
"$program" man --out "$stage/$name/man" --quiet
for shell in bash elvish fish powershell zsh; do
  "$program" completions "$shell" > "$stage/$name/completions/runproof.$shell"
done

# The same files give the same archive: no owner, one time, sorted by name.
flags=()
if tar --version 2>/dev/null | grep -q GNU; then
  flags=(--sort=name --owner=0 --group=0 --numeric-owner --mtime="@${SOURCE_DATE_EPOCH:-0}")
fi
tar -C "$stage" "${flags[@]}" -cf - "$name" | gzip -n -9 > "$folder/$name.tar.gz"
cd "$folder"
if command -v sha256sum >/dev/null; then
  sha256sum "$name.tar.gz" > "$name.tar.gz.sha256"
else
  shasum -a 256 "$name.tar.gz" > "$name.tar.gz.sha256"
fi
echo "$folder/$name.tar.gz"
