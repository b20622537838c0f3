"""One purchase per shop: each must open the plan that was paid for."""

import pytest
from app.entitlements import apply_event, effective
from app.store import Store


@pytest.fixture
def store():
    return Store("sqlite://")


def bought(source, plan="plus", **changes):
    return {"id": f"{source}-1", "account": "a1", "source": source, "plan": plan, "active": True} | changes


def test_web_checkout_opens_the_plan(store):
    apply_event(store, bought("web"))
    assert effective(store, "a1") == {"account": "a1", "plan": "plus", "source": "web", "active": True}


def test_storekit_event_updates_the_plan(store):
    apply_event(store, bought("ios"))
    apply_event(store, bought("ios", "pro", id="ios-2"))
    assert effective(store, "a1")["plan"] == "pro"


def test_google_play_event_ends_the_plan(store):
    apply_event(store, bought("android"))
    apply_event(store, bought("android", id="android-2", active=False))
    assert effective(store, "a1")["active"] is False
