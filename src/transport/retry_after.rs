//! How long a server asks to wait.

use std::time::{Duration, SystemTime};

use reqwest::header::{HeaderMap, RETRY_AFTER};

/// `Retry-After` as seconds, rounded up, or as an HTTP date; a date that has passed is no wait. Of several the longest. What cannot
/// be read asks for a wait all the same: the longest one of the client's own.
pub(super) fn retry_after(headers: &HeaderMap, longest: Duration) -> Option<Duration> {
    let values = headers.get_all(RETRY_AFTER).iter();
    let waits = values.map(|value| {
        let wait = value
            .to_str()
            .ok()
            .and_then(|text| date(text).or_else(|| list(text)));
        wait.unwrap_or(longest)
    });
    waits.max()
}

/// A date has a comma, so it is no list.
fn date(text: &str) -> Option<Duration> {
    let date = httpdate::parse_http_date(text.trim()).ok()?;
    Some(date.duration_since(SystemTime::now()).unwrap_or_default())
}

/// Proxies join several headers of a name with commas.
fn list(text: &str) -> Option<Duration> {
    let waits: Option<Vec<Duration>> = text.split(',').map(|item| seconds(item.trim())).collect();
    waits?.into_iter().max()
}

fn seconds(text: &str) -> Option<Duration> {
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let is_number =
        |digits: &str| !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
    if !is_number(whole) || !is_number(part) {
        return None;
    }
    // More than 64 bits of seconds are still a wait, and no reason to come back at once.
    let whole: u64 = whole.parse().unwrap_or(u64::MAX);
    let more = u64::from(part.bytes().any(|digit| digit != b'0'));
    Some(Duration::from_secs(whole.saturating_add(more)))
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    const LONGEST: Duration = Duration::from_secs(77);

    fn wait(values: &[&[u8]]) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(RETRY_AFTER, HeaderValue::from_bytes(value).unwrap());
        }
        retry_after(&headers, LONGEST)
    }

    #[test]
    fn seconds_are_rounded_up_and_of_several_the_longest_counts() {
        for (text, seconds) in [
            ("0", 0),
            ("007", 7),
            ("0.0", 0),
            ("0.001", 1),
            ("3.0", 3),
            ("3.75", 4),
            (" 5 ", 5),
            ("4, 4", 4),
            ("1,9 ,3.5", 9),
            ("18446744073709551615.5", u64::MAX),
            ("99999999999999999999", u64::MAX),
        ] {
            assert_eq!(
                wait(&[text.as_bytes()]),
                Some(Duration::from_secs(seconds)),
                "{text}"
            );
        }
        assert_eq!(wait(&[b"2", b"6.5", b"3"]), Some(Duration::from_secs(7)));
        assert_eq!(wait(&[]), None);
    }

    #[test]
    fn what_cannot_be_read_is_the_longest_wait() {
        for text in [
            &b""[..],
            b"soon",
            b"-1",
            b"+3",
            b"1e3",
            b"5s",
            b".5",
            b"5.",
            b"1.2.3",
            b"2,",
            b"2 3",
            b"\xff",
            b"Sun, 06 Nov 1994",
            b"0x10",
        ] {
            assert_eq!(
                wait(&[text]),
                Some(LONGEST),
                "{}",
                String::from_utf8_lossy(text)
            );
        }
        assert_eq!(wait(&[b"1", b"later"]), Some(LONGEST));
    }

    #[test]
    fn a_date_is_the_time_until_it() {
        let far = httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(500));
        let left = wait(&[far.as_bytes()]).unwrap();
        assert!(
            left > Duration::from_secs(490) && left <= Duration::from_secs(500),
            "{left:?}"
        );
        assert_eq!(
            wait(&[b"Sunday, 06-Nov-94 08:49:37 GMT"]),
            Some(Duration::ZERO)
        );
    }
}
