//! What a query asks for of a collection.

use super::*;

async fn names(streams: &Streams, target: &str) -> Vec<String> {
    let list = ok(streams, target).await;
    let names = all(&list, "operators", "name").into_iter();
    names.map(str::to_owned).collect()
}

#[tokio::test]
async fn operators_are_sorted_by_name_whatever_its_case() {
    let streams = demo(Flavour::OnPrem4).await;
    let expected = [
        "Averages",
        "Filter[0]",
        "Filter[1]",
        "identity",
        "neural_net_model",
        "Op.PublishTopic.TopicProperties",
        "periodicSource",
        "print_flush",
        "Report",
        "Trades",
    ];
    assert_eq!(names(&streams, "/operators").await, expected);
    let list = ok(&streams, "/operators").await;
    assert_eq!(
        (&list["resourceType"], &list["total"]),
        (&json!("operatorList"), &json!(10))
    );
    assert!(list.get("next").is_none() && list.get("previous").is_none());
}

#[tokio::test]
async fn a_scope_is_a_job_or_a_pe() {
    let streams = demo(Flavour::OnPrem4).await;
    assert_eq!(names(&streams, "/operators?job.restid=1").await.len(), 5);
    assert_eq!(
        names(&streams, "/operators?pe.restid=0").await,
        ["identity", "periodicSource"]
    );
    assert_eq!(names(&streams, "/operators?pe.restid=0,1").await.len(), 3);
    assert!(names(&streams, "/operators?job.restid=9").await.is_empty());
    let pes = ok(&streams, "/pes?job.restid=1").await;
    assert_eq!(all(&pes, "pes", "id"), ["3", "4", "5", "6"]);
}

#[tokio::test]
async fn pages_are_linked_to_each_other() {
    let streams = demo(Flavour::OnPrem4).await;
    let mut link = url(&streams, "/operators?job.restid=1&count=2");
    let mut pages = Vec::new();
    let last = loop {
        let page = ok(&streams, &link).await;
        assert_eq!(page["total"], 5);
        pages.push(all(&page, "operators", "name").len());
        match page.get("next") {
            Some(next) => link = next.as_str().unwrap().to_owned(),
            None => break page,
        }
    };
    assert_eq!(pages, [2, 2, 1]);
    let previous = ok(&streams, last["previous"].as_str().unwrap()).await;
    assert_eq!(all(&previous, "operators", "name"), ["Filter[1]", "Report"]);
    let by_number = ok(&streams, "/operators?job.restid=1&count=2&page=-1").await;
    assert_eq!(by_number["operators"], last["operators"]);
}

#[tokio::test]
async fn elements_are_sorted_and_chosen_by_their_properties() {
    let streams = demo(Flavour::OnPrem4).await;
    let last_first = names(&streams, "/operators?job.restid=1&sort=desc.name").await;
    assert_eq!(last_first.first().unwrap(), "Trades");
    let by_place = names(&streams, "/operators?job.restid=0&sort=asc.indexWithinJob").await;
    assert_eq!(by_place.first().unwrap(), "periodicSource");
    let both = names(&streams, "/operators?name=identity,Trades").await;
    assert_eq!(both, ["identity", "Trades"]);
    let neither = names(&streams, "/operators?name=identity,Trades&indexWithinJob=0").await;
    assert_eq!(neither, ["Trades"]);
    // What is not known is ignored.
    assert_eq!(
        names(&streams, "/operators?nothing=1&sort=up.name")
            .await
            .len(),
        10
    );
}

#[tokio::test]
async fn values_of_every_kind_have_an_order() {
    let streams = demo(Flavour::Standalone5).await;
    let values = ["x", "12", "1~", "9", "12a", "-3"];
    for number in 0..60 {
        let properties = match values.get(number % 7) {
            Some(value) => json!({"p1": value}),
            None => json!({}),
        };
        let body = json!({"name": format!("{number:02}"), "properties": properties});
        let list = "/applicationconfigurations";
        assert_eq!(send(&streams, "POST", list, body).await.0, 201);
    }
    for (direction, expected) in [
        (
            "asc",
            [
                None,
                Some("-3"),
                Some("9"),
                Some("12"),
                Some("12a"),
                Some("1~"),
                Some("x"),
            ],
        ),
        (
            "desc",
            [
                Some("x"),
                Some("1~"),
                Some("12a"),
                Some("12"),
                Some("9"),
                Some("-3"),
                None,
            ],
        ),
    ] {
        let list = format!("/applicationconfigurations?sort={direction}.properties.p1");
        let list = ok(&streams, &list).await;
        assert_eq!(list["total"], 61);
        let configurations = list["applicationConfigurations"].as_array().unwrap().iter();
        let mut told: Vec<_> = configurations
            .map(|configuration| configuration["properties"]["p1"].as_str())
            .collect();
        told.dedup();
        assert_eq!(told, expected);
    }
}

#[tokio::test]
async fn fields_leave_out_the_rest() {
    let streams = demo(Flavour::OnPrem4).await;
    let list = ok(&streams, "/jobs?fields=name,health&listFields=jobs").await;
    let expected = json!({"jobs": [
        {"name": "application::NeuralNet_0", "health": "healthy"},
        {"name": "application::Trades_1", "health": "healthy"},
    ]});
    assert_eq!(list, expected);
    let version = ok(&streams, "?fields=id,activeVersion.productName").await;
    let expected =
        json!({"id": "StreamsInstance", "activeVersion": {"productName": "IBM Streams"}});
    assert_eq!(version, expected);
}

#[tokio::test]
async fn a_pe_says_more_where_it_is_asked_to() {
    let streams = demo(Flavour::OnPrem4).await;
    let pe = ok(&streams, "/pes/0?verbose=true").await;
    assert_eq!(pe["restartPriority"], "none");
}

#[tokio::test]
async fn ten_thousand_operators_are_one_answer() {
    let streams = Streams::builder().operators(10_000).start().await.unwrap();
    let list = ok(&streams, "/operators").await;
    assert_eq!(list["total"], 10_000);
    let operator = &list["operators"][1234];
    assert_eq!(operator["name"], "Op_01234");
    let ports = ok(&streams, operator["inputPorts"].as_str().unwrap()).await;
    assert_eq!(ports["total"], 1);
}

#[tokio::test]
async fn what_a_query_that_leaves_nothing_out_gives_is_what_none_gives() {
    let streams = demo(Flavour::OnPrem4).await;
    streams
        .replace_view_items(
            "words",
            [(7, json!({"string": "a"})), (5, json!({"string": "b"}))],
        )
        .unwrap();
    for target in [
        "/jobs",
        "/operators",
        "/views/1/viewitems",
        "/jobs/0/operators/identity/outputports/0/tupleattributes",
    ] {
        assert_eq!(
            ok(&streams, &format!("{target}?x=1")).await,
            ok(&streams, target).await,
            "{target}"
        );
    }
}
