//! Java's serialization of a few values, as accumulators need it. Of each class the first object carries the
//! description, byte by byte that of a JVM; later ones refer to it.

/// What wraps every value: an `OptionalFailure` without a failure.
const OPTIONAL: &[u8] = b"\xac\xed\0\x05sr\0%org.apache.flink.util.OptionalFailure\0\0\0\0\0\0\0\x01\x03\0\x01L\0\x0cfailureCauset\0\x15Ljava/lang/Throwable;xpp";

const NUMBER: &[u8] = b"xr\0\x10java.lang.Number\x86\xac\x95\x1d\x0b\x94\xe0\x8b\x02\0\0xp";
const INTEGER: &[u8] =
    b"sr\0\x11java.lang.Integer\x12\xe2\xa0\xa4\xf7\x81\x878\x02\0\x01I\0\x05value";
const LONG: &[u8] = b"sr\0\x0ejava.lang.Long;\x8b\xe4\x90\xcc\x8f#\xdf\x02\0\x01J\0\x05value";
const DOUBLE: &[u8] = b"sr\0\x10java.lang.Double\x80\xb3\xc2J)k\xfb\x04\x02\0\x01D\0\x05value";
const LIST: &[u8] = b"sr\0\x13java.util.ArrayListx\x81\xd2\x1d\x99\xc7a\x9d\x03\0\x01I\0\x04sizexp";
const MAP: &[u8] = b"sr\0\x11java.util.TreeMap\x0c\xc1\xf6>-%j\xe6\x03\0\x01L\0\ncomparatort\0\x16Ljava/util/Comparator;xppw\x04\0\0\0\x03";

/// Another Integer in a [`MAP`]: the class has been described.
const ANOTHER_INTEGER: &[u8] = b"sq\0~\0\x06";

/// The end of a value that writes itself.
const END: &[u8] = b"x";

pub(crate) fn integer(value: i32) -> Vec<u8> {
    [OPTIONAL, INTEGER, NUMBER, &value.to_be_bytes(), END].concat()
}

pub(crate) fn long(value: i64) -> Vec<u8> {
    [OPTIONAL, LONG, NUMBER, &value.to_be_bytes(), END].concat()
}

pub(crate) fn double(value: f64) -> Vec<u8> {
    [OPTIONAL, DOUBLE, NUMBER, &value.to_be_bytes(), END].concat()
}

/// A list with a word in it so many times.
pub(crate) fn list(word: &str, times: usize) -> Vec<u8> {
    let times_bytes = u32::try_from(times).unwrap_or(u32::MAX).to_be_bytes();
    let length = u16::try_from(word.len()).unwrap_or(u16::MAX).to_be_bytes();
    let words = [b"t", length.as_slice(), word.as_bytes()]
        .concat()
        .repeat(times);
    [
        OPTIONAL,
        LIST,
        &times_bytes,
        b"w\x04",
        &times_bytes,
        &words,
        END,
        END,
    ]
    .concat()
}

/// A map from 0, 1 and 2 to these counts.
pub(crate) fn histogram([zero, one, two]: [i32; 3]) -> Vec<u8> {
    let another = |value: i32| [ANOTHER_INTEGER, &value.to_be_bytes()].concat();
    [
        [OPTIONAL, MAP, INTEGER, NUMBER, &0_i32.to_be_bytes()].concat(),
        another(zero),
        another(1),
        another(one),
        another(2),
        another(two),
        [END, END].concat(),
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD as BASE64;

    use super::*;

    /// What a Flink 1.20.5 answered for the same values.
    #[test]
    fn values_are_those_of_a_jvm() {
        let head = "rO0ABXNyACVvcmcuYXBhY2hlLmZsaW5rLnV0aWwuT3B0aW9uYWxGYWlsdXJlAAAAAAAAAAEDAAFMAAxm\
                    YWlsdXJlQ2F1c2V0ABVMamF2YS9sYW5nL1Rocm93YWJsZTt4cHBzcg";
        let tails = [
            (
                double(150.5),
                "AQamF2YS5sYW5nLkRvdWJsZYCzwkopa/sEAgABRAAFdmFsdWV4cgAQamF2YS5sYW5nLk51bWJlcoas\
                 lR0LlOCLAgAAeHBAYtAAAAAAAHg=",
            ),
            (
                long(45150),
                "AOamF2YS5sYW5nLkxvbmc7i+SQzI8j3wIAAUoABXZhbHVleHIAEGphdmEubGFuZy5OdW1iZXKGrJUd\
                 C5TgiwIAAHhwAAAAAAAAsF54",
            ),
            (
                integer(300),
                "ARamF2YS5sYW5nLkludGVnZXIS4qCk94GHOAIAAUkABXZhbHVleHIAEGphdmEubGFuZy5OdW1iZXKG\
                 rJUdC5TgiwIAAHhwAAABLHg=",
            ),
            (
                list("subtask", 2),
                "ATamF2YS51dGlsLkFycmF5TGlzdHiB0h2Zx2GdAwABSQAEc2l6ZXhwAAAAAncEAAAAAnQAB3N1YnRh\
                 c2t0AAdzdWJ0YXNreHg=",
            ),
            (
                histogram([390, 390, 389]),
                "ARamF2YS51dGlsLlRyZWVNYXAMwfY+LSVq5gMAAUwACmNvbXBhcmF0b3J0ABZMamF2YS91dGlsL0Nv\
                 bXBhcmF0b3I7eHBwdwQAAAADc3IAEWphdmEubGFuZy5JbnRlZ2VyEuKgpPeBhzgCAAFJAAV2YWx1ZXhy\
                 ABBqYXZhLmxhbmcuTnVtYmVyhqyVHQuU4IsCAAB4cAAAAABzcQB+AAYAAAGGc3EAfgAGAAAAAXNxAH4A\
                 BgAAAYZzcQB+AAYAAAACc3EAfgAGAAABhXh4",
            ),
        ];
        for (bytes, tail) in tails {
            assert_eq!(BASE64.encode(bytes), format!("{head}{tail}"));
        }
    }
}
