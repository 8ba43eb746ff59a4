//! Points in time as text, in UTC.

use crate::sandbox::clock::calendar;

/// `2026-11-20 07:41:38,603`, as logs are stamped.
pub(crate) fn of_log(ms: i64) -> String {
    let [year, month, day, hour, minute, second] = calendar(ms);
    let milli = ms.rem_euclid(1000);
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02},{milli:03}")
}

/// `2026-11-20_07_41_38`, as files are named.
pub(crate) fn of_file(ms: i64) -> String {
    let [year, month, day, hour, minute, second] = calendar(ms);
    format!("{year:04}-{month:02}-{day:02}_{hour:02}_{minute:02}_{second:02}")
}
