"""The services `worker` and `beat`."""

import urllib.request

import structlog
from celery import Celery
from sqlalchemy import create_engine

from horadus import evaluation, feeds, trends
from horadus.settings import load

log = structlog.get_logger()
app = Celery("horadus", broker=load().redis_url)
app.conf.beat_schedule = {"read-feeds": {"task": "horadus.worker.read_feed", "schedule": 900.0, "args": []}}


def take_in(feed: bytes, trend: str, words: list[str]) -> int:
    """Moves a trend by the relevant titles of a feed. Returns how many there were."""
    engine = create_engine(load().database_url)
    relevant = [title for title in feeds.titles(feed) if evaluation.is_relevant(title, words)]
    for title in relevant:
        probability = trends.record(engine, trend, title, 0.1)
        log.info("trend moved", trend=trend, probability=round(probability, 4))
    return len(relevant)


@app.task
def read_feed(url: str, trend: str) -> int:
    if not url.startswith("https://"):
        raise ValueError("feeds are read over https only")
    # The scheme is checked above.
    with urllib.request.urlopen(url, timeout=20) as answer:  # nosec B310
        words = evaluation.cues(evaluation.PROMPT.read_text(encoding="utf-8"))
        return take_in(answer.read(feeds.MAX_BYTES + 1), trend, words)
