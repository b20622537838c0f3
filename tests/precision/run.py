#!/usr/bin/env python3
"""How often is a default rule right? Lints public repositories at fixed commits and counts what people said of each finding.

    python3 tests/precision/run.py                          clone into target/precision, lint, print the tables
    python3 tests/precision/run.py --clones DIR             use clones that are there: DIR/OWNER/NAME or DIR/OWNER+NAME
    python3 tests/precision/run.py --write docs/precision.md    put the tables between the marks of that page
    python3 tests/precision/run.py --unjudged               list the findings that nobody judged yet, as lines for verdicts.jsonl
    python3 tests/precision/run.py --false                  list the findings that are false alarms
    python3 tests/precision/run.py --lost                   list the verdicts whose finding is not said by this version

Only the standard library and git are needed. Nothing of a repository is executed. Without --clones the repositories are cloned with
their history from their public addresses, which takes some gigabytes once. Clones that are given are not touched: each is cloned
again without its files, by hard links where that can be, so that every run sees the same thing.
"""

from __future__ import annotations

import argparse
import fnmatch
import json
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
MARKS = ("<!-- precision: begin -->", "<!-- precision: end -->")
LEVELS = ("error", "warning", "info")
VERDICTS = ("true", "false", "unsure")
ADDRESS = "https://github.com/{}.git"

# What only the clock or the clone decides: a date is overdue or not, and a blob is there or not. Nobody can judge it by reading.
NOT_JUDGED = re.compile(r"review-(overdue|due-soon|date-missing)|stamp-.*|file-unreadable|history-unavailable")

# What says something of a reference, but not that it is broken.
NOT_BROKEN = re.compile(r"source-drifted|unverifiable-reference|changed-not-reviewed")


class Broken(Exception):
    """What ends the run with a sentence instead of a trace."""


def read_lines(name: str) -> list[dict]:
    """The rows of a data file beside this script, one JSON object a line."""
    rows = []
    for number, line in enumerate((HERE / name).read_text("utf-8").splitlines(), 1):
        if line.strip():
            try:
                rows.append(json.loads(line))
            except ValueError as error:
                raise Broken(f"{name}:{number}: {error}") from error
    return rows


def load() -> tuple[dict, list[dict], list[dict], list[dict]]:
    """The data, held against each other: an unknown repository or verdict is a mistake, not a row to skip."""
    data = json.loads((HERE / "repositories.json").read_text("utf-8"))
    repositories = data["repositories"]
    commits = {repository["repository"]: repository["commit"] for repository in repositories}
    verdicts, broken = read_lines("verdicts.jsonl"), read_lines("broken.jsonl")
    for row in verdicts + broken:
        name = row["repository"]
        if commits.get(name) != row["commit"]:
            raise Broken(f"a row speaks of {name} at {row['commit']}, which repositories.json does not name")
    keys = set()
    for row in verdicts:
        if row["verdict"] not in VERDICTS or not row["reason"]:
            raise Broken(f"a verdict is one of {', '.join(VERDICTS)} and has a reason: {row}")
        if key_of(row) in keys:
            raise Broken(f"judged twice: {row}")
        keys.add(key_of(row))
    return data, repositories, verdicts, broken


def key_of(row: dict) -> tuple:
    """What a verdict is about."""
    return (row["repository"], row["path"], row["line"], row["rule"], row["key"])


def git(*arguments: str) -> str:
    """What git prints, or the end of the run."""
    done = subprocess.run(["git", *arguments], capture_output=True, text=True, check=False, encoding="utf-8", errors="replace")
    if done.returncode:
        raise Broken(f"git {' '.join(arguments)}: {done.stderr.strip()}")
    return done.stdout


def is_there(folder: pathlib.Path, commit: str) -> bool:
    """Whether a repository holds the commit."""
    return not subprocess.run(["git", "-C", str(folder), "cat-file", "-e", f"{commit}^{{commit}}"], capture_output=True, check=False).returncode


def clone(name: str, commit: str, clones: pathlib.Path | None, work: pathlib.Path) -> pathlib.Path:
    """A clone without files that knows its public address, which the linter reads."""
    into = work / name
    if not is_there(into, commit) if into.exists() else True:
        source = ADDRESS.format(name)
        if clones:
            flat = name.replace("/", "+")
            candidates = [clones / name, clones / flat, clones / flat / "repo"]
            found = [candidate for candidate in candidates if candidate.exists() and is_there(candidate, commit)]
            if not found:
                raise Broken(f"no clone of {name} with {commit} below {clones}")
            source = str(found[0])
        if into.exists():
            git("-C", str(into), "fetch", "--quiet", source, commit)
        else:
            into.parent.mkdir(parents=True, exist_ok=True)
            git("clone", "--quiet", "--no-checkout", source, str(into))
            git("-C", str(into), "remote", "set-url", "origin", ADDRESS.format(name))
    return into


class Linted:
    """What the program said of one repository."""

    def __init__(self, binary: str, today: str, folder: pathlib.Path, repository: dict, read: list[str]) -> None:
        self.name, self.commit = repository["repository"], repository["commit"]
        base = [binary, "lint", "--repo", str(folder), "--rev", self.commit, "--today", today, "--no-base", "--no-cache", "--trust-repository"]
        self.taken = re.findall(r"^taken +(.+?) by ", self.run(base + ["--explain-choice"]), re.MULTILINE)
        report = self.run(base + ["--format", "json"])
        self.findings = json.loads(report)["findings"] if report.strip() else []
        # A runbook that was read whole counts as well where the default choice does not take it.
        left_out = [path for path in read if path not in self.taken]
        self.besides = json.loads(self.run(base + ["--format", "json", *left_out]))["findings"] if left_out else []
        self.tree = git("-C", str(folder), "-c", "core.quotePath=false", "ls-tree", "-r", "--name-only", self.commit).splitlines()

    def run(self, command: list[str]) -> str:
        """What the program prints; findings are no failure, and neither is a repository without runbooks."""
        done = subprocess.run(command, capture_output=True, check=False, text=True, encoding="utf-8")
        if done.returncode not in (0, 1, 3):
            raise Broken(f"{' '.join(command)} ended with {done.returncode}: {done.stderr.strip()}")
        return done.stdout

    def judged(self) -> list[dict]:
        """The errors and warnings that can be judged by reading, as rows; a finding with several places is one row for the first."""
        rows = []
        for finding in self.findings:
            if finding["severity"] == "info" or finding.get("suppression") or NOT_JUDGED.fullmatch(finding["rule"]):
                continue
            rows.append(
                {
                    "repository": self.name,
                    "commit": self.commit,
                    "rule": finding["rule"],
                    "path": finding["path"],
                    "line": finding["line"],
                    "key": finding["reference"] or "",
                    "severity": finding["severity"],
                    "message": finding["message"],
                }
            )
        return rows

    def level_of(self, row: dict) -> str:
        """How loudly a broken reference is told, or `nothing`."""
        told = set()
        for finding in self.findings + self.besides:
            if finding["path"] != row["path"] or NOT_JUDGED.fullmatch(finding["rule"]) or not has_line(finding, row["line"]):
                continue
            said = finding["reference"] or ""
            wanted = row["reference"]
            if not NOT_BROKEN.fullmatch(finding["rule"]) and (wanted in said or (said and said in wanted) or wanted in finding["message"]):
                told.add(finding["severity"])
        return next((level for level in LEVELS if level in told), "nothing")


def has_line(finding: dict, line: int) -> bool:
    """Whether a finding speaks of a line: its own, or another place of the same cause."""
    lines = [finding["line"]] + [related["line"] for related in finding.get("related", []) if related["path"] == finding["path"]]
    return any(abs(line - other) <= 1 for other in lines)


def judge(rows: list[dict], verdicts: list[dict]) -> tuple[list[tuple[dict, str]], list[dict]]:
    """Each finding with its verdict or `unjudged`, and the verdicts whose finding is not said any more.

    A verdict holds for the very finding first. Where a rule was renamed or split, it still holds for the same words at the same place.
    """
    def place_of(row: dict) -> tuple:
        return (row["repository"], row["path"], row["line"], row["key"])

    exact = {key_of(row): row for row in verdicts}
    place = {place_of(row): row for row in verdicts}
    said, outcome = set(), []
    for row in rows:
        verdict = exact.get(key_of(row)) or place.get(place_of(row))
        outcome.append((row, verdict["verdict"] if verdict else "unjudged"))
        said.add(place_of(row))
    return outcome, [row for row in verdicts if place_of(row) not in said]


def table(head: list[str], rows: list[list]) -> str:
    """A table of Markdown; numbers stand on the right."""
    right = [all(not isinstance(row[at], str) or re.fullmatch(r"[\d.]+ %|-|", row[at]) for row in rows) for at in range(len(head))]
    lines = ["| " + " | ".join(head) + " |", "|" + "|".join("---:" if is_right else "---" for is_right in right) + "|"]
    return "\n".join(lines + ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows])


def counted(outcome: list[tuple[dict, str]]) -> list:
    """Findings, true, false, unsure, error rate, unjudged. The rate is of those that are surely true or false."""
    count = {verdict: sum(said == verdict for _, said in outcome) for verdict in (*VERDICTS, "unjudged")}
    sure = count["true"] + count["false"]
    rate = f"{100 * count['false'] / sure:.1f} %" if sure else "-"
    return [len(outcome), count["true"], count["false"], count["unsure"], rate, count["unjudged"]]


def is_one_of(path: str, globs: list[str]) -> bool:
    """Whether a path is named, or matched by a glob in which `*` takes folders as well."""
    return any(fnmatch.fnmatchcase(path, glob) for glob in globs)


def report(repositories: list[dict], verdicts: list[dict], broken: list[dict], linted: list[Linted]) -> str:
    """The tables."""
    by_name = {repository["repository"]: repository for repository in repositories}
    outcome, silent = judge([row for one in linted for row in one.judged()], verdicts)
    taken = {(one.name, path) for one in linted for path in one.taken}
    left_out = [row for row in silent if (row["repository"], row["path"]) not in taken]
    silent = [row for row in silent if (row["repository"], row["path"]) in taken]
    head = ["findings", "true", "false", "unsure", "error rate", "unjudged"]
    parts = ["## Findings by rule\n"]
    rows = []
    for rule in sorted({row["rule"] for row, _ in outcome}):
        rows.append([f"`{rule}`", *counted([pair for pair in outcome if pair[0]["rule"] == rule])])
    for level in ("error", "warning"):
        rows.append([f"**all {level}s**", *counted([pair for pair in outcome if pair[0]["severity"] == level])])
    rows.append(["**all**", *counted(outcome)])
    parts.append(table(["rule", *head], rows))
    gone = {verdict: sum(row["verdict"] == verdict for row in silent) for verdict in VERDICTS}
    parts.append(
        f"\nJudged earlier and not said by this version: {gone['true']} true, {gone['false']} false, {gone['unsure']} unsure. "
        "A true one that is not said any more was lost, or is told as another place of a finding above. "
        f"{len(left_out)} more were judged in files that this version does not take for runbooks.\n"
    )

    parts.append("## Broken references in runbooks that were read whole\n")
    levels = ("error", "warning", "info", "nothing")
    found = {id(row): one.level_of(row) for one in linted for row in broken if row["repository"] == one.name}
    rows = []
    for one in linted:
        for path in by_name[one.name].get("read", []):
            here = [found[id(row)] for row in broken if row["repository"] == one.name and row["path"] == path]
            rows.append([f"{one.name.split('/')[1]}: `{path}`", len(here), *(here.count(level) for level in levels)])
    every = list(found.values())
    rows.append(["**all**", len(every), *(every.count(level) for level in levels)])
    parts.append(table(["runbook", "broken", "error", "warning", "note", "nothing"], rows) + "\n")

    parts.append("## Choice of runbooks\n")
    rows = []
    for one in linted:
        repository = by_name[one.name]
        wrong = [path for path in one.taken if is_one_of(path, repository.get("no_runbooks", []))]
        missed = [path for path in one.tree if is_one_of(path, repository.get("runbooks_besides", [])) and path not in one.taken]
        rows.append([f"[{one.name}](https://github.com/{one.name}/tree/{one.commit})", repository["kind"], len(one.taken), len(wrong), len(missed)])
    rows.append(["**all**", "", *(sum(row[at] for row in rows) for at in (2, 3, 4))])
    parts.append(table(["repository", "kind", "taken", "of them no runbook", "missed"], rows))
    return "\n".join(parts) + "\n"


def write(path: pathlib.Path, tables: str) -> None:
    """Put the tables between the marks of a page."""
    page = path.read_text("utf-8")
    begin, end = (page.find(mark) for mark in MARKS)
    if begin < 0 or end < begin:
        raise Broken(f"{path} lacks the marks {MARKS[0]} and {MARKS[1]}")
    path.write_text(page[: begin + len(MARKS[0])] + "\n\n" + tables + "\n" + page[end:], "utf-8")


def main() -> int:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", default=str(ROOT / "target" / "debug" / "runproof"), help="the program [default: target/debug/runproof]")
    parser.add_argument("--clones", type=pathlib.Path, help="a folder of clones; without it they are cloned from their addresses")
    parser.add_argument("--work", type=pathlib.Path, help="where the clones are made [default: target/precision, with --clones a folder that is removed]")
    parser.add_argument("--only", help="only repositories whose name contains this")
    parser.add_argument("--write", type=pathlib.Path, metavar="PAGE", help="put the tables into a page")
    parser.add_argument("--unjudged", action="store_true", help="list findings without a verdict, as lines of verdicts.jsonl")
    parser.add_argument("--false", action="store_true", dest="show_false", help="list the findings that are false")
    parser.add_argument("--check", action="store_true", help="hold the data files against each other, and lint nothing")
    parser.add_argument("--lost", action="store_true", help="list the verdicts whose finding is not said")
    arguments = parser.parse_args()
    data, repositories, verdicts, broken = load()
    if arguments.check:
        return 0
    with tempfile.TemporaryDirectory(prefix="precision-") as temporary:
        work = arguments.work or (pathlib.Path(temporary) if arguments.clones else ROOT / "target" / "precision")
        linted = []
        for repository in repositories:
            name = repository["repository"]
            if arguments.only and arguments.only not in name:
                continue
            print(f"{name} ...", file=sys.stderr, flush=True)
            folder = clone(name, repository["commit"], arguments.clones, work)
            linted.append(Linted(arguments.bin, data["today"], folder, repository, repository.get("read", [])))
    names = {one.name for one in linted}
    verdicts = [row for row in verdicts if row["repository"] in names]
    broken = [row for row in broken if row["repository"] in names]
    outcome, silent = judge([row for one in linted for row in one.judged()], verdicts)
    if arguments.unjudged or arguments.show_false:
        wanted = "unjudged" if arguments.unjudged else "false"
        for row, verdict in outcome:
            if verdict == wanted:
                print(json.dumps({**row, "verdict": "", "reason": ""} if arguments.unjudged else row, ensure_ascii=False))
        return 0
    if arguments.lost:
        for row in silent:
            print(json.dumps(row, ensure_ascii=False))
        return 0
    tables = report(repositories, verdicts, broken, linted)
    if arguments.write:
        write(arguments.write, tables)
    else:
        print(tables, end="")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Broken as error:
        sys.exit(f"precision: {error}")
