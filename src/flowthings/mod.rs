//! flowthings.io: flows of drops, and what processes and forwards them.

mod api;
mod error_body;
mod filter;
mod modify;
mod sessions;
mod token;

mod generated {
    include!(concat!(env!("OUT_DIR"), "/flowthings.rs"));
}

use crate::{Operation, transport::Platform};

pub use api::Api;
pub use filter::{
    Age, Center, Distance, Explanation, Filter, FilterError, Member, Milliseconds, Modulo, Number,
    Operand, age, age_of, exists, has, matches, matches_with, mem,
};
#[cfg(feature = "schemars")]
pub use generated::schemas;
pub use generated::{DEFAULT_URL, OPERATIONS, calls, ids::*, types};
use generated::{NAME, NUMBERS, PREFIX};
pub use modify::{Changes, Modify, ModifyError};
pub use sessions::Sessions;
pub use token::Token;

static PLATFORM: Platform = platform(PREFIX);
static SESSIONS: Platform = platform("");

const fn platform(prefix: &'static str) -> Platform {
    Platform {
        name: NAME,
        product: "flowthings.io",
        raw: Operation::raw(NAME),
        prefix,
        numbers: NUMBERS,
        words: error_body::read,
        instead: &[],
    }
}
