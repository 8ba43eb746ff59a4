//! What is to be run of a jar, asked for in a body or in its query twins.

use crate::sandbox::flink::{
    model::{cluster::Cluster, program::Program},
    wire::{error::Failure, exception::PROGRAM_INVOCATION, json_body::JsonBody, request::Request},
};

/// What a client wants to be run: members of the body, or else their twins in the query.
#[derive(Debug)]
pub(crate) struct JarRequest {
    entry_class: Option<String>,
    pub(crate) arguments: Vec<String>,
    parallelism: Option<i32>,
    pub(crate) job_id: Option<String>,
    configured_name: Option<String>,
    pub(crate) savepoint: Option<String>,
}

impl JarRequest {
    pub(crate) const BAD_PARALLELISM: &str = "java.lang.IllegalArgumentException: \
         Parallelism must be at least one, or ExecutionConfig.PARALLELISM_DEFAULT (use system default).";

    pub(crate) fn read(request: &Request, class: &'static str) -> Result<Self, Failure> {
        let body = request.body(class)?;
        let modes = ["LEGACY", "CLAIM", "NO_CLAIM"];
        body.constant(
            "claimMode",
            "org.apache.flink.core.execution.RestoreMode",
            &modes,
        )?;
        body.flag("allowNonRestoredState")?;
        let text = |member, twin| {
            let found = body.text(member)?;
            Ok::<_, Failure>(found.or(request.single(twin)?.map(str::to_owned)))
        };
        let query_parallelism = request.query_number("parallelism")?;
        request.single("parallelism")?;
        Ok(Self {
            entry_class: text("entryClass", "entry-class")?,
            arguments: Self::arguments(&body, request)?,
            parallelism: body.integer("parallelism")?.or(query_parallelism),
            job_id: body.id("jobId")?,
            configured_name: body.entry("flinkConfiguration", "pipeline.name")?,
            savepoint: text("savepointPath", "savepointPath")?.filter(|path| !path.is_empty()),
        })
    }

    fn arguments(body: &JsonBody, request: &Request) -> Result<Vec<String>, Failure> {
        let line = body
            .text("programArgs")?
            .or(request.single("program-args")?.map(str::to_owned));
        let list = body.texts("programArgsList")?.or_else(|| {
            request
                .list("programArg")
                .map(|list| list.into_iter().map(str::to_owned).collect())
        });
        match (line, list) {
            (Some(_), Some(_)) => Err(Failure::bad_request(
                "Confusing request: programArgs and programArgsList are specified, \
                 please, use only programArgsList",
            )),
            (Some(line), None) => Ok(words(&line)),
            (None, list) => Ok(list.unwrap_or_default()),
        }
    }

    pub(crate) fn program(&self, cluster: &Cluster, jar: String) -> Result<Program, Failure> {
        // Flink wraps what it finds here: the same text is head and cause.
        let fail = |head: String| {
            Failure::unhandled(format!("java.util.concurrent.CompletionException: {head}"))
                .caused_by(head)
        };
        let Some(found) = cluster.jars.iter().find(|other| other.id == jar) else {
            let handler = "org.apache.flink.runtime.rest.handler.RestHandlerException";
            return Err(fail(format!(
                "{handler}: Jar file {}/{jar} does not exist",
                cluster.upload_dir
            )));
        };
        let manifest = Program::of_file(&found.name);
        match &self.entry_class {
            Some(class) => {
                let program = Program::find(class).filter(|_| manifest.is_some());
                program.ok_or_else(|| {
                    let why = format!(
                        "The program's entry point class '{class}' was not found in the jar file."
                    );
                    fail(format!("{PROGRAM_INVOCATION}: {why}"))
                        .caused_by(format!("java.lang.ClassNotFoundException: {class}"))
                })
            }
            None => manifest.ok_or_else(|| {
                let why = "Neither a 'Main-Class', nor a 'program-class' entry was found \
                           in the jar file.";
                fail(format!("{PROGRAM_INVOCATION}: {why}"))
            }),
        }
    }

    /// The name of the job: the argument after `--name`, or `pipeline.name`, or that of the class.
    pub(crate) fn name(&self, program: &Program) -> String {
        let mut arguments = self
            .arguments
            .iter()
            .skip_while(|argument| *argument != "--name");
        let named = arguments.nth(1).or(self.configured_name.as_ref());
        named.map_or_else(|| program.simple_name().to_owned(), Clone::clone)
    }

    pub(crate) fn has_valid_parallelism(&self) -> bool {
        self.parallelism
            .is_none_or(|parallelism| parallelism == -1 || parallelism >= 1)
    }

    /// The cluster's default where none, or -1, is asked for.
    pub(crate) fn parallelism(&self) -> i32 {
        self.parallelism
            .filter(|parallelism| *parallelism >= 1)
            .unwrap_or(1)
    }

    /// What the throwing program does: the error of the invocation, and its cause.
    pub(crate) fn main_error(&self) -> [String; 2] {
        let why = format!("main blew up: {}", self.arguments.join("|"));
        [
            format!("{PROGRAM_INVOCATION}: The main method caused an error: {why}"),
            format!("java.lang.IllegalArgumentException: {why}"),
        ]
    }
}

/// The words of a line, as Flink's pattern `([^"']\S*|".+?"|'.+?')\s*` finds them: quotes hold a word together
/// only where it begins with one, all quotes are taken out in the end, and one that is never closed is skipped.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        let after = rest.get(first.len_utf8()..).unwrap_or_default();
        let length = match first {
            '"' | '\'' => match after
                .char_indices()
                .skip(1)
                .find(|(_, other)| *other == first)
            {
                Some((closing, _)) => first.len_utf8() + closing + first.len_utf8(),
                None => {
                    rest = after;
                    continue;
                }
            },
            _ => first.len_utf8() + after.find(char::is_whitespace).unwrap_or(after.len()),
        };
        let (word, tail) = rest.split_at(length);
        words.push(word.trim().replace(['"', '\''], ""));
        rest = tail.trim_start();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::words;

    /// What Flink 1.20.5 passed on to a program, seen in the job's `user-config`.
    #[test]
    fn quotes_are_taken_out_as_by_flink() {
        assert_eq!(
            words(r#"--name 'a "b c" d' --rate 5"#),
            ["--name", "a b c d", "--rate", "5"]
        );
        assert_eq!(words(r#"--name ba"tch"x 'y"#), ["--name", "batchx", "y"]);
    }
}
