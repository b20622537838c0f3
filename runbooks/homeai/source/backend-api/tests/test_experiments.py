"""When an experiment is widened, held or stopped."""

from app.experiments import automate, decide, seed
from app.store import Store


def test_decisions_compare_with_the_baseline():
    assert decide(0, 0, 0, 0.06) == "widen"
    assert decide(5, 20, 0, 0.06) == "hold"
    assert decide(5, 100, 3, 0.06) == "stop"
    assert decide(5, 100, 7, 0.06) == "widen"


def test_a_dry_run_changes_nothing():
    store = Store("sqlite://")
    assert seed(store) == 3 and seed(store) == 0
    planned = automate(store, rollout_limit=10, dry_run=True)
    assert [move["to"] for move in planned] == [5, 5, 0]
    assert store.run("SELECT SUM(rollout) FROM experiments") == [(0,)]
    automate(store, rollout_limit=10, dry_run=False)
    assert store.run("SELECT SUM(rollout) FROM experiments") == [(10,)]
