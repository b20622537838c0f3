"""The services against a migrated database."""

import pytest
from fastapi.testclient import TestClient

from horadus.api import app
from horadus.evaluation import PROMPT, cues
from horadus.trends import status
from horadus.worker import take_in

pytestmark = pytest.mark.integration
FEED = b"<rss><item><title>Canal closes</title></item><item><title>Sunny weekend</title></item></rss>"


def test_health_answers(engine):
    assert TestClient(app).get("/health").json() == {"status": "ok"}


def test_metrics_count_trends(engine):
    answer = TestClient(app).get("/metrics").text
    assert "horadus_trends 1.0" in answer
    assert answer.endswith("# EOF\n")


def test_a_feed_moves_a_trend(engine):
    assert take_in(FEED, "Detours around the canal", cues(PROMPT.read_text())) == 1
    assert status(engine)[0]["probability"] > 0.4
