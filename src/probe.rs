//! The generator's probe: one operation of each hard kind, generated from a spec of its own and driven by the
//! tests.

mod generated {
    include!(concat!(env!("OUT_DIR"), "/probe.rs"));
}
