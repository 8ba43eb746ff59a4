//! When a request is sent again, and when it must not be.

use std::{
    collections::HashSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant, SystemTime},
};

use headwaters::{Auth, Config, Error, ErrorKind, Retry, Timeouts, Upload, flink::Flink};

use super::{
    ClosedPort, JAR, JOB, RUN, STATUS, TRIGGER, TRIGGERED, UPLOADED, before_each_attempt, brisk,
    client,
    scripted_server::{Answer, Request, ScriptedServer},
    single,
};

fn ok() -> Answer {
    Answer::json(STATUS)
}

fn busy(retry_after: &str) -> Answer {
    Answer::status(429, &[("retry-after", retry_after)], "")
}

#[tokio::test]
async fn a_server_that_asks_for_a_second_gets_it() {
    let stub = ScriptedServer::playing([busy("1"), ok()]);
    client(&stub, brisk()).jobs().status(JOB).await.unwrap();
    let [first, second] = &stub.requests()[..] else {
        panic!("{:?}", stub.requests())
    };
    assert_eq!(first.line(), second.line());
    let wait = second.at - first.at;
    assert!(wait >= Duration::from_millis(990), "only {wait:?}");
}

#[tokio::test]
async fn a_server_that_asks_for_a_date_is_asked_after_it() {
    let date = SystemTime::now() + Duration::from_secs(2);
    let text = httpdate::fmt_http_date(date);
    let stub = ScriptedServer::playing([busy(&text), ok()]);
    client(&stub, brisk()).jobs().status(JOB).await.unwrap();
    let date = httpdate::parse_http_date(&text).unwrap();
    let second = &stub.requests()[1];
    assert!(SystemTime::now() - second.at.elapsed() + Duration::from_millis(10) >= date);
}

#[tokio::test]
async fn a_date_that_has_passed_is_no_wait() {
    let stub = ScriptedServer::playing([busy("Sun, 06 Nov 1994 08:49:37 GMT"), ok()]);
    client(&stub, brisk()).jobs().status(JOB).await.unwrap();
    assert_eq!(stub.count(), 2);
}

#[tokio::test]
async fn a_wait_that_ends_after_the_deadline_fails_at_once() {
    let far = httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(60));
    // The last two have more seconds than a clock, and more than 64 bits.
    for asked in [
        "60",
        &far,
        "18446744073709551615",
        "99999999999999999999999",
        "59.5",
        "1, 60",
    ] {
        let stub = ScriptedServer::playing([busy(asked)]);
        let call = client(&stub, brisk()).jobs().status(JOB);
        let start = Instant::now();
        let error = call
            .with_timeout(Duration::from_secs(20))
            .await
            .unwrap_err();
        assert!(start.elapsed() < Duration::from_secs(10), "{asked}");
        assert_eq!(error.status().unwrap(), 429, "{asked}");
        assert_eq!(error.attempts(), 1, "{asked}");
        assert!(
            error.retry_after().unwrap() > Duration::from_secs(50),
            "{asked}"
        );
        assert!(error.is_retryable() && !error.is_timeout(), "{asked}");
    }
}

#[tokio::test]
async fn a_wait_that_cannot_be_read_is_the_longest_of_the_clients_own() {
    for asked in ["soon", "-3", "1.2.3", ""] {
        let stub = ScriptedServer::playing([busy(asked), ok()]);
        let retry = |longest| Retry::default().with_waits(Duration::ZERO, longest);
        let config = single().with_retry(retry(Duration::from_millis(350)));
        let call = client(&stub, config).jobs().status(JOB);
        call.await.unwrap();
        let requests = stub.requests();
        let wait = requests[1].at - requests[0].at;
        assert!(wait >= Duration::from_millis(340), "{asked:?}: {wait:?}");
        // Where that passes the deadline, the call ends at once.
        let stub = ScriptedServer::playing([busy(asked), ok()]);
        let config = single().with_retry(retry(Duration::from_secs(40)));
        let call = client(&stub, config).jobs().status(JOB);
        let error = call
            .with_timeout(Duration::from_secs(30))
            .await
            .unwrap_err();
        assert_eq!((error.attempts(), stub.count()), (1, 1), "{asked:?}");
        assert_eq!(error.retry_after(), Some(Duration::from_secs(40)));
    }
}

#[tokio::test]
async fn going_on_to_servers_that_answer_is_paid_from_the_budget() {
    let stubs = [(); 4]
        .map(|()| ScriptedServer::playing([Answer::status(503, &[], r#"{"errors":["no"]}"#)]));
    let mut config = brisk();
    for stub in &stubs[1..] {
        config = config.with_fallback(stub.url());
    }
    let flink = client(&stubs[0], config);
    for _ in 0..150 {
        flink.jobs().status(JOB).await.unwrap_err();
    }
    let requests: usize = stubs.iter().map(ScriptedServer::count).sum();
    assert_eq!(requests, 150 + 20);
}

#[tokio::test]
async fn going_on_from_servers_that_are_not_there_costs_nothing() {
    let dead: Vec<_> = (0..30).map(|_| ClosedPort::new()).collect();
    let stub = ScriptedServer::playing([ok()]);
    let config = dead[1..]
        .iter()
        .fold(brisk(), |config, port| config.with_fallback(port.url()));
    let flink = Flink::with_config(dead[0].url(), config.with_fallback(stub.url())).unwrap();
    flink.jobs().status(JOB).await.unwrap();
    assert_eq!(stub.count(), 1);
}

#[tokio::test]
async fn one_attempt_is_one_whatever_the_credentials_and_the_servers() {
    for auth in [Auth::bearer("token"), before_each_attempt(|_| {})] {
        let dead = ClosedPort::new();
        let stub = ScriptedServer::playing([ok()]);
        let config = single().with_auth(auth).with_fallback(stub.url());
        let flink = Flink::with_config(dead.url(), config).unwrap();
        let error = flink.jobs().status(JOB).await.unwrap_err();
        assert!(error.is_connect() && error.attempts() == 1, "{error:?}");
        assert_eq!(stub.count(), 0);
        // The next call goes to where the last one would have gone on.
        flink.jobs().status(JOB).await.unwrap();
        assert_eq!(stub.count(), 1);
    }
}

#[tokio::test]
async fn a_post_is_not_sent_again_after_its_time_ran_out() {
    let stub = ScriptedServer::playing([Answer::silence()]);
    let timeouts = Timeouts::default().with_long_attempt(Duration::from_millis(150));
    let flink = client(&stub, brisk().with_timeouts(timeouts));
    let error = flink.jars().run(JAR).await.unwrap_err();
    assert!(error.is_timeout() && error.maybe_sent(), "{error:?}");
    assert_eq!(error.attempts(), 1);
    assert_eq!(stub.count(), 1);
}

#[tokio::test]
async fn a_post_is_sent_again_after_a_refused_connection() {
    let port = ClosedPort::new();
    let url = port.url();
    let port = Mutex::new(Some(port));
    let stub = Arc::new(Mutex::new(None));
    let late = Arc::clone(&stub);
    let auth = before_each_attempt(move |attempt| {
        if attempt == 2 {
            let listener = port.lock().unwrap().take().unwrap().listen();
            *late.lock().unwrap() = Some(ScriptedServer::on(listener, |_| Answer::json(RUN)));
        }
    });
    let flink = Flink::with_config(url, brisk().with_auth(auth)).unwrap();
    let run = flink.jars().run(JAR).await.unwrap();
    assert_eq!(run.job_id.as_str(), JOB);
    assert_eq!(stub.lock().unwrap().as_ref().unwrap().count(), 1);
}

#[tokio::test]
async fn a_refused_connection_was_tried_four_times_and_nothing_was_sent() {
    let flink = Flink::with_config(ClosedPort::new().url(), brisk()).unwrap();
    let error = flink.jars().run(JAR).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect);
    assert!(error.is_connect() && error.is_retryable() && !error.maybe_sent());
    assert_eq!(error.attempts(), 4);
}

#[tokio::test]
async fn a_streamed_body_is_never_sent_again() {
    let stub = ScriptedServer::playing([Answer::status(503, &[], ""), Answer::json(UPLOADED)]);
    let upload = Upload::bytes("job.jar", "PK");
    let error = client(&stub, brisk())
        .jars()
        .upload(upload)
        .await
        .unwrap_err();
    assert_eq!(error.status().unwrap(), 503);
    assert_eq!((error.attempts(), stub.count()), (1, 1));

    let flink = Flink::with_config(ClosedPort::new().url(), brisk()).unwrap();
    let upload = Upload::bytes("job.jar", "PK");
    let error = flink.jars().upload(upload).await.unwrap_err();
    assert!(error.is_connect());
    assert_eq!(error.attempts(), 1);
}

#[tokio::test]
async fn the_error_tells_attempts_and_elapsed_time() {
    let stub = ScriptedServer::playing([
        busy("0"),
        busy("0"),
        busy("1"),
        Answer::status(503, &[("retry-after", "7")], ""),
    ]);
    let start = Instant::now();
    let error = client(&stub, brisk()).jobs().status(JOB).await.unwrap_err();
    assert_eq!(error.attempts(), 4);
    assert_eq!(stub.count(), 4);
    assert!(error.elapsed() >= Duration::from_millis(990));
    assert!(error.elapsed() <= start.elapsed());
    assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
}

#[tokio::test]
async fn the_retries_of_all_clones_come_from_one_budget() {
    let down = Arc::new(AtomicBool::new(true));
    let stub = {
        let down = Arc::clone(&down);
        ScriptedServer::new(move |_| {
            if down.load(Ordering::SeqCst) {
                Answer::status(503, &[], "")
            } else {
                ok()
            }
        })
    };
    let flink = client(&stub, brisk());
    let attempts = async |flink: &Flink| {
        let error = flink.jobs().status(JOB).await.unwrap_err();
        error.attempts()
    };
    // Twenty retries: six calls take three each, the seventh gets two, and then there are none.
    let mut spent = Vec::new();
    for _ in 0..9 {
        spent.push(attempts(&flink.clone()).await);
    }
    assert_eq!(spent, [4, 4, 4, 4, 4, 4, 3, 1, 1]);
    // Another client of the same server has its own.
    assert_eq!(attempts(&client(&stub, brisk())).await, 4);
    // Ten successes earn one retry.
    down.store(false, Ordering::SeqCst);
    for _ in 0..10 {
        flink.jobs().status(JOB).await.unwrap();
    }
    down.store(true, Ordering::SeqCst);
    assert_eq!(attempts(&flink).await, 2);
    assert_eq!(attempts(&flink).await, 1);
}

/// Calls of each kind of repeatability.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Get,
    Cancel,
    TriggerWithId,
    Trigger,
    Run,
}

impl Kind {
    const ALL: [Self; 5] = [
        Self::Get,
        Self::Cancel,
        Self::TriggerWithId,
        Self::Trigger,
        Self::Run,
    ];

    fn may_be_repeated(self) -> bool {
        matches!(self, Self::Get | Self::Cancel | Self::TriggerWithId)
    }

    fn success_of(request: &Request) -> Answer {
        match request.method.as_str() {
            "GET" => ok(),
            "PATCH" => Answer::status(202, &[], "{}"),
            _ if request.target.ends_with("/savepoints") => Answer::status(202, &[], TRIGGERED),
            _ => Answer::json(RUN),
        }
    }

    async fn call(self, flink: &Flink) -> Result<(), Error> {
        let jobs = flink.jobs();
        match self {
            Self::Get => jobs.status(JOB).await.map(drop),
            Self::Cancel => jobs.cancel(JOB).await,
            Self::TriggerWithId => {
                let trigger = jobs.trigger_savepoint(JOB).trigger_id(TRIGGER);
                trigger.await.map(drop)
            }
            Self::Trigger => jobs.trigger_savepoint(JOB).await.map(drop),
            Self::Run => flink.jars().run(JAR).await.map(drop),
        }
    }
}

/// Makes a call of each kind whose first request ends so, and the second one well: only calls that may be repeated,
/// and only if the failure `passes`, may make a second request.
async fn assert_repeats(what: &str, first: Answer, passes: bool, config: Config) {
    let seen = Mutex::new(HashSet::new());
    let stub = ScriptedServer::new(move |request| {
        let is_first = seen
            .lock()
            .unwrap()
            .insert((request.line(), request.body.clone()));
        if is_first {
            first.clone()
        } else {
            Kind::success_of(request)
        }
    });
    let flink = client(&stub, config);
    for kind in Kind::ALL {
        let before = stub.count();
        let outcome = kind.call(&flink).await;
        let repeated = passes && kind.may_be_repeated();
        assert_eq!(outcome.is_ok(), repeated, "{what} {kind:?}: {outcome:?}");
        let expected = if repeated { 2 } else { 1 };
        assert_eq!(stub.count() - before, expected, "{what} {kind:?}");
    }
}

#[tokio::test]
async fn statuses_that_pass_are_asked_again_where_a_repeat_is_safe() {
    for status in [
        400, 401, 403, 404, 405, 408, 409, 413, 429, 500, 501, 502, 503, 504, 507,
    ] {
        let passes = matches!(status, 408 | 429 | 502 | 503 | 504);
        let first = Answer::status(status, &[], r#"{"errors":["no"]}"#);
        assert_repeats(&status.to_string(), first, passes, brisk()).await;
    }
}

#[tokio::test]
async fn broken_answers_are_asked_again_where_a_repeat_is_safe() {
    let half = Answer::head(200, &[("content-length", "1000")])
        .send(r#"{"status":"#)
        .close();
    for (what, first) in [
        ("closed", Answer::nothing()),
        ("silent", Answer::silence()),
        (
            "no HTTP",
            Answer::raw("SSH-2.0-OpenSSH_9.6\r\n\r\n").close(),
        ),
        (
            "half a head",
            Answer::raw("HTTP/1.1 200 OK\r\ncont").close(),
        ),
        ("half a body", half),
    ] {
        let time = Duration::from_millis(if what == "silent" { 700 } else { 30_000 });
        let timeouts = Timeouts::default()
            .with_attempt(time)
            .with_long_attempt(time);
        assert_repeats(what, first, true, brisk().with_timeouts(timeouts)).await;
    }
}

#[tokio::test]
async fn an_answer_that_does_not_decode_is_not_asked_for_again() {
    let stub = ScriptedServer::playing([Answer::json("<html>"), ok()]);
    let error = client(&stub, brisk()).jobs().status(JOB).await.unwrap_err();
    assert!(error.is_decode());
    assert_eq!((error.attempts(), stub.count()), (1, 1));
}

#[tokio::test]
async fn a_call_may_have_another_retry_policy_than_its_client() {
    let stub = ScriptedServer::playing([Answer::status(503, &[], "")]);
    let flink = client(&stub, brisk());
    let error = flink.jobs().status(JOB).with_retry(Retry::none()).await;
    assert_eq!(error.unwrap_err().attempts(), 1);
    let patient = Retry::none()
        .with_attempts(6)
        .with_waits(Duration::ZERO, Duration::ZERO);
    let flink = client(&stub, single());
    let error = flink.jobs().status(JOB).with_retry(patient).await;
    assert_eq!(error.unwrap_err().attempts(), 6);
    assert_eq!(stub.count(), 7);
}

#[tokio::test]
async fn a_savepoint_that_is_followed_names_its_trigger_in_every_attempt() {
    let done = r#"{"status":{"id":"COMPLETED"},"operation":{"location":"file:/srv/flink/sp/savepoint-987654-e6f3fc88dfd1"}}"#;
    let stub = ScriptedServer::playing([
        Answer::nothing(),
        Answer::status(202, &[], TRIGGERED),
        Answer::json(done),
    ]);
    let savepoint = client(&stub, brisk())
        .jobs()
        .trigger_savepoint(JOB)
        .poll()
        .await
        .unwrap();
    assert_eq!(
        savepoint.location,
        "file:/srv/flink/sp/savepoint-987654-e6f3fc88dfd1"
    );
    let requests = stub.requests();
    let trigger = |index: usize| -> String {
        let body: serde_json::Value = serde_json::from_slice(&requests[index].body).unwrap();
        body["triggerId"].as_str().unwrap().to_owned()
    };
    assert_eq!(trigger(0), trigger(1));
    assert_eq!(trigger(0), savepoint.trigger.as_str());
    assert_eq!(trigger(0).len(), 32);
    assert_eq!(
        requests[2].target,
        format!("/v1/jobs/{JOB}/savepoints/{}", trigger(0))
    );
}

#[tokio::test]
async fn an_error_remembers_that_an_earlier_attempt_may_have_arrived() {
    let stub = ScriptedServer::playing([Answer::nothing()]);
    let url = stub.url();
    let stub = Mutex::new(Some(stub));
    let auth = before_each_attempt(move |attempt| {
        if attempt == 2 {
            drop(stub.lock().unwrap().take());
        }
    });
    let flink = Flink::with_config(url, brisk().with_auth(auth)).unwrap();
    let error = flink.jobs().status(JOB).await.unwrap_err();
    assert!(error.is_connect(), "{error:?}");
    assert!(error.maybe_sent());
}
