//! How much memory a piece of work takes at its peak.

/// The resident memory that the process has more than before, at its peak during the work, in KiB.
pub fn growth(work: impl FnOnce()) -> u64 {
    // The peak starts anew where the system allows it; where not, an older and higher one counts against us.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
    let before = resident("VmRSS:");
    work();
    resident("VmHWM:").saturating_sub(before)
}

/// A line of `/proc/self/status`, in KiB.
fn resident(line: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let (_, rest) = status.split_once(line).unwrap();
    rest.split_whitespace().next().unwrap().parse().unwrap()
}
