"""Which spans are recorded: those of a request as it is, all others by their share (template-owned).

Needs OpenTelemetry's SDK, which is heavy: imported only where a collector is set.
"""

from collections.abc import Sequence

from opentelemetry.context import Context
from opentelemetry.sdk.trace.sampling import (
    ALWAYS_OFF,
    ALWAYS_ON,
    ParentBased,
    Sampler,
    SamplingResult,
    TraceIdRatioBased,
)
from opentelemetry.trace import Link, SpanKind
from opentelemetry.trace.span import TraceState
from opentelemetry.util.types import Attributes

from app.kit.logs import current_trace


class AsTheRequest(Sampler):
    """Records what the request at hand records; outside of one, what its parent does, or else a share."""

    def __init__(self, share: float) -> None:
        self._outside = ParentBased(TraceIdRatioBased(share))

    def should_sample(
        self,
        parent_context: Context | None,
        trace_id: int,
        name: str,
        kind: SpanKind | None = None,
        attributes: Attributes = None,
        links: Sequence[Link] | None = None,
        trace_state: TraceState | None = None,
    ) -> SamplingResult:
        at_hand = current_trace.get()
        if at_hand is None:
            decides: Sampler = self._outside
        else:
            decides = ALWAYS_ON if at_hand.sampled else ALWAYS_OFF
        return decides.should_sample(parent_context, trace_id, name, kind, attributes, links)

    def get_description(self) -> str:
        return "AsTheRequest"
