"""What an account may use, told by three shops that do not know of each other."""

from app.store import Store

RANK = {"free": 0, "plus": 1, "pro": 2}
SOURCES = ("web", "ios", "android")


def apply_event(store: Store, event: dict) -> bool:
    """Takes one webhook event in. Returns whether it was new: an event that was seen before changes nothing."""
    seen = store.run("SELECT 1 FROM events WHERE id = ?", event["id"])
    if seen:
        return False
    store.run("INSERT INTO events VALUES (?, ?, ?)", event["id"], event["account"], event["source"])
    store.run(
        "INSERT INTO entitlements VALUES (?, ?, ?, ?) "
        "ON CONFLICT (account, source) DO UPDATE SET plan = excluded.plan, active = excluded.active",
        event["account"],
        event["source"],
        event["plan"],
        int(event["active"]),
    )
    return True


def effective(store: Store, account: str) -> dict:
    """The strongest active entitlement of an account over all shops."""
    rows = store.run("SELECT plan, source FROM entitlements WHERE account = ? AND active = 1", account)
    if not rows:
        return {"account": account, "plan": "free", "source": None, "active": False}
    plan, source = max(rows, key=lambda row: (RANK[row[0]], row[1]))
    return {"account": account, "plan": plan, "source": source, "active": True}
