//! What runs the scripts of tracks and tasks in the place of JavaScript.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use serde_json::Value;

type Run = dyn Fn(&str, &Value) -> Result<Value, String> + Send + Sync;

/// A function of a script and of what it is given.
#[derive(Clone)]
pub(crate) struct Script(Arc<Run>);

impl Script {
    pub(crate) fn new(
        run: impl Fn(&str, &Value) -> Result<Value, String> + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(run))
    }

    /// What the script returns, or what it fails with. A panic of the function, which is not the sandbox's own, is a failure too.
    pub(crate) fn run(&self, js: &str, input: &Value) -> Result<Value, String> {
        let run = AssertUnwindSafe(|| (self.0)(js, input));
        catch_unwind(run).unwrap_or_else(|_| Err("the function that runs it panicked".to_owned()))
    }
}

impl fmt::Debug for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Script")
    }
}
