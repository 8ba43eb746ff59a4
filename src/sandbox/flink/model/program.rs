//! What a jar holds: programs that are known by their class names alone.

/// A program, and what becomes of a job that it starts.
#[derive(Clone, Debug)]
pub(crate) struct Program {
    class: String,
    fate: Fate,
}

/// How a program ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Fate {
    /// Runs until somebody ends it.
    Unbounded,
    /// Finishes by itself.
    Bounded,
    /// The same as a batch: without checkpoints, but with a data set that stays.
    Batch,
    /// Fails while it runs.
    Fails,
    /// Its `main` throws, so that there is no job.
    Throws,
    /// Its `main` never calls `execute`.
    NoExecute,
}

impl Program {
    /// The program that the manifest names in a jar with this file name, or that a job graph in such a file was made of.
    pub(crate) fn of_file(file_name: &str) -> Option<Self> {
        let name = file_name.to_ascii_lowercase();
        let class = match name {
            _ if name.contains("broken") => return None,
            _ if name.contains("fail") => "com.acme.FailJob",
            _ if name.contains("bounded") => "com.acme.BoundedJob",
            _ if name.contains("batch") => "com.acme.BatchJob",
            _ => "com.acme.StreamJob",
        };
        Self::find(class)
    }

    /// The program with this class name, if jars hold such a class.
    pub(crate) fn find(class: &str) -> Option<Self> {
        let name = simple_name(class);
        if name.contains("Missing") || !(name.ends_with("Job") || name.ends_with("Main")) {
            return None;
        }
        let fate = match name {
            _ if name.contains("Fail") => Fate::Fails,
            _ if name.contains("Bounded") => Fate::Bounded,
            _ if name.contains("Batch") => Fate::Batch,
            _ if name.contains("Throws") => Fate::Throws,
            _ if name.contains("NoExecute") => Fate::NoExecute,
            _ => Fate::Unbounded,
        };
        Some(Self {
            class: class.to_owned(),
            fate,
        })
    }

    pub(crate) fn class(&self) -> &str {
        &self.class
    }

    /// The class without its package; the name of the job unless arguments or configuration give one.
    pub(crate) fn simple_name(&self) -> &str {
        simple_name(&self.class)
    }

    pub(crate) fn fate(&self) -> Fate {
        self.fate
    }

    /// What the manifest says of the program.
    pub(crate) fn description(&self) -> Option<&'static str> {
        match self.fate {
            Fate::Unbounded => Some("Enriches readings until it is cancelled, args: --name S"),
            _ => None,
        }
    }
}

fn simple_name(class: &str) -> &str {
    class.rsplit(['.', '$']).next().unwrap_or(class)
}
