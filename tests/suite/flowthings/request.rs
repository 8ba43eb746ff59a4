//! Requests beside those that the official client sends for the same questions.

use headwaters::{
    Result,
    flowthings::{
        Filter, Modify, age_of, mem,
        types::{Flow, NewFlow},
    },
    reqwest::Method,
};
use serde_json::{Value, json};

use super::*;

/// Method, path, decoded query and body.
type Sent = (String, String, Vec<(String, String)>, Value);

async fn sent<T>(body: Value, call: impl AsyncFnOnce(Api) -> Result<T>) -> Sent {
    let stub = RecordingServer::start(answer(&body)).await;
    call(api(&stub)).await.unwrap();
    let [request] = <[_; 1]>::try_from(stub.seen()).unwrap();
    assert_eq!(request.header("x-auth-token"), Some("tok"));
    assert_eq!(request.header("x-auth-account"), Some("acc"));
    let url = url::Url::parse(&format!("http://a{}", request.target)).unwrap();
    let query = url.query_pairs().into_owned().collect();
    let body = match request.body.is_empty() {
        true => Value::Null,
        false => request.json(),
    };
    (
        request.method.to_string(),
        url.path().to_owned(),
        query,
        body,
    )
}

/// What the official client sends, as it was recorded: a request line, and the body if there is one.
#[track_caller]
fn assert_sent(sent: Sent, line: &str, body: Value) {
    let (method, target) = line.split_once(' ').unwrap();
    let url = url::Url::parse(&format!("http://a{target}")).unwrap();
    let query = url.query_pairs().into_owned().collect();
    assert_eq!(
        sent,
        (method.to_owned(), url.path().to_owned(), query, body)
    );
}

fn flow(id: &str) -> Flow {
    serde_json::from_value(json!({"id": id})).unwrap()
}

#[tokio::test]
async fn flows_are_found_as_the_official_client_finds_them() {
    let found = async |filter: Filter| {
        sent(json!([]), async |api| {
            api.flow().find_many().filter(filter).await
        })
        .await
    };
    for (filter, line) in [
        (
            mem("displayName").eq("Foo"),
            "filter=displayName+%3D%3D+%27Foo%27",
        ),
        (mem("a").eq("it's"), "filter=a+%3D%3D+%27it%5C%27s%27"),
        (
            age_of("lastEditDate").gt(1000),
            "filter=AGE%28%27lastEditDate%27%29+%3E+1000",
        ),
        (
            mem("displayName").eq("foo") | mem("displayName").eq("bar"),
            "filter=%28displayName+%3D%3D+%27foo%27%29+%7C%7C+%28displayName+%3D%3D+%27bar%27%29",
        ),
        (
            mem("t").is_in(["a", "b,c"]),
            "filter=t+IN+%5B%27a%27%2C%27b%2Cc%27%5D",
        ),
    ] {
        let line = format!("GET /v0.1/acc/flow?{line}");
        assert_sent(found(filter).await, &line, Value::Null);
    }
    let one = sent(json!({"id": "ID1"}), async |api| {
        api.flow().read("ID1").await
    })
    .await;
    assert_sent(one, "GET /v0.1/acc/flow/ID1", Value::Null);
    let with_references = sent(json!([]), async |api| {
        api.flow().find_many().limit(10).with_references().await
    });
    assert_sent(
        with_references.await,
        "GET /v0.1/acc/flow?limit=10&refs=1",
        Value::Null,
    );
    let several = sent(json!({}), async |api| {
        api.flow().read_many(["ID1", "ID2"]).await
    })
    .await;
    assert_sent(several, "MGET /v0.1/acc/flow", json!(["ID1", "ID2"]));
}

#[tokio::test]
async fn flows_are_changed_as_the_official_client_changes_them() {
    let made = sent(json!({"id": "ID1"}), async |api| {
        api.flow().create(NewFlow::new("/p")).await
    });
    assert_sent(made.await, "POST /v0.1/acc/flow", json!({"path": "/p"}));
    let whole = sent(json!({"id": "ID1"}), async |api| {
        let mut flow = flow("ID1");
        flow.display_name = Some("Foo".to_owned());
        api.flow().update(flow).await
    });
    let body = json!({"id": "ID1", "displayName": "Foo"});
    assert_sent(whole.await, "PUT /v0.1/acc/flow/ID1", body);
    let changed = sent(json!({"id": "ID1"}), async |api| {
        api.flow()
            .update(Modify::new(flow("ID1")).set("displayName", "Foo"))
            .await
    });
    let body = json!({"displayName": "Foo"});
    assert_sent(changed.await, "PUT /v0.1/acc/flow/ID1", body);
    let several = sent(json!({}), async |api| {
        let changes = ["ID1", "ID2"].map(|id| Modify::new(flow(id)).set("capacity", 2));
        api.flow().update_many(changes).await
    });
    let body = json!({"ID1": {"capacity": 2}, "ID2": {"capacity": 2}});
    assert_sent(several.await, "MPUT /v0.1/acc/flow", body);
    let gone = sent(json!({}), async |api| api.flow().delete("ID1").await).await;
    assert_sent(gone, "DELETE /v0.1/acc/flow/ID1", Value::Null);
    let gone = sent(json!({}), async |api| {
        api.flow().delete("ID1").body(json!({"reason": "x"})).await
    });
    assert_sent(
        gone.await,
        "DELETE /v0.1/acc/flow/ID1",
        json!({"reason": "x"}),
    );
}

#[tokio::test]
async fn drops_are_those_of_the_official_client() {
    let drop = json!({"id": "DID"});
    let made = sent(drop.clone(), async |api| {
        api.drops().create("/acc/foo", [("a", json!(1))]).await
    });
    let body = json!({"path": "/acc/foo", "elems": {"a": 1}});
    assert_sent(made.await, "POST /v0.1/acc/drop", body);
    let made = sent(drop.clone(), async |api| {
        api.drop("FID").create([("a", json!(1))]).await
    });
    assert_sent(
        made.await,
        "POST /v0.1/acc/drop/FID",
        json!({"elems": {"a": 1}}),
    );
    let found = sent(json!([]), async |api| {
        api.drop("FID").find_many().limit(10).await
    })
    .await;
    assert_sent(found, "GET /v0.1/acc/drop/FID?limit=10", Value::Null);
    let one = sent(drop, async |api| api.drop("FID").read("DID").await).await;
    assert_sent(one, "GET /v0.1/acc/drop/FID/DID", Value::Null);
    let aggregate = sent(json!([]), async |api| {
        let aggregate = api.drop("FID").aggregate(["$avg:test"]);
        aggregate.rules([("test", mem("foo").gt(42))]).await
    });
    let body = json!({"output": ["$avg:test"], "rules": {"test": "foo > 42"}});
    assert_sent(aggregate.await, "POST /v0.1/acc/drop/FID/aggregate", body);
}

#[tokio::test]
async fn statistics_end_where_their_tail_does() {
    let counts = sent(json!([1, 2]), async |api| {
        let counts = api.statistics().flow_drop_added("ID1").year(2015);
        counts.month(12).day(31).with_query("level", "HOUR").await
    });
    let line = "GET /v0.1/acc/statistics/flowDropAdded/ID1/2015/12/31?level=HOUR";
    assert_sent(counts.await, line, Value::Null);
}

#[tokio::test]
async fn each_service_has_its_path() {
    let read = json!({"id": "ID1"});
    macro_rules! paths {
        ($($service:ident $path:literal),*) => {$(
            let one = sent(read.clone(), async |api| api.$service().read("ID1").await);
            assert_sent(one.await, concat!("GET /v0.1/acc/", $path, "/ID1"), Value::Null);
        )*};
    }
    paths!(
        api_task "api-task", mqtt_task "mqtt", rss_task "rss", device "device", identity "identity", group "group",
        track "track", share "share", token "token"
    );
}

#[tokio::test]
async fn any_other_request_is_made_below_the_account() {
    let raw = sent(json!({}), async |api| {
        let request = api.request(Method::PUT, "/foo").with_query("foo", "True");
        request.with_json(&json!({"a": 1})).bytes().await
    });
    assert_sent(raw.await, "PUT /v0.1/acc/foo?foo=True", json!({"a": 1}));
}

#[tokio::test]
async fn what_cannot_be_meant_is_not_sent() {
    let stub = RecordingServer::start(answer(&json!({}))).await;
    let api = api(&stub);
    let filter = mem("x == 1 || y").eq(2);
    let flows = api.flow();
    for (error, why) in [
        (
            flows.find_many().filter(filter.clone()).await.unwrap_err(),
            "is not the name of a member",
        ),
        (
            flows.find_many().filter("a ==").await.unwrap_err(),
            "filter cannot be sent",
        ),
        (
            flows
                .create(NewFlow::new("/p").filter(filter))
                .await
                .unwrap_err(),
            "is not the name of a member",
        ),
        (flows.read("").await.unwrap_err(), "empty"),
        (flows.read("../track/x").await.unwrap_err(), "flowId"),
        (
            flows.update(Modify::new(flow("ID1"))).await.unwrap_err(),
            "empty",
        ),
        (
            flows
                .update(Modify::new(flow("ID1")).set("id", "ID2"))
                .await
                .unwrap_err(),
            "cannot change",
        ),
        (
            flows
                .update(Modify::new(flow("ID1")).set("capacity", "much"))
                .await
                .unwrap_err(),
            "does not fit",
        ),
        (
            api.statistics().track_hit("t").month(1).await.unwrap_err(),
            "year",
        ),
    ] {
        assert!(error.is_request() && !error.maybe_sent(), "{error}");
        let text = std::iter::successors(Some(&error as &dyn std::error::Error), |error| {
            error.source()
        });
        let text = text.map(ToString::to_string).collect::<Vec<_>>().join(": ");
        assert!(text.contains(why), "{text}");
    }
    assert!(stub.seen().is_empty());
}
