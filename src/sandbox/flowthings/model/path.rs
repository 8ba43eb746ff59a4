//! Paths, by which flows and what stands around them are found.

/// Characters of a path at most.
const LONGEST: usize = 128;

/// Why a text is not the path of a flow, if it is not: `/account/..`.
pub(crate) fn check(path: &str) -> Result<(), String> {
    check_branch(path)?;
    match path.split('/').nth(2) {
        Some(_) => Ok(()),
        None => Err(format!("{path} has no segment below the account")),
    }
}

/// The same of a path that may be that of an account too.
pub(crate) fn check_branch(path: &str) -> Result<(), String> {
    let Some(segments) = path.strip_prefix('/') else {
        return Err(format!("{path:?} does not begin with a slash"));
    };
    if path.len() > LONGEST {
        return Err(format!("the path is longer than {LONGEST} characters"));
    }
    match segments.split('/').find(|segment| !is_segment(segment)) {
        Some(segment) => Err(format!(
            "{path:?} has the segment {segment:?}, which is not one or more of a-z, 0-9, '-', '_' and ':'"
        )),
        None => Ok(()),
    }
}

/// Whether a text can stand between two slashes.
pub(crate) fn is_segment(text: &str) -> bool {
    let is_known = |letter| matches!(letter, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b':');
    !text.is_empty() && text.bytes().all(is_known)
}

/// Whether a path is at another one or below it.
pub(crate) fn is_below(path: &str, branch: &str) -> bool {
    path.strip_prefix(branch)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
