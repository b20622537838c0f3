"""Which model may be used today."""

from horadus.settings import Settings


def model_for(settings: Settings, spent_cents: int) -> str | None:
    """The primary model up to 80 % of the budget, the fallback up to all of it, then none."""
    if spent_cents >= settings.daily_budget_cents:
        return None
    if spent_cents * 5 >= settings.daily_budget_cents * 4:
        return settings.fallback_model
    return settings.primary_model
