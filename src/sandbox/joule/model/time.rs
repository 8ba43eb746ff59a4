//! Points in time: µs since the epoch, and how Joule and its database print them.

use crate::sandbox::clock::calendar;

/// Microseconds since the Unix epoch, UTC.
pub(crate) type Micros = i64;

pub(crate) const SECOND: Micros = 1_000_000;

/// Python's years 1 to 9999, but for the last microseconds, which a floating point number of seconds rounds up.
const YEARS: std::ops::Range<Micros> = -62_135_596_800 * SECOND..253_402_300_799_999_984;

/// A time that Python does not have.
#[derive(Debug)]
pub(crate) struct OutOfYears(pub(crate) Micros);

/// Refuses a time that Python does not have, as its `datetime` does.
pub(crate) fn check_year(time: Micros) -> Result<(), OutOfYears> {
    match YEARS.contains(&time) {
        true => Ok(()),
        false => Err(OutOfYears(time)),
    }
}

/// `2026-11-20T07:37:56.657268+00:00`; without a fraction where it is zero.
pub(crate) fn iso(time: Micros) -> String {
    format!("{}+00:00", local_iso(time))
}

/// `2026-11-20T07:37:56.657268`
pub(crate) fn local_iso(time: Micros) -> String {
    let (date, clock, micros) = parts(time);
    if micros == 0 {
        format!("{date}T{clock}")
    } else {
        format!("{date}T{clock}.{micros:06}")
    }
}

/// `2026-11-20 07:37:56.65`, as PostgreSQL prints it.
pub(crate) fn of_database(time: Micros) -> String {
    let (date, clock, micros) = parts(time);
    let text = format!("{date} {clock}.{micros:06}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn parts(time: Micros) -> (String, String, i64) {
    let [year, month, day, hour, minute, second] = calendar(time.div_euclid(1000));
    (
        format!("{year:04}-{month:02}-{day:02}"),
        format!("{hour:02}:{minute:02}:{second:02}"),
        time.rem_euclid(SECOND),
    )
}

/// The time as Python gives it back: seconds as a floating point number, times a million, cut off. Before 2^50 µs
/// (5 September 2005) that is a µs less now and then.
pub(crate) fn through_float(time: Micros) -> Micros {
    let second = SECOND as f64;
    (time as f64 / second * second) as Micros
}
