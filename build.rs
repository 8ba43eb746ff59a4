//! Generates the client of every enabled platform from its spec.

#[allow(
    clippy::indexing_slicing,
    unreachable_pub,
    reason = "a YAML value without the member gives null; and this is a room of a program, not of a library"
)]
mod codegen;

use std::{
    collections::BTreeMap,
    env, fs, io,
    path::{Path, PathBuf},
    process,
};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=codegen");
    println!("cargo::rerun-if-changed=specs");
    let root = env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
    let out = PathBuf::from(env::var("OUT_DIR").unwrap_or_default());
    let mut sound = true;
    let mut files = BTreeMap::new();
    let mut rows = Vec::new();
    for spec in specs(Path::new(&root))? {
        let shown = spec.strip_prefix(&root).unwrap_or(&spec);
        println!("cargo::rerun-if-changed={}", shown.display());
        let text = fs::read_to_string(&spec)?;
        let module = module(&spec);
        match codegen::generate(&text, &module) {
            Ok(generated) => {
                files.insert(out.join(format!("{module}.rs")), generated.code);
                files.insert(out.join(format!("{module}.txt")), generated.outline);
                // The probe is no platform.
                if shown.starts_with("specs") {
                    rows.push(generated.row);
                }
            }
            Err(faults) => {
                sound = false;
                for fault in faults {
                    let line = codegen::line(&text, &fault).map(|line| format!(":{line}"));
                    let line = line.unwrap_or_default();
                    println!("cargo::error={}{line}: {fault}", shown.display());
                }
            }
        }
    }
    if !sound {
        process::exit(1);
    }
    let list = codegen::platforms(&rows).map_err(|fault| io::Error::other(fault.to_string()))?;
    files.insert(out.join("platforms.rs"), list);
    for (path, text) in &files {
        write_if_changed(path, text)?;
    }
    // What an earlier build has written for a spec that is gone does not pass for its client.
    for file in fs::read_dir(&out)? {
        let path = file?.path();
        if !files.contains_key(&path) {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}

/// The specs whose features are on: one file for each platform, and the probe, whose feature is internal.
fn specs(root: &Path) -> io::Result<Vec<PathBuf>> {
    let is_on = |feature: String| env::var_os(format!("CARGO_FEATURE_{feature}")).is_some();
    let files = fs::read_dir(root.join("specs"))?;
    let mut specs: Vec<PathBuf> = files
        .map(|file| Ok(file?.path()))
        .collect::<io::Result<_>>()?;
    specs.retain(|spec| {
        let is_spec = spec
            .extension()
            .is_some_and(|extension| extension == "yaml");
        is_spec && is_on(module(spec).to_uppercase())
    });
    if is_on("_PROBE".to_owned()) {
        specs.push(root.join("tests/specs/probe.yaml"));
    }
    specs.sort();
    Ok(specs)
}

/// The module of a spec, which is also its feature: `flink` of `specs/flink.yaml`.
fn module(spec: &Path) -> String {
    let name = spec.file_stem().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// An unchanged file keeps its time, so that rustc has nothing to do.
fn write_if_changed(path: &Path, text: &str) -> io::Result<()> {
    if fs::read_to_string(path).is_ok_and(|old| old == text) {
        return Ok(());
    }
    fs::write(path, text)
}
