//! The documents for those who come from Python say what the specs say.

mod flink;
pub mod flowthings;
mod joule;
pub mod streams;

use crate::platform::Platform;

/// A document with a table of calls.
struct Table {
    text: &'static str,
    platform: Platform,
    /// The variable at which the Rust calls begin.
    client: &'static str,
}

impl Table {
    /// The cells of each line of a table that has this many columns.
    fn rows(&self, columns: usize) -> Vec<Vec<String>> {
        self.text
            .lines()
            .filter(|line| line.starts_with("| ") && line.ends_with('|'))
            .map(|line| {
                let line = line.replace("\\|", "\0");
                line.trim_matches('|')
                    .split('|')
                    .map(|cell| cell.trim().trim_matches('`').replace('\0', "|"))
                    .collect::<Vec<_>>()
            })
            .filter(|cells| {
                cells.len() == columns && !matches!(cells[0].as_str(), "row" | "REST" | "Python")
            })
            .collect()
    }

    /// The lines of the outline that tell of this operation.
    fn outlined(&self, id: &str) -> Vec<&str> {
        self.platform
            .outline
            .lines()
            .skip_while(|line| line.split("  ").next() != Some(id))
            .take_while(|line| !line.is_empty())
            .collect()
    }

    fn outlined_chain(&self, id: &str) -> Vec<(String, usize)> {
        let lines = self.outlined(id);
        let call = lines[1].trim().split(" -> ").next().unwrap();
        chain(self.client, &plain(call))
    }
}

/// The call without the parameters of its types, in which there are commas.
fn plain(call: &str) -> String {
    let mut depth = 0;
    call.chars()
        .filter(|character| {
            depth += i32::from(*character == '<');
            let is_outside = depth == 0;
            depth -= i32::from(*character == '>');
            is_outside
        })
        .collect()
}

/// The methods of a call and the number of their arguments: `flink.jobs().checkpoint(&job, 3)` is jobs 0, checkpoint 2.
fn chain(client: &str, call: &str) -> Vec<(String, usize)> {
    let mut steps = Vec::new();
    let (mut depth, mut name, mut arguments) = (0, String::new(), String::new());
    for character in call.strip_prefix(client).unwrap().chars() {
        match character {
            '(' | '[' => depth += 1,
            ')' if depth == 1 => {
                depth = 0;
                let count = if arguments.is_empty() {
                    0
                } else {
                    arguments.split(',').count()
                };
                steps.push((std::mem::take(&mut name), count));
                arguments.clear();
            }
            ')' | ']' => depth -= 1,
            '.' if depth == 0 => {}
            _ if depth == 0 => name.push(character),
            _ if depth == 1 => arguments.push(character),
            _ => {}
        }
    }
    assert_eq!((depth, name.as_str()), (0, ""), "{call} does not end");
    steps
}

/// Whether a REST line is this operation's, `:jobid` being `{jobid}`.
fn is_line_of(rest: &str, operation: &headwaters::Operation) -> bool {
    let path: Vec<_> = operation
        .path
        .split('/')
        .map(|segment| match segment.strip_prefix('{') {
            Some(name) => format!(":{}", name.trim_end_matches('}')),
            None => segment.to_owned(),
        })
        .collect();
    rest == format!("{} {}", operation.method, path.join("/"))
}
