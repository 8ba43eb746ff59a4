//! Descriptions become rustdoc: what would break there is refused here.

/// What rustdoc would stumble over, outside code in backticks.
pub fn faults(text: &str) -> Vec<&'static str> {
    let mut faults = Vec::new();
    if text.contains("```") || text.lines().any(|line| line.starts_with("    ")) {
        faults.push("has a code block, which rustdoc would run");
    } else if text.matches('`').count() % 2 == 1 {
        faults.push("has a backtick without a partner");
    } else {
        let outside = || text.split('`').step_by(2);
        if outside().any(|text| text.contains("://")) {
            faults.push("has a bare URL; put it in backticks");
        }
        if outside().any(|text| text.contains(['[', '<'])) {
            faults.push("has `[` or `<` outside backticks");
        }
    }
    faults
}
