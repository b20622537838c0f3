"""Shops that disagree, and events that come twice."""

from app.entitlements import apply_event, effective
from app.store import Store


def event(id, source, plan, active=True):
    return {"id": id, "account": "a1", "source": source, "plan": plan, "active": active}


def test_the_strongest_active_plan_wins():
    store = Store("sqlite://")
    apply_event(store, event("1", "web", "plus"))
    apply_event(store, event("2", "ios", "pro"))
    apply_event(store, event("3", "android", "pro", active=False))
    assert effective(store, "a1") == {"account": "a1", "plan": "pro", "source": "ios", "active": True}


def test_an_event_that_comes_twice_counts_once():
    store = Store("sqlite://")
    assert apply_event(store, event("1", "web", "pro"))
    apply_event(store, event("2", "web", "free", active=False))
    assert not apply_event(store, event("1", "web", "pro"))
    assert effective(store, "a1")["active"] is False
