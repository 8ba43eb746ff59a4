//! Reading the text of a filter, in the grammar of the platform: NOT binds closer than `&&`, and that closer than `||`.

use std::str::FromStr;

use super::{
    FilterError, Number, Operand,
    name::Name,
    numeral::Numeral,
    operand::Term,
    rule::{Comparison, Rule, Tree},
    scan::{Result, Scanner},
    within::{Point, Reach, Unit},
};

/// The filter that the whole text is.
///
/// Open parentheses wait in a list, not on the stack, so that only rules inside each other count as deep.
pub(super) fn parse(text: &str) -> Result<Tree> {
    let mut scanner = Scanner::new(text);
    let mut outer: Vec<Group> = Vec::new();
    let mut group = Group::default();
    loop {
        let start = scanner.place();
        if scanner.take_word("NOT") {
            group.negations += 1;
            continue;
        }
        if scanner.take("(") {
            outer.push(std::mem::take(&mut group));
            continue;
        }
        let mut rule = Tree::leaf(leaf(&mut scanner)?);
        loop {
            group.add(rule).map_err(|error| error.at(start))?;
            if scanner.take("&&") {
                break;
            }
            if scanner.take("||") {
                group.next().map_err(|error| error.at(start))?;
                break;
            }
            let Some(around) = outer.pop() else {
                return match scanner.is_at_end() {
                    true => group.end().map_err(|error| error.at(start)),
                    false => Err(scanner.expected("'&&', '||' or the end")),
                };
            };
            if !scanner.take(")") {
                return Err(scanner.expected("'&&', '||' or ')'"));
            }
            let inner = std::mem::replace(&mut group, around);
            rule = inner.end().map_err(|error| error.at(start))?;
        }
    }
}

/// What has been read between two parentheses.
#[derive(Default)]
struct Group {
    /// The parts of `||` before the current one.
    any: Option<Tree>,
    /// The parts of `&&` before the current one.
    all: Option<Tree>,
    /// How many NOT are before the next rule.
    negations: usize,
}

impl Group {
    fn add(&mut self, mut rule: Tree) -> Result<()> {
        for _ in 0..std::mem::take(&mut self.negations) {
            rule = rule.not()?;
        }
        self.all = Some(match self.all.take() {
            Some(all) => all.and(rule)?,
            None => rule,
        });
        Ok(())
    }

    /// Goes on after `||`.
    fn next(&mut self) -> Result<()> {
        self.any = match (self.any.take(), self.all.take()) {
            (Some(any), Some(all)) => Some(any.or(all)?),
            (any, all) => any.or(all),
        };
        Ok(())
    }

    fn end(mut self) -> Result<Tree> {
        self.next()?;
        self.any.ok_or_else(|| FilterError::new("expected a rule"))
    }
}

/// A rule without others in it.
fn leaf(scanner: &mut Scanner<'_>) -> Result<Rule> {
    let word = scanner.peek_word();
    match word {
        "AGE" => {
            scanner.skip(word);
            return age(scanner);
        }
        "EXISTS" => {
            scanner.skip(word);
            return member(scanner).map(Rule::Exists);
        }
        "HAS" => {
            scanner.skip(word);
            return scanner
                .word("the name of a type", Name::of_type)
                .map(Rule::Has);
        }
        "MATCHES" => {
            scanner.skip(word);
            return scanner.regex().map(|regex| Rule::Matches(Box::new(regex)));
        }
        "" | "true" | "false" => return Err(scanner.expected("a rule")),
        _ => {}
    }
    let member = member(scanner)?;
    if scanner.take("=~") {
        return Ok(Rule::Finds(member, Box::new(scanner.regex()?)));
    }
    if let Some(comparison) = comparison(scanner) {
        return Ok(Rule::Compare(member, comparison, term(scanner)?));
    }
    if scanner.take("%") {
        return modulo(scanner, member);
    }
    if scanner.take_word("IN") {
        return Ok(Rule::In(member, list(scanner)?));
    }
    if scanner.take_word("CONTAINS") {
        return Ok(Rule::Contains(member, list(scanner)?));
    }
    if scanner.take_word("WITHIN") {
        return within(scanner, member);
    }
    Err(scanner.expected("an operator"))
}

fn member(scanner: &mut Scanner<'_>) -> Result<Name> {
    scanner.word("a member", Name::new)
}

fn comparison(scanner: &mut Scanner<'_>) -> Option<Comparison> {
    let mut all = Comparison::ALL.into_iter();
    all.find(|comparison| scanner.take(comparison.as_str()))
}

/// What follows `AGE`.
fn age(scanner: &mut Scanner<'_>) -> Result<Rule> {
    let field = match scanner.take("(") {
        true => {
            let start = scanner.place();
            let field = match scanner.peek_word() {
                "" => {
                    let field = scanner.quoted("the name of a member")?;
                    Name::new(field).map_err(|error| error.at(start))?
                }
                _ => member(scanner)?,
            };
            scanner.expect(")")?;
            Some(field)
        }
        false => None,
    };
    let Some(comparison) = comparison(scanner) else {
        return Err(scanner.expected("a comparison"));
    };
    let start = scanner.place();
    let ms = number(scanner, "a number of milliseconds")?;
    Rule::age(field, comparison, ms).map_err(|error| error.at(start))
}

/// What follows `%`.
fn modulo(scanner: &mut Scanner<'_>, member: Name) -> Result<Rule> {
    let start = scanner.place();
    let divisor = number(scanner, "a number")?;
    let is_equal = scanner.take("==");
    if !is_equal && !scanner.take("!=") {
        return Err(scanner.expected("'==' or '!='"));
    }
    let remainder = number(scanner, "a number")?;
    Rule::modulo(member, divisor, is_equal, remainder).map_err(|error| error.at(start))
}

/// What follows `WITHIN`.
fn within(scanner: &mut Scanner<'_>, member: Name) -> Result<Rule> {
    let number = number(scanner, "a distance")?;
    let mut units = [Unit::Miles, Unit::Km].into_iter();
    let Some(unit) = units.find(|unit| scanner.take_word(unit.as_str())) else {
        return Err(scanner.expected("'MILES' or 'KM'"));
    };
    if !scanner.take_word("OF") {
        return Err(scanner.expected("'OF'"));
    }
    scanner.expect("[")?;
    let point = match scanner.take_word("ZIP") {
        true => {
            scanner.expect("=")?;
            zip(scanner)?
        }
        false => {
            let latitude = self::number(scanner, "a latitude or 'ZIP'")?;
            scanner.expect(",")?;
            Point::Coordinates(latitude, self::number(scanner, "a longitude")?)
        }
    };
    scanner.expect("]")?;
    Ok(Rule::Within(
        member,
        Box::new((Reach { number, unit }, point)),
    ))
}

/// With quotes, as the platform documents it, or without, as Python writes it.
fn zip(scanner: &mut Scanner<'_>) -> Result<Point> {
    let start = scanner.place();
    let code = match scanner.rest().starts_with(['\'', '"']) {
        true => scanner.quoted("a ZIP code")?,
        false => match scanner.up_to(']') {
            Some(code) => code.to_owned(),
            None => return Err(scanner.expected("a ZIP code and ']'")),
        },
    };
    Point::zip(code).map_err(|error| error.at(start))
}

fn list(scanner: &mut Scanner<'_>) -> Result<Vec<Term>> {
    scanner.expect("[")?;
    let mut terms = Vec::new();
    if scanner.take("]") {
        return Ok(terms);
    }
    loop {
        terms.push(term(scanner)?);
        if scanner.take("]") {
            return Ok(terms);
        }
        if !scanner.take(",") {
            return Err(scanner.expected("',' or ']'"));
        }
    }
}

/// A literal or a member.
fn term(scanner: &mut Scanner<'_>) -> Result<Term> {
    let rest = scanner.rest();
    if rest.starts_with(['\'', '"']) {
        return scanner.quoted("a text").map(Term::Text);
    }
    if rest.starts_with(|first: char| first == '-' || first.is_ascii_digit()) {
        return number(scanner, "a value").map(Term::Number);
    }
    let word = scanner.peek_word();
    match word {
        "" => return Err(scanner.expected("a value or a member")),
        "true" | "false" => {
            scanner.skip(word);
            return Ok(Term::Bool(word == "true"));
        }
        _ => {}
    }
    let start = scanner.place();
    let member = member(scanner)?;
    if !matches!(word, "Date" | "ObjectId" | "Email") || !scanner.take("(") {
        return Ok(Term::Member(member));
    }
    let term = match word {
        "Date" => {
            let text = scanner.peek_number();
            let Ok(ms) = text.parse() else {
                return Err(scanner.expected("milliseconds since 1970"));
            };
            scanner.skip(text);
            Term::Date(ms)
        }
        "ObjectId" => {
            Term::object_id(scanner.quoted("an id in quotes")?).map_err(|error| error.at(start))?
        }
        _ => Term::Email(scanner.quoted("an address in quotes")?),
    };
    scanner.expect(")")?;
    Ok(term)
}

fn number(scanner: &mut Scanner<'_>, what: &str) -> Result<Numeral> {
    let text = scanner.peek_number();
    if text.is_empty() {
        return Err(scanner.expected(what));
    }
    let numeral = Numeral::whole(text).or_else(|| {
        let float: f64 = text.parse().ok()?;
        float.is_finite().then_some(Numeral::Float(float))
    });
    let Some(numeral) = numeral else {
        return Err(FilterError::new("the number is too large for a double").at(scanner.place()));
    };
    scanner.skip(text);
    Ok(numeral)
}

impl FromStr for Operand {
    type Err = FilterError;

    /// Reads what a filter has in the place of an operand: `'a text'`, `1.5`, `true`, `elems.foo`, `Date(1446550000000)`.
    fn from_str(text: &str) -> Result<Self> {
        let mut scanner = Scanner::new(text);
        let term = term(&mut scanner)?;
        match scanner.is_at_end() {
            true => Ok(Self(Ok(term))),
            false => Err(scanner.expected("the end")),
        }
    }
}

impl FromStr for Number {
    type Err = FilterError;

    /// Reads a number as a filter has it. A whole one may have any number of digits.
    fn from_str(text: &str) -> Result<Self> {
        let mut scanner = Scanner::new(text);
        let numeral = number(&mut scanner, "a number")?;
        match scanner.is_at_end() {
            true => Ok(Self(Ok(numeral))),
            false => Err(scanner.expected("the end")),
        }
    }
}
