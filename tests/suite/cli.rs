//! The command `headwaters`, as a shell sees it: arguments in; stdout, stderr and an exit status out.

mod call;
mod drift;
mod joule;
mod ops;
mod sandbox;
mod streams;
mod terminal;
mod tour;

use std::{
    ffi::OsStr,
    io::{BufRead as _, BufReader, Write as _},
    path::PathBuf,
    process::{Child, ChildStderr, ChildStdout, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

use headwaters::PLATFORMS;

const PATIENCE: Duration = Duration::from_secs(60);

/// How a command ended.
#[derive(Debug)]
struct Ended {
    status: Option<i32>,
    stdout: Vec<u8>,
    stderr: String,
}

impl Ended {
    fn text(&self) -> &str {
        str::from_utf8(&self.stdout).unwrap()
    }

    fn json(&self) -> serde_json::Value {
        assert_eq!(self.status, Some(0), "{}", self.stderr);
        serde_json::from_slice(&self.stdout).unwrap()
    }

    /// A failure as a script wants it: no data, one line of talk. Gives the line.
    #[track_caller]
    fn failure(&self) -> &str {
        assert_eq!(self.status, Some(1), "{self:?}");
        assert_eq!(self.text(), "");
        assert_eq!(self.stderr.lines().count(), 1, "{}", self.stderr);
        self.stderr.trim_end()
    }

    /// A wrong command line: no data, but talk. Gives the talk.
    #[track_caller]
    fn usage(&self) -> &str {
        assert_eq!(self.status, Some(2), "{self:?}");
        assert_eq!(self.text(), "");
        assert!(self.stderr.starts_with("error: "), "{}", self.stderr);
        &self.stderr
    }
}

fn command(arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_headwaters"));
    command.args(arguments).stdin(Stdio::null());
    command
}

/// Runs the command to its end.
fn headwaters<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Ended {
    ended(command(arguments).output().unwrap())
}

/// Runs the command to its end with this on its stdin.
fn headwaters_fed<'a>(stdin: &[u8], arguments: impl IntoIterator<Item = &'a str>) -> Ended {
    let mut child = command(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(stdin).unwrap();
    ended(child.wait_with_output().unwrap())
}

fn ended(output: std::process::Output) -> Ended {
    Ended {
        status: output.status.code(),
        stdout: output.stdout,
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Runs the command with a stdout that nobody reads, from the first byte on.
fn headwaters_unread<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Ended {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    ended(command(arguments).stdout(writer).output().unwrap())
}

/// A command under way.
struct Running {
    child: Child,
    stdout: Option<BufReader<ChildStdout>>,
    /// Read all along, so that the command never waits for it.
    stderr: thread::JoinHandle<String>,
}

impl Running {
    fn start<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Self {
        Self::of(command(arguments))
    }

    fn of(mut command: Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let stdout = child.stdout.take().map(BufReader::new);
        let stderr = child.stderr.take().unwrap();
        let read = |stderr: ChildStderr| std::io::read_to_string(stderr).unwrap();
        Self {
            child,
            stdout,
            stderr: thread::spawn(move || read(stderr)),
        }
    }

    /// The next line of stdout.
    fn line(&mut self) -> String {
        let mut line = String::new();
        self.stdout.as_mut().unwrap().read_line(&mut line).unwrap();
        assert!(line.ends_with('\n'), "stdout ended with {line:?}");
        line
    }

    /// Reads stdout up to a line that holds this.
    fn read_until(&mut self, text: &str) {
        while !self.line().contains(text) {}
    }

    /// Stops reading stdout, as `head` does.
    fn stop_reading(&mut self) {
        self.stdout = None;
    }

    #[cfg(unix)]
    fn signal(&self, signal: &str) {
        let sent = Command::new("kill")
            .args([signal, &self.child.id().to_string()])
            .status()
            .unwrap();
        assert!(sent.success());
    }

    /// Waits for the end, which must come; gives the status and what stderr said.
    fn end(mut self) -> (Option<i32>, String) {
        let until = Instant::now() + PATIENCE;
        let status: ExitStatus = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            if Instant::now() > until {
                self.child.kill().unwrap();
                panic!("the command does not end");
            }
            thread::sleep(Duration::from_millis(5));
        };
        (status.code(), self.stderr.join().unwrap())
    }
}

/// A file of this test's own.
fn file(name: &str, content: &[u8]) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("cli");
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join(name);
    std::fs::write(&path, content).unwrap();
    path
}

#[test]
fn help_and_version_are_data() {
    for arguments in [
        vec!["--help"],
        vec!["--version"],
        vec!["help", "call"],
        vec!["tour", "--help"],
    ] {
        let told = headwaters(arguments.clone());
        assert_eq!(told.status, Some(0), "{arguments:?}");
        assert_ne!(told.text(), "", "{arguments:?}");
        assert_eq!(told.stderr, "", "{arguments:?}");
    }
    let version = format!("headwaters {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(headwaters(["--version"]).text(), version);
}

#[test]
fn a_wrong_command_line_ends_with_2_and_no_data() {
    for arguments in [
        vec!["frobnicate"],
        vec!["ops", "flink", "more"],
        vec!["call", "flink"],
        vec!["sandbox", "--flink", "65536"],
        vec!["sandbox", "--flink", "0", "--flink", "0"],
        vec!["tour", "--jar", "job.jar"],
        vec!["tour", "--flink", "ftp://localhost"],
    ] {
        let told = headwaters(arguments.clone());
        assert_eq!(told.status, Some(2), "{arguments:?}: {}", told.stderr);
        assert!(
            told.stderr.starts_with("error: "),
            "{arguments:?}: {}",
            told.stderr
        );
        // The tour has nothing to tell either before it knows its server.
        assert_eq!(told.text(), "", "{arguments:?}");
    }
}

#[test]
fn a_platform_that_is_not_there_is_refused_by_name() {
    let names: Vec<&str> = PLATFORMS.iter().map(|platform| platform.name).collect();
    let why = format!(
        "there is no such platform in this build, which has: {}; each platform is a feature",
        names.join(", ")
    );
    for platform in ["kafka", "Flink"] {
        for arguments in [vec!["ops", platform], vec!["call", platform, "list"]] {
            let told = headwaters(arguments);
            assert!(told.usage().contains(&why), "{}", told.stderr);
        }
    }
}
