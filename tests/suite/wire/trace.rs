//! What a program's log learns of a call.

use std::{
    fmt::Debug,
    sync::{Arc, Mutex},
    time::Duration,
};

use headwaters::{Auth, Timeouts};

use super::{
    JAR, OVERVIEW, brisk, client,
    scripted_server::{Answer, ScriptedServer},
    secret::{TOKEN, assert_hidden, failures},
    single,
};

/// Writes down everything that is traced on this thread.
#[derive(Clone, Default)]
pub struct Journal(Arc<Mutex<String>>);

impl Journal {
    /// Listens on this thread until the guard is dropped. There is a second listener besides: while there is only one,
    /// the thread that is first to meet a span decides whether anybody listens, and that may be another test's.
    pub fn listen(&self) -> (tracing::Dispatch, tracing::subscriber::DefaultGuard) {
        let second = tracing::Dispatch::new(Self::default());
        (second, tracing::subscriber::set_default(self.clone()))
    }

    fn write(&self, text: &str, record: impl FnOnce(&mut dyn tracing::field::Visit)) {
        struct Visitor<'a>(&'a mut String);

        impl tracing::field::Visit for Visitor<'_> {
            fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn Debug) {
                *self.0 += &format!(" {}={value:?}", field.name());
            }
        }

        let mut journal = self.0.lock().unwrap();
        *journal += text;
        record(&mut Visitor(&mut journal));
        journal.push('\n');
    }

    pub fn text(&self) -> String {
        self.0.lock().unwrap().clone()
    }
}

impl tracing::Subscriber for Journal {
    fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        self.write(span.metadata().name(), |visitor| span.record(visitor));
        tracing::span::Id::from_u64(1)
    }

    fn record(&self, _: &tracing::span::Id, values: &tracing::span::Record<'_>) {
        self.write("then", |visitor| values.record(visitor));
    }

    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        self.write(event.metadata().name(), |visitor| event.record(visitor));
    }

    fn enter(&self, _: &tracing::span::Id) {}

    fn exit(&self, _: &tracing::span::Id) {}
}

#[tokio::test]
async fn a_span_tells_the_call_and_nothing_that_is_secret() {
    let journal = Journal::default();
    let _guard = journal.listen();
    let other = ScriptedServer::playing([Answer::json(OVERVIEW)]);
    for (failure, answer) in failures(&other.url()) {
        let time = Duration::from_millis(if failure == "silence" { 100 } else { 30_000 });
        let config = single()
            .with_timeouts(Timeouts::default().with_long_attempt(time))
            .with_auth(Auth::bearer(TOKEN))
            .with_header("cookie", TOKEN);
        let stub = ScriptedServer::playing([answer]);
        let call = client(&stub, config)
            .jars()
            .run(JAR)
            .program_args_list(["--password", TOKEN])
            .with_header("x-other", TOKEN)
            .with_query("token", TOKEN);
        call.await.unwrap_err();
    }
    let text = journal.text();
    assert_hidden("tracing", &text);
    assert!(!text.contains(JAR), "an id is in the trace");
    let span =
        r#"call operation="jars_run" platform="flink" method="POST" path="/jars/{jarid}/run""#;
    assert!(text.contains(span), "{text}");
    assert!(text.contains("then status=401"), "{text}");
    assert!(text.contains("then attempts=1"), "{text}");
}

#[tokio::test]
async fn one_call_is_one_span_with_its_outcome() {
    let journal = Journal::default();
    let _guard = journal.listen();
    let stub = ScriptedServer::playing([Answer::status(503, &[], ""), Answer::json(OVERVIEW)]);
    client(&stub, brisk()).overview().await.unwrap();
    let text = journal.text();
    let ours: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("call ") || line.starts_with("then "))
        .collect();
    assert_eq!(
        ours,
        [
            r#"call operation="cluster_overview" platform="flink" method="GET" path="/overview""#,
            "then status=200",
            "then attempts=2",
        ]
    );
}
