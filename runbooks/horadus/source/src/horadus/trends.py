"""How evidence moves the probability of a trend."""

import math

from sqlalchemy import Engine, text


def moved(probability: float, weight: float) -> float:
    """The probability after one piece of evidence: its weight is added to the log-odds."""
    odds = math.log(probability / (1 - probability)) + weight
    return 1 / (1 + math.exp(-odds))


def status(engine: Engine) -> list[dict[str, object]]:
    """Every trend with its probability and the pieces of evidence behind it, the likeliest first."""
    with engine.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT name, probability, (SELECT COUNT(*) FROM evidence WHERE trend_id = trends.id) "
                "FROM trends ORDER BY probability DESC, name"
            )
        )
        return [{"name": name, "probability": probability, "evidence": count} for name, probability, count in rows]


def record(engine: Engine, trend: str, title: str, weight: float) -> float:
    """Writes one piece of evidence down, moves the trend, and returns its new probability."""
    with engine.begin() as connection:
        found = connection.execute(text("SELECT id, probability FROM trends WHERE name = :name"), {"name": trend}).one()
        probability = moved(found.probability, weight)
        connection.execute(
            text("INSERT INTO evidence (trend_id, weight, title) VALUES (:trend, :weight, :title)"),
            {"trend": found.id, "weight": weight, "title": title},
        )
        connection.execute(
            text("UPDATE trends SET probability = :probability WHERE id = :id"),
            {"probability": probability, "id": found.id},
        )
    return probability
