//! Our spec against the OpenAPI document that a Flink release comes with.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
    mem,
};

use serde_json::Value;

use super::{
    document::{Content, Document, Operation, Parameter, content},
    known,
    report::{Finding, Kind as Found, Report},
    shape::{Kind, Member, Shape, members_of},
    version::{Span, Version},
};

pub(super) fn compare(ours: &Document, theirs: &Document, name: &str) -> Report {
    let version = theirs.version();
    let mut comparison = Comparison {
        ours,
        theirs,
        version,
        compared: BTreeSet::new(),
        findings: Vec::new(),
        sums: Sums::default(),
    };
    let mut report = Report::new(name, version.map(|version| version.to_string()));
    let by_key: BTreeMap<String, Operation> = theirs
        .operations()
        .map(|operation| (operation.key(), operation))
        .collect();
    let mut only_here = Vec::new();
    let mut shared = 0;
    let mut sections = Vec::new();
    for operation in ours.operations() {
        match by_key.get(&operation.key()) {
            Some(other) => {
                shared += 1;
                comparison.operation(operation, *other);
            }
            None if operation.span().has(version) => only_here.push(operation),
            None => {}
        }
        sections.push((operation.title(), mem::take(&mut comparison.findings)));
    }
    report.sum_up(format!(
        "{} operations there, {} here, {shared} in both",
        by_key.len(),
        shared + only_here.len()
    ));
    comparison.sums.tell(&mut report);
    let known: BTreeSet<String> = ours.operations().map(|operation| operation.key()).collect();
    for (key, operation) in &by_key {
        if !known.contains(key) {
            report.add(
                operation.title(),
                whole(true, Found::MissingHere, "only there"),
            );
        }
    }
    for operation in only_here {
        report.add(
            operation.title(),
            whole(false, Found::MissingThere, "only here"),
        );
    }
    for (title, findings) in sections {
        report.add(title, findings);
    }
    report
}

/// A finding about an operation as a whole.
fn whole(gap: bool, kind: Found, text: &str) -> Vec<Finding> {
    vec![Finding {
        gap,
        kind,
        place: String::new(),
        text: text.to_owned(),
    }]
}

/// What differs so often that one line says it.
#[derive(Default)]
struct Sums {
    null_here: usize,
    doubles: usize,
    required_here: usize,
    errors_there: usize,
    nullable_there: usize,
}

impl Sums {
    fn tell(&self, report: &mut Report) {
        let Self {
            null_here,
            doubles,
            required_here,
            errors_there,
            nullable_there,
        } = self;
        if *nullable_there == 0 {
            report.sum_up(format!(
                "nothing may be null there; {null_here} members may be null here"
            ));
        }
        report.sum_up(format!(
            "{required_here} members are always there here and optional there"
        ));
        report.sum_up(format!(
            "{doubles} members may be NaN or infinite here and are plain numbers there"
        ));
        if *errors_there == 0 {
            report.sum_up("no operation describes an error there");
        }
    }
}

struct Comparison<'a> {
    ours: &'a Document,
    theirs: &'a Document,
    /// The server's version that theirs is of.
    version: Option<Version>,
    /// Pairs of components: each is compared once, which also ends recursion.
    compared: BTreeSet<(&'a str, &'a str)>,
    findings: Vec<Finding>,
    sums: Sums,
}

impl<'a> Comparison<'a> {
    fn operation(&mut self, ours: Operation<'a>, theirs: Operation<'a>) {
        if !ours.span().has(self.version) {
            self.version("", ours.span());
        }
        self.parameters(&ours.parameters(), &theirs.parameters());
        self.contents("request", ours.body(), theirs.body());
        if let (Some((our_status, our_response)), Some((their_status, their_response))) =
            (ours.success(), theirs.success())
        {
            if our_status != their_status {
                self.note(
                    Found::Response,
                    "answer",
                    format!("{our_status} here, {their_status} there"),
                );
            }
            self.contents("answer", content(our_response), content(their_response));
        }
        self.sums.errors_there += theirs
            .responses()
            .filter(|(status, _)| !status.starts_with('2'))
            .count();
    }

    fn parameters(&mut self, ours: &[Parameter<'a>], theirs: &[Parameter<'a>]) {
        let in_path = |parameters: &[Parameter<'a>]| -> Vec<&'a Value> {
            let path = parameters
                .iter()
                .filter(|parameter| parameter.place == "path");
            path.map(|parameter| parameter.schema).collect()
        };
        for (ours, theirs) in in_path(ours).into_iter().zip(in_path(theirs)) {
            self.schemas("path", ours, theirs);
        }
        let others = |parameters: &'_ [Parameter<'a>]| -> BTreeMap<(&'a str, &'a str), usize> {
            let others = parameters.iter().enumerate();
            others
                .filter(|(_, parameter)| parameter.place != "path")
                .map(|(index, parameter)| ((parameter.place, parameter.name), index))
                .collect()
        };
        let (here, there) = (others(ours), others(theirs));
        for (key, index) in &there {
            let Some(theirs) = theirs.get(*index) else {
                continue;
            };
            let place = format!("{}.{}", key.0, key.1);
            match here.get(key).and_then(|index| ours.get(*index)) {
                Some(ours) => {
                    if !ours.span.has(self.version) {
                        self.version(&place, ours.span);
                    }
                    if ours.required != theirs.required {
                        let which = if ours.required { "here" } else { "there" };
                        self.note(Found::Type, &place, format!("required {which} only"));
                    }
                    self.schemas(&place, ours.schema, theirs.schema);
                }
                None => {
                    let shape = self.theirs.shape(theirs.schema);
                    self.gap(Found::MissingHere, &place, format!("only there, {shape}"));
                }
            }
        }
        for (key, index) in &here {
            let span = ours.get(*index).map(|ours| ours.span).unwrap_or_default();
            if !there.contains_key(key) && span.has(self.version) {
                let place = format!("{}.{}", key.0, key.1);
                self.note(Found::MissingThere, &place, "only here");
            }
        }
    }

    fn contents(&mut self, place: &str, ours: Option<Content<'a>>, theirs: Option<Content<'a>>) {
        match (ours, theirs) {
            (Some(ours), Some(theirs)) if ours.media == theirs.media && ours.is_form() => {
                self.note(
                    Found::Response,
                    place,
                    "a form, of which the parts are not compared",
                );
            }
            (Some(ours), Some(theirs)) if ours.media == theirs.media => {
                self.schemas(place, ours.schema, theirs.schema);
            }
            (Some(ours), Some(theirs)) => {
                let text = format!("{} here, {} there", ours.media, theirs.media);
                self.note(Found::Response, place, text);
            }
            (None, Some(theirs)) if place == "request" => {
                let shape = self.theirs.shape(theirs.schema);
                self.gap(Found::MissingHere, place, format!("only there, {shape}"));
            }
            (None, Some(theirs)) => {
                let shape = self.theirs.shape(theirs.schema);
                self.note(Found::MissingHere, place, format!("only there, {shape}"));
            }
            (Some(ours), None) => {
                let text = format!("only here, {}", ours.media);
                self.note(Found::MissingThere, place, text);
            }
            (None, None) => {}
        }
    }

    fn schemas(&mut self, place: &str, our_schema: &'a Value, their_schema: &'a Value) {
        let (ours, theirs) = (self.ours.shape(our_schema), self.theirs.shape(their_schema));
        if let (Some(ours), Some(theirs)) = (ours.component, theirs.component)
            && !self.compared.insert((ours, theirs))
        {
            return;
        }
        self.sums.null_here += usize::from(ours.nullable);
        self.sums.nullable_there += usize::from(theirs.nullable);
        match (&ours.kind, &theirs.kind) {
            (Kind::Any, _) => {}
            (_, Kind::Any) => {
                self.note(
                    Found::Type,
                    place,
                    format!("{ours} here, nothing is said there"),
                );
            }
            (Kind::List(ours), Kind::List(theirs)) => {
                self.schemas(&format!("{place}[]"), ours, theirs);
            }
            (Kind::Map(ours), Kind::Map(theirs)) => {
                self.schemas(&format!("{place}.*"), ours, theirs);
            }
            // Members that are listed on one side only: each has the type that all have on the other.
            (Kind::Object(ours), Kind::Map(value)) => {
                for (name, member) in ours {
                    self.schemas(&format!("{place}.{name}"), member.schema, value);
                }
            }
            (Kind::Map(value), Kind::Object(theirs)) => {
                for (name, member) in theirs {
                    self.schemas(&format!("{place}.{name}"), value, member.schema);
                }
            }
            (Kind::Object(_) | Kind::Union(_), Kind::Object(_) | Kind::Union(_)) => {
                self.members(place, &ours, &theirs);
            }
            (Kind::Double, Kind::Number) => self.sums.doubles += 1,
            (Kind::Boolean, Kind::Boolean)
            | (Kind::Number, Kind::Number)
            | (Kind::Bytes, Kind::Bytes) => {}
            (Kind::Integer(Some(here)), Kind::Integer(Some(there))) if here != there => {
                self.note(
                    Found::Type,
                    place,
                    format!("int{here} here, int{there} there"),
                );
            }
            (Kind::Integer(_), Kind::Integer(_)) => {}
            (Kind::String(here), Kind::String(there)) => self.values(place, here, there),
            // A comma list, of which the document says what each part is, or only that it is a text.
            (Kind::List(item), Kind::String(_)) if place.starts_with("query.") => {
                self.note(Found::Type, place, "list here, one value there");
                self.schemas(place, item, their_schema);
            }
            (ours, theirs) => {
                self.note(Found::Type, place, format!("{ours} here, {theirs} there"));
            }
        }
    }

    fn members(&mut self, place: &str, ours: &Shape<'a>, theirs: &Shape<'a>) {
        let here = ours.members(self.ours);
        let there = match (&ours.kind, &theirs.kind) {
            // Ours is one of theirs: the one that is most like it.
            (Kind::Object(_), Kind::Union(branches)) => {
                let branches = branches
                    .iter()
                    .map(|branch| members_of(self.theirs, branch));
                let like = |members: &BTreeMap<&str, Member>| {
                    members
                        .keys()
                        .filter(|name| here.contains_key(*name))
                        .count()
                };
                // Of those that are equally like it, the one with the least besides.
                let order = |members: &BTreeMap<_, _>| (like(members), Reverse(members.len()));
                branches.max_by_key(order).unwrap_or_default()
            }
            _ => theirs.members(self.theirs),
        };
        let component = theirs.component.unwrap_or_default();
        for (name, member) in &there {
            let place = format!("{place}.{name}");
            let Some(own) = here.get(name) else {
                let shape = self.theirs.shape(member.schema);
                match known::why(component, name) {
                    Some(why) => {
                        let text = format!("only there, {shape}: {why}");
                        self.note(Found::MissingHere, &place, text);
                    }
                    None => self.gap(Found::MissingHere, &place, format!("only there, {shape}")),
                }
                continue;
            };
            if !own.span.has(self.version) {
                self.version(&place, own.span);
            }
            self.sums.required_here += usize::from(own.required && !member.required);
            if member.required && !own.required {
                self.note(Found::Type, &place, "required there only");
            }
            self.schemas(&place, own.schema, member.schema);
        }
        for (name, member) in &here {
            if !there.contains_key(name) && member.span.has(self.version) {
                let shape = self.ours.shape(member.schema);
                let place = format!("{place}.{name}");
                self.note(Found::MissingThere, &place, format!("only here, {shape}"));
            }
        }
    }

    /// Values that only one side lists; nothing where one of them lists none.
    fn values(&mut self, place: &str, here: &[&str], there: &[&str]) {
        if here.is_empty() || there.is_empty() {
            return;
        }
        let mut is_other_case = false;
        for value in there.iter().filter(|value| !here.contains(value)) {
            match here.iter().any(|own| own.eq_ignore_ascii_case(value)) {
                true => is_other_case = true,
                false => self.gap(Found::Value, place, format!("{value} only there")),
            }
        }
        if is_other_case {
            self.note(Found::Value, place, "values in another case there");
        }
        for value in here {
            if !there.iter().any(|other| other.eq_ignore_ascii_case(value)) {
                self.note(Found::Value, place, format!("{value} only here"));
            }
        }
    }

    fn version(&mut self, place: &str, span: Span) {
        let text = format!("there, though our spec has it in {span}");
        self.note(Found::Version, place, text);
    }

    fn gap(&mut self, kind: Found, place: &str, text: impl Into<String>) {
        self.find(true, kind, place, text.into());
    }

    fn note(&mut self, kind: Found, place: &str, text: impl Into<String>) {
        self.find(false, kind, place, text.into());
    }

    fn find(&mut self, gap: bool, kind: Found, place: &str, text: String) {
        self.findings.push(Finding {
            gap,
            kind,
            place: place.to_owned(),
            text,
        });
    }
}
