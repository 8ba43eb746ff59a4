//! The filters from outside: their texts, what they take, and what they refuse.

mod built;
mod exact;
mod java;
mod lines;
mod random;
mod read;
mod takes;
