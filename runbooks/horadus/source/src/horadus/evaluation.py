"""Judges a prompt against a fixed set of headlines. It runs offline, so that CI and a laptop agree."""

import hashlib
import json
import re
from datetime import UTC, datetime
from pathlib import Path

PROMPT = Path("ai/prompts/relevance.md")
DATASET = Path("ai/eval/headlines.jsonl")
THRESHOLDS = Path("ai/eval/thresholds.json")


def cues(prompt: str) -> list[str]:
    """The cue words of a prompt: its list items."""
    return [line[2:].strip().lower() for line in prompt.splitlines() if line.startswith("- ")]


def is_relevant(title: str, words: list[str]) -> bool:
    return any(re.search(rf"\b{re.escape(word)}", title.lower()) for word in words)


def evaluate(suite: str) -> dict[str, object]:
    """Precision and recall of the prompt in the tree, compared with the thresholds of the suite."""
    prompt = PROMPT.read_text(encoding="utf-8")
    lines = DATASET.read_text(encoding="utf-8")
    items = [item for item in map(json.loads, lines.splitlines()) if suite in item["suites"]]
    words = cues(prompt)
    hits = [(is_relevant(item["title"], words), item["relevant"]) for item in items]
    both = sum(said and true for said, true in hits)
    values = {
        "precision": both / max(sum(said for said, _ in hits), 1),
        "recall": both / max(sum(true for _, true in hits), 1),
    }
    thresholds = json.loads(THRESHOLDS.read_text(encoding="utf-8"))[suite]
    return {
        "suite": suite,
        "model": "offline-cues",
        "prompt_version": hashlib.sha256(prompt.encode()).hexdigest()[:12],
        "dataset_sha256": hashlib.sha256(lines.encode()).hexdigest(),
        "evaluated": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "metrics": [
            {
                "name": name,
                "value": round(value, 4),
                "threshold": thresholds[name],
                "direction": "at-least",
                "n": len(items),
            }
            for name, value in values.items()
        ],
    }


def passed(result: dict) -> bool:
    return all(metric["value"] >= metric["threshold"] for metric in result["metrics"])
