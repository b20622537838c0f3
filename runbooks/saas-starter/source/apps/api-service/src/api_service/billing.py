"""Where billing retries run."""

from api_service.settings import Settings


def runs_retries(settings: Settings) -> bool:
    return settings.enable_billing_retry_worker


def problem(settings: Settings, replicas: int, is_worker: bool) -> str | None:
    """Why a topology would retry a payment twice or never; none when it is sound."""
    dedicated = settings.billing_retry_deployment_mode == "dedicated"
    both = settings.enable_billing_retry_worker and settings.enable_billing_stream_replay
    neither = not settings.enable_billing_retry_worker and not settings.enable_billing_stream_replay
    if is_worker:
        return None if dedicated and both else "the billing worker must retry and replay, in mode dedicated"
    if replicas > 1 and not neither:
        return "more than one API replica would retry the same payment"
    return None
