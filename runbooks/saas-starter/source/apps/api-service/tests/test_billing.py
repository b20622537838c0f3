"""Which topologies would retry a payment twice."""

from dataclasses import replace

import pytest

from api_service.billing import problem, runs_retries
from api_service.settings import Settings

INLINE = Settings("db", "redis", "key", False, True, True, "inline")
QUIET = replace(INLINE, enable_billing_retry_worker=False, enable_billing_stream_replay=False)


@pytest.mark.parametrize(
    ("settings", "replicas", "is_worker", "is_sound"),
    [
        (INLINE, 1, False, True),
        (INLINE, 2, False, False),
        (QUIET, 3, False, True),
        (replace(INLINE, billing_retry_deployment_mode="dedicated"), 1, True, True),
        (INLINE, 1, True, False),
    ],
)
def test_a_topology_is_judged(settings, replicas, is_worker, is_sound):
    assert (problem(settings, replicas, is_worker) is None) == is_sound
    assert runs_retries(settings) == settings.enable_billing_retry_worker
