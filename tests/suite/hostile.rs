//! Every operation of every platform against servers that answer as none should. An operation of a new platform joins by its row in
//! the table.

use std::{
    cell::RefCell,
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use futures_util::{StreamExt as _, stream};
use headwaters::{
    Config, Error, Idempotence, Limits, Operation, ResponseKind, Retry, TimeoutClass, Timeouts,
    dynamic::{Answer as Value, Server},
};

use crate::{
    document::{Described, Document, Wish},
    platform::{Platform, key},
    wire::{
        assert_readable,
        scripted_server::{Answer, Request, ScriptedServer},
    },
};

/// The credentials, which every answer repeats where it can.
const KEY: &str = "s3cret-0123456789-do-not-show";
/// How long a call may take.
const TOTAL: Duration = Duration::from_millis(1_000);
/// What a busy machine adds.
const SLACK: Duration = Duration::from_secs(10);
const ATTEMPTS: usize = 4;
/// Calls at once where a server answers, and where it takes its time, which costs no more than waiting.
const AT_ONCE: usize = 16;
const WAITING_AT_ONCE: usize = 64;

/// Servers that take turns.
const SERVERS: usize = 512;
/// The header by which a server knows which case a request is of.
const CASE: &str = "x-case";

/// An answer, and what must become of it.
#[derive(Clone, Debug)]
struct Case {
    name: String,
    answer: Answer,
    fate: Fate,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// No operation takes it for a success.
    Error,
    /// None does, unless it does not look into bodies.
    ErrorIfRead,
    /// None does, unless pages are what it asks for.
    ErrorUnlessPages,
    /// None does, unless its answers have no body.
    ErrorUnlessHead,
    /// It may be one for some.
    Any,
}

fn config() -> Config {
    let attempt = TOTAL / 3;
    Config::new()
        // By its next turn a server is asked over other connections.
        .with_http(|http| http.pool_idle_timeout(Duration::from_millis(100)))
        .with_retry(Retry::default().with_waits(Duration::from_millis(1), Duration::from_millis(4)))
        .with_limits(Limits::default().with_json(1 << 20).with_values(50_000))
        .with_timeouts(
            Timeouts::default()
                .with_connect(attempt)
                .with_attempt(attempt)
                .with_long_attempt(attempt)
                .with_total(TOTAL)
                .with_idle(attempt),
        )
}

/// The servers. There are more cases than ports, and a port whose connections have ended is not free for a minute: so each server has a
/// turn again when all others have had theirs. What still comes of a case that is over belongs to none.
#[derive(Default)]
struct Stage {
    /// The first has waited longest.
    waiting: Mutex<VecDeque<ScriptedServer>>,
    state: Arc<Mutex<Turns>>,
}

#[derive(Default)]
struct Turns {
    /// Those of the cases that are played, by their number.
    answers: HashMap<String, Answer>,
    begun: usize,
    /// Requests that told no case.
    strays: Vec<String>,
}

/// The server of a case, and the number that its requests tell.
struct Turn {
    server: ScriptedServer,
    number: String,
}

impl Stage {
    fn begin(&self, answer: Answer) -> Turn {
        let mut turns = self.state.lock().unwrap();
        turns.begun += 1;
        let number = turns.begun.to_string();
        turns.answers.insert(number.clone(), answer);
        let mut waiting = self.waiting.lock().unwrap();
        let rested = match turns.begun > SERVERS {
            true => waiting.pop_front(),
            false => None,
        };
        let state = Arc::clone(&self.state);
        let server = rested.unwrap_or_else(|| {
            ScriptedServer::new(move |request| {
                let mut turns = state.lock().unwrap();
                let number = request.header(CASE);
                if number.is_none() {
                    turns.strays.push(request.line());
                }
                let answer = number.and_then(|number| turns.answers.get(number));
                answer.cloned().unwrap_or_else(|| Answer::default().close())
            })
        });
        Turn { server, number }
    }

    fn end(&self, turn: Turn) {
        self.state.lock().unwrap().answers.remove(&turn.number);
        self.waiting.lock().unwrap().push_back(turn.server);
    }
}

impl Turn {
    fn requests(&self) -> Vec<Request> {
        let mut requests = self.server.requests();
        requests.retain(|request| request.header(CASE) == Some(&*self.number));
        requests
    }
}

/// Makes each call that has a name, in each case that `cases` has for its operation.
async fn attack(at_once: usize, cases: impl Fn(&Operation) -> Vec<Case>) -> usize {
    let (config, stage) = (config(), Stage::default());
    let mut count = 0;
    for platform in Platform::all() {
        let document = platform.document();
        let described = document.operations();
        let pairs = platform.operations.iter().zip(&described);
        let attacks = pairs.flat_map(|(operation, described)| {
            let cases = cases(operation).into_iter();
            cases.map(move |case| (operation, described, case))
        });
        let attacks: Vec<_> = attacks.collect();
        count += attacks.len();
        let (platform, document, config, stage) = (&platform, &document, &config, &stage);
        stream::iter(attacks)
            .for_each_concurrent(at_once, |(operation, described, case)| async move {
                survive(
                    platform, document, config, stage, operation, described, case,
                )
                .await;
            })
            .await;
    }
    assert_eq!(stage.state.lock().unwrap().strays, [""; 0]);
    count
}

async fn survive(
    platform: &Platform,
    document: &Document,
    config: &Config,
    stage: &Stage,
    operation: &'static Operation,
    described: &Described<'_>,
    case: Case,
) {
    let name = format!("{}, {}", operation.id, case.name);
    let turn = stage.begin(case.answer.clone());
    let server = Server::new(turn.server.url())
        .with_key(key(platform.name, KEY))
        .with_config(config.clone().with_header(CASE, &turn.number));
    let started = Instant::now();
    let outcome = tokio::time::timeout(TOTAL + SLACK, async {
        let wish = Wish::Least;
        match platform
            .call_as_wished(&server, document, described, operation, wish)
            .await?
        {
            Value::Bytes(stream) => stream.into_bytes(1 << 20).await.map(drop),
            _ => Ok(()),
        }
    });
    let outcome = outcome
        .await
        .unwrap_or_else(|_| panic!("{name}: not over after {:?}", started.elapsed()));
    let most = match operation.idempotent {
        Idempotence::Always => ATTEMPTS,
        // It begins with a session, which may be asked for again.
        _ if operation.id == "session_websocket" => ATTEMPTS,
        _ => 1,
    };
    let requests: Vec<_> = turn
        .requests()
        .iter()
        .map(|request| request.line())
        .collect();
    assert!(requests.len() <= most, "{name}: {requests:?}");
    stage.end(turn);
    match outcome {
        Ok(()) => {
            let reads = operation.method != "HEAD" && operation.response != ResponseKind::Empty;
            let is_fine = match case.fate {
                Fate::Error => false,
                Fate::ErrorUnlessHead => operation.method == "HEAD",
                Fate::ErrorUnlessPages => {
                    let media = match operation.response {
                        ResponseKind::Bytes(media) => media,
                        _ => "",
                    };
                    operation.method == "HEAD" || matches!(media, "*/*" | "text/html")
                }
                Fate::ErrorIfRead => !reads,
                Fate::Any => true,
            };
            assert!(is_fine, "{name}: it is taken for a success");
        }
        Err(error) => assert_discreet(&name, &error),
    }
}

/// No text of the error shows the key.
fn assert_discreet(name: &str, error: &Error) {
    assert_readable(error);
    let texts = [error.to_string(), error.report(), format!("{error:?}")];
    for text in texts.iter().chain(error.messages()) {
        assert!(!text.contains(KEY), "{name}: {text}");
    }
}

fn case(name: impl Into<String>, fate: Fate, answer: Answer) -> Case {
    Case {
        name: name.into(),
        answer,
        fate,
    }
}

/// What proxies, gateways and forms to sign in say.
fn refusals() -> Vec<Case> {
    let mut cases = Vec::new();
    let bodies = [
        ("text/plain", format!("no healthy upstream for {KEY}")),
        (
            "text/html",
            format!("<html><head><title>Sorry {KEY}</title></head></html>"),
        ),
        ("application/json", format!(r#"{{"message": "{KEY}"}}"#)),
        (
            "application/json",
            format!(r#"{{"errors": ["{KEY}", null], "error": {{"code": 7}}}}"#),
        ),
        ("application/octet-stream", "\0\u{1b}[2J\u{202e}".to_owned()),
    ];
    for status in [400, 401, 403, 404, 407, 409, 413, 429, 500, 502, 503, 504] {
        for (media, body) in &bodies {
            let headers = [
                ("content-type", *media),
                ("retry-after", "0"),
                ("www-authenticate", KEY),
            ];
            cases.push(case(
                format!("{status} with {media}"),
                Fate::Error,
                Answer::status(status, &headers, body),
            ));
        }
    }
    for (status, location) in [
        (301, format!("http://elsewhere.invalid/{KEY}?token={KEY}")),
        (302, format!("/login/?next={KEY}")),
        (307, format!("//user:{KEY}@elsewhere.invalid/")),
        (308, KEY.to_owned()),
        (304, String::new()),
    ] {
        let answer = Answer::status(status, &[("location", &location)], KEY);
        cases.push(case(format!("{status}"), Fate::Error, answer));
    }
    cases
}

/// Successes that are none.
fn impostors() -> Vec<Case> {
    let mut cases = Vec::new();
    let page = format!("<!DOCTYPE html><title>Sign in</title><input value=\"{KEY}\">");
    for status in [200, 201, 202, 203] {
        let answer = Answer::status(status, &[("content-type", "text/html")], &page);
        cases.push(case(
            format!("{status} with a page"),
            Fate::ErrorUnlessPages,
            answer,
        ));
    }
    for coding in ["gzip", "x-gzip", "BR", "deflate, gzip", "zstd", KEY] {
        let bomb = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 0xff].repeat(100);
        let answer = Answer::status(200, &[("content-encoding", coding)], bomb);
        cases.push(case(
            format!("the coding {coding}"),
            Fate::ErrorUnlessHead,
            answer,
        ));
    }
    for (name, body) in [
        ("nothing", String::new()),
        ("null", "null".to_owned()),
        ("a number", "12".to_owned()),
        ("a text", format!("\"{KEY}\"")),
        ("a list", format!("[\"{KEY}\"]")),
        ("lists", format!("[[\"{KEY}\", [{{}}]]]")),
        ("an object", format!(r#"{{"a": "{KEY}"}}"#)),
        ("errors", format!(r#"{{"errors": ["{KEY}"]}}"#)),
        (
            "bare numbers",
            "[NaN, -Infinity, {\"a\": Infinity}]".to_owned(),
        ),
        ("deep lists", "[".repeat(200_000)),
        ("deep objects", "{\"a\":".repeat(100_000)),
        ("many values", format!("[{}0]", "0,".repeat(100_000))),
        ("half a text", format!("{{\"a\": \"{KEY}")),
        ("bytes", "\0\u{1}\u{fffd}".repeat(100)),
    ] {
        let answer = Answer::json(body);
        cases.push(case(format!("200 with {name}"), Fate::Any, answer));
    }
    for status in [204, 205] {
        let answer = Answer::head(status, &[]).close();
        cases.push(case(format!("{status}"), Fate::Any, answer));
    }
    let part = Answer::status(206, &[("content-range", "bytes 0-1/9")], "[]");
    cases.push(case("206", Fate::ErrorUnlessHead, part));
    cases
}

/// Connections that end or say what is no HTTP.
fn breaks() -> Vec<Case> {
    let json = ("content-type", "application/json");
    let chunked = ("transfer-encoding", "chunked");
    vec![
        case("not a byte", Fate::Error, Answer::nothing()),
        case(
            "another protocol",
            Fate::Error,
            Answer::raw("SSH-2.0-OpenSSH_9.2\r\n").close(),
        ),
        case(
            "a cut head",
            Fate::Error,
            Answer::raw("HTTP/1.1 200 OK\r\ncontent-le").close(),
        ),
        case(
            "a head without end",
            Fate::Error,
            Answer::raw("HTTP/1.1 200 OK\r\n")
                .flood("x-filler: 0123456789\r\n".repeat(1_000), 100)
                .close(),
        ),
        case(
            "a negative length",
            Fate::Error,
            Answer::head(200, &[json, ("content-length", "-1")])
                .send("{}")
                .close(),
        ),
        case(
            "two lengths",
            Fate::Error,
            Answer::head(
                200,
                &[json, ("content-length", "2"), ("content-length", "3")],
            )
            .send("{}")
            .close(),
        ),
        case(
            "a cut body",
            Fate::ErrorIfRead,
            Answer::head(200, &[json, ("content-length", "100")])
                .send("{\"a\": [")
                .close(),
        ),
        case(
            "a length beyond all limits",
            Fate::ErrorIfRead,
            Answer::head(200, &[json, ("content-length", "9223372036854775807")])
                .send("{}")
                .close(),
        ),
        case(
            "a cut chunk",
            Fate::ErrorIfRead,
            Answer::head(200, &[json, chunked])
                .send("10\r\n{\"a\"")
                .close(),
        ),
        case(
            "no last chunk",
            Fate::ErrorIfRead,
            Answer::head(200, &[json, chunked]).chunk("{}").close(),
        ),
        case(
            "a chunk of no size",
            Fate::ErrorIfRead,
            Answer::head(200, &[json, chunked])
                .send("zz\r\n{}\r\n")
                .close(),
        ),
        case(
            "a chunk of all sizes",
            Fate::ErrorIfRead,
            Answer::head(200, &[json, chunked])
                .send("ffffffffffffffffff\r\n{}")
                .close(),
        ),
        case(
            "a refusal with a cut body",
            Fate::Error,
            Answer::head(500, &[json, ("content-length", "100")])
                .send("{\"errors\"")
                .close(),
        ),
    ]
}

/// Servers that take their time.
fn delays(operation: &Operation) -> Vec<Case> {
    let json = ("content-type", "application/json");
    let mut drip = Answer::head(200, &[json, ("content-length", "1000")]);
    for _ in 0..30 {
        drip = drip.wait(Duration::from_millis(20)).send(" ");
    }
    let mut cases = vec![
        case("silence", Fate::Error, Answer::silence()),
        case("a slow body", Fate::ErrorIfRead, drip.close()),
    ];
    // An answer without an end may be silent as long as it likes.
    if operation.timeout != TimeoutClass::Endless {
        let hung = Answer::head(200, &[json, ("content-length", "1000")])
            .send("{\"a\"")
            .hang();
        cases.push(case("a body that stops", Fate::ErrorIfRead, hung));
    }
    cases
}

#[tokio::test]
async fn what_stands_between_never_passes_for_the_server() {
    let count = attack(AT_ONCE, |_| refusals()).await;
    assert!(count > 1_000, "{count}");
}

#[tokio::test]
async fn what_is_no_answer_is_survived() {
    let count = attack(AT_ONCE, |_| impostors()).await;
    assert!(count > 1_000, "{count}");
}

#[tokio::test]
async fn what_breaks_in_the_middle_is_no_success() {
    let count = attack(AT_ONCE, |_| breaks()).await;
    assert!(count > 1_000, "{count}");
}

#[tokio::test]
async fn what_takes_too_long_ends_in_time() {
    let count = attack(WAITING_AT_ONCE, delays).await;
    assert!(count > 300, "{count}");
}

/// For one operation of each kind of answer.
#[tokio::test]
async fn an_answer_may_break_at_every_byte() {
    let seen = RefCell::new(Vec::new());
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n";
    let whole = format!("{head}{{\"jobs\": []}}\n");
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n{\"jo\r\n8\r\nbs\": []}\r\n0\r\n\r\n";
    let count = attack(AT_ONCE, |operation| {
        let kind = (
            operation.platform,
            std::mem::discriminant(&operation.response),
            operation.idempotent == Idempotence::Always,
        );
        let mut seen = seen.borrow_mut();
        if seen.contains(&kind) {
            return Vec::new();
        }
        seen.push(kind);
        let texts = [whole.as_str(), chunked];
        let cuts = texts.iter().flat_map(|text| {
            (0..text.len() - 1).map(move |end| {
                let fate = match text
                    .get(..end)
                    .is_some_and(|text| text.contains("\r\n\r\n"))
                {
                    true => Fate::ErrorIfRead,
                    false => Fate::Error,
                };
                let answer = Answer::raw(&text.as_bytes()[..end]).close();
                case(format!("cut at byte {end} of {}", text.len()), fate, answer)
            })
        });
        cuts.collect()
    })
    .await;
    assert!(count > 500, "{count}");
}
