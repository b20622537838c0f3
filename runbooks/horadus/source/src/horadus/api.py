"""The service `api`."""

from fastapi import FastAPI, Response
from prometheus_client import CollectorRegistry, Gauge
from prometheus_client.openmetrics.exposition import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import create_engine, text

from horadus import trends
from horadus.settings import load

app = FastAPI(title="Horadus")
engine = create_engine(load().database_url)
registry = CollectorRegistry()
TRENDS = Gauge("horadus_trends", "Trends that are followed.", registry=registry)
EVIDENCE = Gauge("horadus_evidence", "Pieces of evidence behind all trends.", registry=registry)
BUDGET = Gauge("horadus_daily_budget_cents", "What models may cost per day.", registry=registry)


@app.get("/health")
def health() -> dict[str, str]:
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
    return {"status": "ok"}


@app.get("/trends")
def list_trends() -> list[dict[str, object]]:
    return trends.status(engine)


@app.get("/metrics")
def metrics() -> Response:
    rows = trends.status(engine)
    TRENDS.set(len(rows))
    EVIDENCE.set(sum(int(str(row["evidence"])) for row in rows))
    BUDGET.set(load().daily_budget_cents)
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)
