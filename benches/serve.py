"""How long a change takes until `runproof serve` shows it: `python3 benches/serve.py PROGRAM [RUNBOOKS [CHANGES]]`.

Makes a repository of so many runbooks (1,000 without a number), starts the server, changes one line of one of them again and again, and
prints the milliseconds from the write to the moment at which a page that waits is told, with the median first.
"""

import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

WORDS = "Look at the dashboard of the service before anything else, and write down what you see in the log of the shift. "


def runbook(number: int, words: str) -> str:
    """A runbook with a table, steps and commands, of about 3 kB."""
    return f"""# Operate service {number}

Owner: platform
Last reviewed: 2026-01-01

{words} {WORDS * 6}

## Steps

1. Look at the queue.

   ```sh
   make queue-{number}
   ./scripts/queue.sh --top 20
   ```

2. Drain it, first the worker, then the scheduler. {WORDS * 4}

| Signal | Where | Limit |
|---|---|--:|
| Error rate | `dashboards/{number}` | 1 % |

See [the next one](service-{(number + 1) % 1000}.md#steps). {WORDS * 6}
"""


def cpu(process: int) -> float | None:
    """The milliseconds of processor time that a process took so far, where the system tells."""
    try:
        parts = pathlib.Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return None
    return (int(parts[11]) + int(parts[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def main() -> int:
    """Measures, and prints what was measured."""
    program = pathlib.Path(sys.argv[1]).resolve()
    runbooks = int(sys.argv[2]) if len(sys.argv) > 2 else 1000
    changes = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "docs/runbooks").mkdir(parents=True)
        (folder / "Makefile").write_text("".join(f"queue-{number}:\n\ttrue\n" for number in range(runbooks)))
        for number in range(runbooks):
            (folder / f"docs/runbooks/service-{number}.md").write_text(runbook(number, "Begin."))
        git = ["git", "-C", name, "-c", "user.name=Bench", "-c", "user.email=bench@example.org"]
        for arguments in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message", "Begin"]):
            subprocess.run([*git, *arguments], check=True)
        began = time.perf_counter()
        with subprocess.Popen(
            [program, "serve", "--port", "0", "--repo", name], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as server:
            address = server.stdout.readline().strip()
            print(f"first handbook after {(time.perf_counter() - began) * 1000:.0f} ms")
            took = []
            before = cpu(server.pid)
            shown = 1
            for change in range(changes):
                place = folder / f"docs/runbooks/service-{change * 7 % runbooks}.md"
                began = time.perf_counter()
                place.write_text(runbook(change * 7 % runbooks, f"Change {change}."))
                while True:
                    with urllib.request.urlopen(f"{address}.runproof/wait/{shown}") as answer:
                        number = int(answer.read())
                    if number != shown:
                        break
                took.append((time.perf_counter() - began) * 1000)
                shown = number
                time.sleep(0.5)
            after = cpu(server.pid)
            server.terminate()
            built = [int(found) for found in re.findall(r"built anew in (\d+) ms", server.stderr.read())]
        print(f"{runbooks} runbooks: {statistics.median(took):.0f} ms from a change to the page (of {', '.join(f'{ms:.0f}' for ms in took)})")
        if before is not None and after is not None:
            print(f"{(after - before) / changes:.0f} ms of processor time for each, looking for changes in between included")
        if built:
            print(f"of that the build: {statistics.median(built):.0f} ms; the rest is the time until the change is seen")
    return 0


if __name__ == "__main__":
    sys.exit(main())
