//! Going on after a read that was cut: no row twice, none missing, and the breaks between.

use headwaters::{
    joule::{calls::DataRead, types::DataType},
    sandbox::Fault,
};

use super::*;

/// Intervals of 3, 2, 2, 4 and 2 rows a microsecond apart: 13 rows and 4 breaks of 12 bytes each.
async fn filled(sandbox: &Joule) -> (Node, DataStream) {
    let node = node_of(sandbox);
    let stream = stream(&node, "s", DataType::Int32, 1).await;
    let mut pipe = node.data().write(&stream).await.unwrap();
    let mut index = 0;
    for length in [3, 2, 2, 4, 2] {
        for _ in 0..length {
            pipe.write_row(T0 + index, &[index as i32]).await.unwrap();
            index += 1;
        }
        pipe.close_interval().await.unwrap();
    }
    pipe.close().await.unwrap();
    (node, stream)
}

/// Reads to the end over reads that are cut after so many bytes each.
async fn read_over<T: Element>(
    sandbox: &Joule,
    call: impl Fn() -> DataRead,
    cuts: &[usize],
) -> Script<T> {
    let mut script = Script::new();
    let mut pipe: Option<PipeReader> = None;
    for cut in cuts.iter().map(Some).chain([None]) {
        if let Some(cut) = cut {
            sandbox.inject(Fault::cut_after(*cut).on("GET", "/data"));
        }
        let mut next = match &pipe {
            None => call().await.unwrap(),
            Some(pipe) => call().resume(pipe).await.unwrap(),
        };
        let (more, outcome) = drain(&mut next).await;
        script.extend(more);
        assert_eq!(outcome.is_err(), cut.is_some(), "{outcome:?}");
        pipe = Some(next);
    }
    script
}

#[tokio::test]
async fn a_read_that_was_cut_anywhere_goes_on_where_it_was_cut() {
    let sandbox = Joule::start().await.unwrap();
    let (node, stream) = filled(&sandbox).await;
    let expected = whole::<i32>(&node, &stream).await;
    let mut lines: Script<i32> = (0..13)
        .map(|index| Some((T0 + index, vec![index as i32])))
        .collect();
    for place in [3, 6, 9, 14] {
        lines.insert(place, None);
    }
    assert_eq!(expected, lines);
    for cut in (0..17 * 12).step_by(5) {
        let call = || node.data().read(&stream);
        let script = read_over::<i32>(&sandbox, call, &[cut]).await;
        assert_eq!(script, expected, "cut after {cut} bytes");
    }
}

#[tokio::test]
async fn a_read_that_was_cut_again_and_again_goes_on() {
    let sandbox = Joule::start().await.unwrap();
    let (node, stream) = filled(&sandbox).await;
    let expected = whole::<i32>(&node, &stream).await;
    // A resumed read begins with the last row, and the break after it, if that has been read.
    for cuts in [
        &[48, 0, 0, 5][..],
        &[48, 12, 24, 25],
        &[36, 12, 24, 36, 37],
        &[40, 24, 24, 24, 24],
        &[0, 0, 12, 12, 24, 24],
        &[60, 11, 1, 12, 36, 0, 60, 48],
    ] {
        let call = || node.data().read(&stream);
        let script = read_over::<i32>(&sandbox, call, cuts).await;
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
    for cut in (0..7 * 20).step_by(7) {
        let script = read_over::<f32>(&sandbox, call, &[cut]).await;
        assert_eq!(script, expected, "cut after {cut} bytes");
    }
    // After the first row after the break, and after the break.
    for cuts in [&[60, 40, 60, 80][..], &[60, 40, 20]] {
        let script = read_over::<f32>(&sandbox, call, cuts).await;
        assert_eq!(script, expected, "cut after {cuts:?}");
    }
}

/// At a decimated level short intervals have no rows, and their breaks stay.
#[tokio::test]
async fn doubled_breaks_are_neither_lost_nor_added_where_a_read_goes_on() {
    let row = |time: i64| Some((T0 + time, vec![time as i32]));
    let script = vec![None, row(1), None, None, None, row(2), None, None];
    // Reads are from a row on: all that the node has before it is left out.
    for cut in 1..=script.len() {
        let full = script.clone();
        let stub = ScriptedServer::new(move |request| {
            let from = match request.target.contains("start=") {
                false => 0,
                true => full
                    .iter()
                    .position(|line| {
                        line.as_ref()
                            .is_some_and(|(time, _)| request.target.ends_with(&time.to_string()))
                    })
                    .unwrap(),
            };
            let lines = full[from..].to_vec();
            match request.number {
                0 => head("int32_1")
                    .chunk(encoded(&lines[..cut].to_vec()))
                    .close(),
                _ => head("int32_1").chunk(encoded(&lines)).chunk(""),
            }
        });
        let node = node(stub.url());
        let mut first = node.data().read(7).await.unwrap();
        let (mut back, outcome) = drain::<i32>(&mut first).await;
        outcome.unwrap_err();
        let mut rest = node.data().read(7).resume(&first).await.unwrap();
        let (more, outcome) = drain(&mut rest).await;
        outcome.unwrap();
        back.extend(more);
        assert_eq!(back, script, "cut after {cut} lines");
    }
}

#[tokio::test]
async fn a_resumed_read_keeps_its_end() {
    let sandbox = Joule::start().await.unwrap();
    let (node, stream) = filled(&sandbox).await;
    let call = || node.data().read(&stream).end(T0 + 6);
    let (expected, _) = drain::<i32>(&mut call().await.unwrap()).await;
    assert_eq!(expected.last().unwrap().as_ref().unwrap().0, T0 + 5);
    sandbox.inject(Fault::cut_after(30).on("GET", "/data"));
    let mut first = call().await.unwrap();
    let (mut script, _) = drain(&mut first).await;
    let mut rest = call().resume(&first).await.unwrap();
    let (more, outcome) = drain(&mut rest).await;
    outcome.unwrap();
    script.extend(more);
    assert_eq!(script, expected);
    assert_eq!(rest.last_timestamp(), Some(T0 + 5));
    // Nothing is left, and that is an end.
    let mut none = call().resume(&rest).await.unwrap();
    let (script, outcome) = drain::<i32>(&mut none).await;
    outcome.unwrap();
    assert!(script.is_empty(), "{script:?}");
}

#[tokio::test]
async fn rows_that_a_resumed_read_gives_again_among_new_ones_are_an_error_and_never_handed_out_twice()
 {
    let row = |time: i64| Some((T0 + time, vec![2]));
    let first = encoded(&vec![row(1), row(2), row(3)]);
    // The last row again, as asked for; then a known one among new ones, or out of order before any new one.
    for (again, new) in [
        (vec![row(3), row(4), row(3), row(5)], vec![row(4)]),
        (
            vec![row(3), row(4), None, row(2), row(5)],
            vec![row(4), None],
        ),
        (vec![row(3), row(2), row(4)], vec![]),
        (vec![row(7), row(3), row(8)], vec![row(7)]),
    ] {
        let stub = ScriptedServer::playing([
            head("int32_1").chunk(&first).close(),
            head("int32_1").chunk(encoded(&again)).chunk(""),
        ]);
        let data = node(stub.url()).data();
        let mut cut = data.read(7).await.unwrap();
        assert!(drain::<i32>(&mut cut).await.1.is_err());
        let mut rest = data.read(7).resume(&cut).await.unwrap();
        let (back, outcome) = drain::<i32>(&mut rest).await;
        assert_eq!(back, new);
        assert!(outcome.unwrap_err().is_decode());
    }
}

#[tokio::test]
async fn a_read_goes_on_in_the_layout_and_at_the_level_that_it_began_with() {
    let answer = |layout: &str, level: &str| {
        let headers = [
            ("transfer-encoding", "chunked"),
            ("joule-layout", layout),
            ("joule-decimation", level),
        ];
        Answer::head(200, &headers)
    };
    let rows = encoded(&vec![Some((T0, vec![1, 2, 3]))]);
    for (layout, level, is_same) in [
        ("float32_3", "16", true),
        ("float32_3", "64", false),
        ("float32_3", "1", false),
        ("float32_6", "16", false),
        ("int32_3", "16", false),
    ] {
        // After a row, and before any.
        let begun = answer("float32_3", "16");
        for begun in [begun.clone().chunk(&rows), begun] {
            let stub = ScriptedServer::playing([begun.close(), answer(layout, level).hang()]);
            let call = || node(stub.url()).data().read(7).max_rows(9);
            let mut first = call().await.unwrap();
            let (_, outcome) = drain::<f32>(&mut first).await;
            outcome.unwrap_err();
            let resumed = call().resume(&first).await;
            let target = stub.requests()[1].target.clone();
            assert!(target.contains("decimation-level=16"), "{target}");
            assert!(!target.contains("max-rows"), "{target}");
            match resumed {
                Ok(_) => assert!(is_same, "{layout} at {level}"),
                Err(error) => {
                    assert!(!is_same && error.is_decode(), "{error}");
                    let text = error.to_string();
                    assert!(
                        text.contains(&format!("{layout} at level {level}")),
                        "{text}"
                    );
                }
            }
        }
    }
}
