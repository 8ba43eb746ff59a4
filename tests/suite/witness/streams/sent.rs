//! What the calls send: bundles, toolkits, and how jobs are to run.

use std::io::{Cursor, Write as _};

use headwaters::{
    Upload,
    streams::types::{
        Adjustment, ConfigInstructions, JobConfig, JobConfigOverlay, JobConfigOverlays,
        SubmissionParameter, TargetParallelRegion, TracingLevel,
    },
};
use zip::write::SimpleFileOptions;

pub fn bundle() -> Vec<u8> {
    vec![7; 1 << 20]
}

pub fn upload() -> Upload {
    Upload::bytes("com.example.Main.sab", bundle())
}

pub fn overlays(job: JobConfig) -> JobConfigOverlays {
    let overlay = JobConfigOverlay::new().job_config(job);
    JobConfigOverlays::new().job_config_overlays([overlay])
}

/// Python's `config(name)`.
pub fn named(name: &str) -> JobConfigOverlays {
    let threshold = SubmissionParameter::new("threshold", 3);
    let job = JobConfig::new().job_name(name).tracing(TracingLevel::Info);
    overlays(job.submission_parameters([threshold]))
}

pub fn wider() -> JobConfigOverlays {
    let region = TargetParallelRegion::new("Filter", 3);
    let adjustment = Adjustment::new().target_parallel_region(region);
    let instructions = ConfigInstructions::new().adjustment_section([adjustment]);
    let overlay = JobConfigOverlay::new().config_instructions(instructions);
    JobConfigOverlays::new().job_config_overlays([overlay])
}

pub fn toolkit() -> Vec<u8> {
    let index = r#"<toolkitModel xmlns="http://www.ibm.com/xmlns/prod/streams/spl/toolkit" xmlns:c="http://www.ibm.com/xmlns/prod/streams/spl/common">
  <toolkit name="com.example.mine" requiredProductVersion="4.0" version="0.1.0">
    <dependency><c:name>spl</c:name><c:version>[1.0.0,2.0.0)</c:version></dependency>
    <dependency><c:name>com.example<!-- ours -->.other</c:name><c:version> 2.0<c:x/>.1</c:version><c:version>3</c:version></dependency>
  </toolkit>
</toolkitModel>"#;
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default();
    archive.add_directory("mine/", options).unwrap();
    archive.start_file("mine/toolkit.xml", options).unwrap();
    archive.write_all(index.as_bytes()).unwrap();
    archive.finish().unwrap().into_inner()
}
