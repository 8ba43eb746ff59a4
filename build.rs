//! Generates the client of every enabled platform from its spec.

#[allow(
    clippy::indexing_slicing,
    unreachable_pub,
    reason = "a YAML value without the member gives null; and this is a room of a program, not of a library"
)]
mod codegen;

use std::{env, fs, io, path::Path, process};

/// Feature, spec, and the module that includes the output.
const PLATFORMS: [(&str, &str, &str); 3] = [
    ("FLINK", "specs/flink.yaml", "flink"),
    ("JOULE", "specs/joule.yaml", "joule"),
    ("_PROBE", "tests/specs/probe.yaml", "probe"),
];

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=codegen");
    let root = env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
    let out = env::var("OUT_DIR").unwrap_or_default();
    let mut sound = true;
    for (feature, spec, module) in PLATFORMS {
        if env::var_os(format!("CARGO_FEATURE_{feature}")).is_none() {
            continue;
        }
        println!("cargo::rerun-if-changed={spec}");
        let text = fs::read_to_string(Path::new(&root).join(spec))?;
        match codegen::generate(&text, module) {
            Ok(generated) => {
                let out = Path::new(&out);
                write_if_changed(&out.join(format!("{module}.rs")), &generated.code)?;
                write_if_changed(&out.join(format!("{module}.txt")), &generated.outline)?;
            }
            Err(faults) => {
                sound = false;
                for fault in faults {
                    let line = codegen::line(&text, &fault).map(|line| format!(":{line}"));
                    println!("cargo::error={spec}{}: {fault}", line.unwrap_or_default());
                }
            }
        }
    }
    if sound { Ok(()) } else { process::exit(1) }
}

/// An unchanged file keeps its time, so that rustc has nothing to do.
fn write_if_changed(path: &Path, text: &str) -> io::Result<()> {
    if fs::read_to_string(path).is_ok_and(|old| old == text) {
        return Ok(());
    }
    fs::write(path, text)
}
