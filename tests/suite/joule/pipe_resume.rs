//! Going on after a read that was cut: no row twice, none missing, and the breaks between.

use headwaters::{joule::types::DataType, sandbox::Fault};

use super::*;

/// Intervals of 3, 1, 1, 5 and 2 rows, as bytes 12 each: 12 rows and 4 breaks.
async fn filled(sandbox: &Joule) -> (Node, DataStream) {
    let node = node_of(sandbox);
    let stream = stream(&node, "s", DataType::Int32, 1).await;
    let mut pipe = node.data().write(&stream).await.unwrap();
    let mut index = 0;
    for length in [3, 1, 1, 5, 2] {
        for _ in 0..length {
            pipe.write_row(T0 + index, &[index as i32]).await.unwrap();
            index += 10;
        }
        pipe.close_interval().await.unwrap();
    }
    pipe.close().await.unwrap();
    (node, stream)
}

/// Reads to the end over reads that are cut after so many bytes each.
async fn read_over(sandbox: &Joule, level: i64, cuts: &[usize]) -> (Script<f32>, Script<i32>) {
    let (node, stream) = filled(sandbox).await;
    let call = || node.data().read(&stream);
    let mut pipe = None;
    let (mut means, mut rows) = (Script::new(), Script::new());
    for cut in cuts.iter().map(Some).chain([None]) {
        if let Some(cut) = cut {
            sandbox.inject(Fault::cut_after(*cut).on("GET", "/data"));
        }
        let mut next = match &pipe {
            None => call().decimation_level(level).await.unwrap(),
            Some(pipe) => call().resume(pipe).await.unwrap(),
        };
        let outcome = match level {
            1 => {
                let (more, outcome) = drain(&mut next).await;
                rows.extend(more);
                outcome
            }
            _ => {
                let (more, outcome) = drain(&mut next).await;
                means.extend(more);
                outcome
            }
        };
        assert_eq!(outcome.is_err(), cut.is_some(), "{outcome:?}");
        pipe = Some(next);
    }
    (means, rows)
}

#[tokio::test]
async fn a_read_that_was_cut_anywhere_goes_on_where_it_was_cut() {
    let sandbox = Joule::start().await.unwrap();
    let (_, expected) = read_over(&sandbox, 1, &[]).await;
    assert_eq!(expected.len(), 16);
    for cut in 0..16 * 12 {
        let sandbox = Joule::start().await.unwrap();
        let (_, script) = read_over(&sandbox, 1, &[cut]).await;
        assert_eq!(script, expected, "cut after {cut} bytes");
    }
}

#[tokio::test]
async fn a_read_that_was_cut_again_and_again_goes_on() {
    let sandbox = Joule::start().await.unwrap();
    let (_, expected) = read_over(&sandbox, 1, &[]).await;
    // After the first break, then before anything new, then inside the row after it, and so on.
    for cuts in [
        &[48, 0, 0, 5][..],
        &[36, 0, 12, 0, 13],
        &[40, 24, 24, 24, 24],
        &[0, 0, 12, 12, 12, 12],
        &[60, 11, 1, 12, 36, 0, 60, 48],
    ] {
        let sandbox = Joule::start().await.unwrap();
        let (_, script) = read_over(&sandbox, 1, cuts).await;
        assert_eq!(script, expected, "cut after {cuts:?}");
    }
}

#[tokio::test]
async fn a_decimated_read_goes_on_at_its_level() {
    let sandbox = Joule::start().await.unwrap();
    let node = node_of(&sandbox);
    let stream = stream(&node, "s", DataType::Int32, 1).await;
    let mut pipe = node.data().write(&stream).await.unwrap();
    let mut index = 0;
    for length in [9, 4, 8] {
        for _ in 0..length {
            pipe.write_row(T0 + index, &[index as i32]).await.unwrap();
            index += 10;
        }
        pipe.close_interval().await.unwrap();
    }
    pipe.close().await.unwrap();
    // 2 + 1 + 2 rows of 20 bytes, and two breaks.
    let call = || node.data().read(&stream).max_rows(6);
    let (expected, outcome) = drain::<f32>(&mut call().await.unwrap()).await;
    outcome.unwrap();
    let shape: Vec<bool> = expected.iter().map(Option::is_some).collect();
    assert_eq!(shape, [true, true, false, true, false, true, true]);
    for cut in 0..7 * 20 {
        sandbox.inject(Fault::cut_after(cut).on("GET", "/data"));
        let mut first = call().await.unwrap();
        assert_eq!(first.decimation(), 4);
        let (mut script, outcome) = drain(&mut first).await;
        outcome.unwrap_err();
        let mut rest = call().resume(&first).await.unwrap();
        assert_eq!(rest.decimation(), 4);
        let (more, outcome) = drain(&mut rest).await;
        outcome.unwrap();
        script.extend(more);
        assert_eq!(script, expected, "cut after {cut} bytes");
    }
}

#[tokio::test]
async fn a_resumed_read_keeps_its_end() {
    let sandbox = Joule::start().await.unwrap();
    let (node, stream) = filled(&sandbox).await;
    let call = || node.data().read(&stream).end(T0 + 60);
    let (expected, _) = drain::<i32>(&mut call().await.unwrap()).await;
    assert_eq!(expected.last().unwrap().as_ref().unwrap().0, T0 + 50);
    sandbox.inject(Fault::cut_after(30).on("GET", "/data"));
    let mut first = call().await.unwrap();
    let (mut script, _) = drain(&mut first).await;
    let mut rest = call().resume(&first).await.unwrap();
    let (more, outcome) = drain(&mut rest).await;
    outcome.unwrap();
    script.extend(more);
    assert_eq!(script, expected);
    assert_eq!(rest.last_timestamp(), Some(T0 + 50));
    // Nothing is left, and that is an end.
    let mut none = call().resume(&rest).await.unwrap();
    let (script, outcome) = drain::<i32>(&mut none).await;
    outcome.unwrap();
    assert!(script.is_empty(), "{script:?}");
}
