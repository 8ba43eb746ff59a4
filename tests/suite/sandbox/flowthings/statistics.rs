use super::*;

/// Year, month, day and hour of a time in ms, by counting months from 2000 on.
fn date(ms: &Value) -> [i16; 4] {
    let ms = ms.as_i64().unwrap();
    let mut days = ms / 86_400_000 - 10_957;
    let (mut year, mut month) = (2000, 1);
    while days >= length(year, month) {
        days -= length(year, month);
        (year, month) = if month == 12 {
            (year + 1, 1)
        } else {
            (year, month + 1)
        };
    }
    [year, month, days + 1, ms / 3_600_000 % 24].map(|part| part as i16)
}

/// How many days a month has.
fn length(year: i64, month: i64) -> i64 {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let lengths = [
        31,
        if is_leap { 29 } else { 28 },
        31,
        30,
        31,
        30,
        31,
        31,
        30,
        31,
        30,
        31,
    ];
    lengths[month as usize - 1]
}

async fn counts(flowthings: &Flowthings, path: &str) -> Vec<i64> {
    let counts = get(flowthings, &format!("/statistics/{path}")).await;
    serde_json::from_value(counts).unwrap()
}

#[tokio::test]
async fn the_six_statistics_count_what_has_happened() {
    let flowthings = start().await;
    let flow = flow(&flowthings, "/sandbox/a").await;
    self::flow(&flowthings, "/sandbox/b").await;
    let track = json!({"source": "/sandbox/a", "destination": "/sandbox/b", "filter": "n > 1"});
    let track = id(&post(&flowthings, "/track", track).await);
    let mut last = Value::Null;
    for n in 0..5 {
        last = post(
            &flowthings,
            &format!("/drop/{flow}"),
            json!({"elems": {"n": n}}),
        )
        .await;
    }
    let identity = last["creatorId"].as_str().unwrap();
    let [year, month, ..] = date(&last["creationDate"]);
    // The three drops that were forwarded were made by whoever made the track.
    for (name, id, expected) in [
        ("flowDropAdded", flow.as_str(), 5),
        ("flowTracked", &flow, 1),
        ("trackHit", &track, 5),
        ("trackPass", &track, 3),
        ("dropCreatedBy", identity, 8),
    ] {
        let of_year = counts(&flowthings, &format!("{name}/{id}/{year}")).await;
        assert_eq!(of_year.len(), 12);
        assert_eq!(of_year[month as usize - 1], expected, "{name}");
        assert_eq!(of_year.iter().sum::<i64>(), expected, "{name}");
        assert_eq!(
            counts(&flowthings, &format!("{name}/{id}")).await,
            [expected]
        );
    }
    // Eight requests have made it, five have asked for counts twice, and one asks now.
    let calls = counts(&flowthings, &format!("apiCallByIdentity/{identity}/{year}")).await;
    assert_eq!(calls.iter().sum::<i64>(), 8 + 10 + 1);
}

#[tokio::test]
async fn there_is_a_count_for_each_part_of_a_time() {
    let flowthings = start().await;
    let flow = flow(&flowthings, "/sandbox/a").await;
    let drop = post(&flowthings, &format!("/drop/{flow}"), json!({"elems": {}})).await;
    let [year, month, day, hour] = date(&drop["creationDate"]);
    let (y, m) = (i64::from(year), i64::from(month));
    let in_month = length(y, m) as usize;
    let in_year = (1..=12).map(|month| length(y, month)).sum::<i64>() as usize;
    let day_of_year = (1..m).map(|month| length(y, month)).sum::<i64>() as usize + day as usize - 1;
    let at = format!("flowDropAdded/{flow}");
    for (tail, length, place) in [
        (format!("{year}"), 12, month as usize - 1),
        (format!("{year}/{month}"), in_month, day as usize - 1),
        (format!("{year}/{month}/{day}"), 24, hour as usize),
        (format!("{year}?level=YEAR"), 1, 0),
        (format!("{year}?level=year"), 1, 0),
        (format!("{year}?level=DAY"), in_year, day_of_year),
        (
            format!("{year}/{month}?level=HOUR"),
            24 * in_month,
            24 * (day as usize - 1) + hour as usize,
        ),
        (format!("{year}/{month}?level=MONTH"), 1, 0),
        (format!("{year}/{month}/{day}?level=DAY"), 1, 0),
    ] {
        let mut expected = vec![0; length];
        expected[place] = 1;
        assert_eq!(
            counts(&flowthings, &format!("{at}/{tail}")).await,
            expected,
            "{tail}"
        );
    }
    for (tail, days) in [
        ("2015/2", 28),
        ("2016/2", 29),
        ("2015/4", 30),
        ("2015/1", 31),
    ] {
        assert_eq!(
            counts(&flowthings, &format!("{at}/{tail}")).await,
            vec![0; days]
        );
    }
    for tail in [
        "2015/13",
        "2015/0",
        "2015/2/29",
        "x",
        "2015?level=WEEK",
        "2015/1/x",
    ] {
        let path = format!("/statistics/{at}/{tail}");
        assert_eq!(
            refused(&flowthings, "GET", &path, None).await.0,
            400,
            "{tail}"
        );
    }
    for path in [
        format!("flowDropAdded/{}/2015", none('f')),
        format!("nothing/{flow}/2015"),
    ] {
        let path = format!("/statistics/{path}");
        assert_eq!(refused(&flowthings, "GET", &path, None).await.0, 404);
    }
}

#[tokio::test]
async fn time_that_passes_shows_in_the_counts() {
    let flowthings = start().await;
    let api = api(&flowthings);
    let flow = flow(&flowthings, "/sandbox/a").await;
    for _ in 0..3 {
        api.drop(flow.as_str())
            .create([("n", json!(1))])
            .await
            .unwrap();
        flowthings.advance(std::time::Duration::from_secs(366 * 86_400));
    }
    let years = api
        .statistics()
        .flow_drop_added(flow.as_str())
        .await
        .unwrap();
    assert_eq!(years.iter().sum::<i64>(), 3);
    assert!(years.len() >= 4, "{years:?}");
}
