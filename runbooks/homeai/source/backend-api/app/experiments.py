"""Experiments: which change of price or provider is shown to how many accounts."""

from app.store import Store

TEMPLATES = {
    "cheaper-provider": 0.060,
    "yearly-plan-first": 0.055,
    "two-proposals-per-photo": 0.058,
}


def seed(store: Store) -> int:
    """Adds the template experiments that are not there yet, at 0 % rollout. Returns how many were added."""
    added = 0
    for name, baseline in TEMPLATES.items():
        if not store.run("SELECT 1 FROM experiments WHERE name = ?", name):
            store.run("INSERT INTO experiments VALUES (?, 0, 0, 0, ?)", name, baseline)
            added += 1
    return added


def decide(rollout: int, exposures: int, conversions: int, baseline: float) -> str:
    """`widen`, `hold` or `stop`: the conversion of the shown accounts against the baseline."""
    if exposures < 50:
        return "hold" if rollout else "widen"
    rate = conversions / exposures
    if rate < baseline * 0.9:
        return "stop"
    return "widen" if rate >= baseline else "hold"


def automate(store: Store, rollout_limit: int, dry_run: bool) -> list[dict]:
    """Decides on every experiment and, unless `dry_run`, moves its rollout by 5 points or to 0."""
    moves = []
    budget = rollout_limit
    for name, rollout, exposures, conversions, baseline in store.run("SELECT * FROM experiments ORDER BY name"):
        decision = decide(rollout, exposures, conversions, baseline)
        target = {"widen": min(rollout + 5, 100), "hold": rollout, "stop": 0}[decision]
        if target > rollout and budget < 5:
            decision, target = "hold", rollout
        budget -= max(target - rollout, 0)
        moves.append({"experiment": name, "decision": decision, "from": rollout, "to": target})
        if not dry_run and target != rollout:
            store.run("UPDATE experiments SET rollout = ? WHERE name = ?", target, name)
    return moves
