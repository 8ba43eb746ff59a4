//! The text of a rule, byte for byte as the Python client writes it, where that text means what it should.

use std::fmt::{self, Write};

use super::{operand::Term, rule::Rule};

/// How many bytes most filters need at most.
const USUAL: usize = 128;

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A formatter takes long for many small pieces, and what it writes to grows again and again.
        let mut text = String::with_capacity(USUAL);
        write_rule(&mut text, self)?;
        f.write_str(&text)
    }
}

fn write_rule(out: &mut String, rule: &Rule) -> fmt::Result {
    match rule {
        Rule::Compare(member, comparison, operand) => {
            out.push_str(member.as_str());
            out.push(' ');
            out.push_str(comparison.as_str());
            out.push(' ');
            operand.write(out)
        }
        Rule::Modulo {
            member,
            divisor,
            is_equal,
            remainder,
        } => {
            let sign = if *is_equal { "==" } else { "!=" };
            write!(out, "{member} % {divisor} {sign} {remainder}")
        }
        Rule::Finds(member, regex) => write!(out, "{member} =~ {regex}"),
        Rule::In(member, values) => list(out, member.as_str(), " IN [", values),
        Rule::Contains(member, values) => list(out, member.as_str(), " CONTAINS [", values),
        Rule::Within(member, circle) => {
            let (reach, point) = &**circle;
            let (number, unit) = (&reach.number, reach.unit.as_str());
            write!(out, "{member} WITHIN {number} {unit} OF {point}")
        }
        Rule::Exists(member) => write!(out, "EXISTS {member}"),
        Rule::Has(type_) => write!(out, "HAS {type_}"),
        Rule::Age(None, comparison, ms) => write!(out, "AGE {} {ms}", comparison.as_str()),
        Rule::Age(Some(field), comparison, ms) => {
            write!(out, "AGE('{field}') {} {ms}", comparison.as_str())
        }
        Rule::Matches(regex) => write!(out, "MATCHES {regex}"),
        Rule::Raw(text) => out.write_str(text),
        Rule::Not(rule) => {
            out.push_str("NOT ");
            match **rule {
                // Without parentheses Python negates the first part alone.
                Rule::All(_) | Rule::Any(_) | Rule::Raw(_) => {
                    out.push('(');
                    write_rule(out, rule)?;
                    out.push(')');
                    Ok(())
                }
                _ => write_rule(out, rule),
            }
        }
        Rule::All(rules) => chain(out, rules, ") && ("),
        Rule::Any(rules) => chain(out, rules, ") || ("),
    }
}

fn list(out: &mut String, member: &str, operator: &str, values: &[Term]) -> fmt::Result {
    out.push_str(member);
    out.push_str(operator);
    for (at, value) in values.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        value.write(out)?;
    }
    out.push(']');
    Ok(())
}

/// `((a) && (b)) && (c)`: each operator has both its sides in parentheses.
fn chain(out: &mut String, rules: &[Rule], operator: &str) -> fmt::Result {
    for _ in 1..rules.len() {
        out.push('(');
    }
    for (at, rule) in rules.iter().enumerate() {
        match at {
            0 => {}
            1 => out.push_str(operator),
            // The parenthesis that encloses what is before.
            _ => {
                out.push(')');
                out.push_str(operator);
            }
        }
        write_rule(out, rule)?;
    }
    out.push(')');
    Ok(())
}
