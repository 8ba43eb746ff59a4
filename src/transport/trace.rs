//! One span a call: operation, method, path template, status, attempts. Never a body, a header or a query
//! value.

use crate::Operation;

#[cfg(feature = "tracing")]
pub(super) fn span(operation: &'static Operation) -> tracing::Span {
    tracing::debug_span!(
        target: "headwaters",
        "call",
        operation = operation.id,
        platform = operation.platform,
        method = operation.method,
        path = operation.path,
        status = tracing::field::Empty,
        attempts = tracing::field::Empty,
    )
}

/// Writes the outcome into the current span.
pub(super) fn outcome(status: Option<reqwest::StatusCode>, attempts: u32) {
    #[cfg(feature = "tracing")]
    {
        let span = tracing::Span::current();
        if let Some(status) = status {
            span.record("status", status.as_u16());
        }
        span.record("attempts", attempts);
    }
    #[cfg(not(feature = "tracing"))]
    let _ = (status, attempts);
}

/// The call inside its span. Not an `async fn`: that would hold the call twice, before and while it runs.
pub(super) fn traced<C: Future>(
    operation: &'static Operation,
    call: C,
) -> impl Future<Output = C::Output> {
    #[cfg(feature = "tracing")]
    {
        use tracing::Instrument as _;
        call.instrument(span(operation))
    }
    #[cfg(not(feature = "tracing"))]
    {
        let _ = operation;
        call
    }
}
