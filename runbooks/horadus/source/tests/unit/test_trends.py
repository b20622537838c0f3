"""How evidence moves a probability."""

import pytest
from sqlalchemy import create_engine, text

from horadus.trends import moved, record, status


def test_no_weight_moves_nothing():
    assert moved(0.3, 0.0) == pytest.approx(0.3)


def test_evidence_for_and_against_cancels():
    assert moved(moved(0.2, 0.7), -0.7) == pytest.approx(0.2)


@pytest.mark.parametrize("weight", [-20, -1, 1, 20])
def test_a_probability_stays_one(weight):
    assert 0 < moved(0.5, weight) < 1


def test_evidence_is_written_down_and_moves_its_trend():
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE trends (id INTEGER PRIMARY KEY, name TEXT, probability REAL)"))
        connection.execute(text("CREATE TABLE evidence (id INTEGER PRIMARY KEY, trend_id INT, weight REAL, title TEXT)"))
        connection.execute(text("INSERT INTO trends (name, probability) VALUES ('a', 0.5), ('b', 0.6)"))
    assert record(engine, "a", "Canal closes", 1.0) > 0.7
    assert [(trend["name"], trend["evidence"]) for trend in status(engine)] == [("a", 1), ("b", 0)]
