//! Descriptions become rustdoc: what would break there is refused here.

/// What rustdoc would stumble over, outside code in backticks.
pub fn faults(text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    if text.contains("```") || text.lines().any(|line| line.starts_with("    ")) {
        faults.push("the description has a code block, which rustdoc would run".to_owned());
    }
    if text.matches('`').count() % 2 == 1 {
        faults.push("the description has a backtick without a partner".to_owned());
        return faults;
    }
    for outside in text.split('`').step_by(2) {
        if outside.contains("://") {
            faults.push("the description has a bare URL; put it in backticks".to_owned());
        }
        if outside.contains('[') || outside.contains('<') {
            faults.push("the description has `[` or `<` outside backticks".to_owned());
        }
    }
    faults
}
