//! One span a call: operation, method, path template, status, attempts. Never a body, a header or a query
//! value.

use reqwest::StatusCode;

use crate::Operation;

/// The span of one call; nothing without the feature `tracing`.
pub(super) struct Span {
    #[cfg(feature = "tracing")]
    span: tracing::Span,
}

#[cfg(feature = "tracing")]
impl Span {
    pub(super) fn new(operation: &'static Operation) -> Self {
        let span = tracing::debug_span!(
            target: "headwaters",
            "call",
            operation = operation.id,
            platform = operation.platform,
            method = operation.method,
            path = operation.path,
            status = tracing::field::Empty,
            attempts = tracing::field::Empty,
        );
        Self { span }
    }

    /// Runs a call inside the span. Not an `async fn`: that would hold the call twice, before and while it runs.
    pub(super) fn around<C: Future>(&self, call: C) -> impl Future<Output = C::Output> + use<C> {
        use tracing::Instrument as _;
        call.instrument(self.span.clone())
    }

    /// Writes the outcome down.
    pub(super) fn end(&self, status: Option<StatusCode>, attempts: u32) {
        if let Some(status) = status {
            self.span.record("status", status.as_u16());
        }
        self.span.record("attempts", attempts);
    }
}

#[cfg(not(feature = "tracing"))]
impl Span {
    pub(super) fn new(_: &'static Operation) -> Self {
        Self {}
    }

    pub(super) fn around<C: Future>(&self, call: C) -> C {
        call
    }

    pub(super) fn end(&self, _: Option<StatusCode>, _: u32) {}
}
