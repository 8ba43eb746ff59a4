//! Logs and traces: text of a PE, a compressed archive of a job.

use std::io::{self, Write as _};

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::sandbox::clock::calendar;
use crate::sandbox::streams::model::job::Job;
use crate::sandbox::streams::model::pe::Pe;
use crate::sandbox::streams::model::time::Millis;

/// Bytes of a block of a tar archive.
const BLOCK: usize = 512;

/// What a PE has written to its standard output and error.
pub(crate) fn console(job: &Job, at: usize, pe: &Pe) -> String {
    let names = operators(job, at);
    let started = stamp(pe.launched);
    format!(
        "{started} PE {} of job {} started, launch {}\n{names}",
        pe.id, job.id, pe.launch_count
    )
}

/// What a PE has traced.
pub(crate) fn trace(job: &Job, at: usize, pe: &Pe) -> String {
    let started = stamp(pe.launched);
    let lines = job.application.operators.iter();
    let lines = lines.filter(|operator| operator.pe == at).map(|operator| {
        format!(
            "{started} [{}] INFO #splapptrc,J[{}],P[{}],{} M[{}.cpp:allPortsReady:42]  - all ports ready\n",
            pe.process, job.id, pe.id, operator.name, operator.name
        )
    });
    lines.collect()
}

fn operators(job: &Job, at: usize) -> String {
    let operators = job.application.operators.iter();
    let operators = operators.filter(|operator| operator.pe == at);
    operators
        .map(|operator| format!("{} is ready\n", operator.name))
        .collect()
}

/// The logs of all PEs of a job, as `.tar.gz`.
pub(crate) fn archive(job: &Job) -> io::Result<Vec<u8>> {
    let mut archive = GzEncoder::new(Vec::new(), Compression::fast());
    for (at, pe) in job.pes.iter().enumerate() {
        let seconds = pe.launched / 1000;
        for (suffix, text) in [
            ("trace", trace(job, at, pe)),
            ("stdouterr", console(job, at, pe)),
        ] {
            let name = format!("job_{}/pe_{}.{suffix}", job.id, pe.id);
            archive.write_all(&header(&name, text.len(), seconds))?;
            archive.write_all(text.as_bytes())?;
            let rest = text.len().next_multiple_of(BLOCK) - text.len();
            archive.write_all(&vec![0; rest])?;
        }
    }
    archive.write_all(&[0; 2 * BLOCK])?;
    archive.finish()
}

/// The header of a file in a tar archive (ustar).
fn header(name: &str, length: usize, seconds: i64) -> Vec<u8> {
    let fields = |checksum: &str| {
        let mut header = padded(name, 100);
        header.extend(b"0000644\x000001000\x000001000\x00");
        header.extend(format!("{length:011o}\0{seconds:011o}\0").bytes());
        header.extend(padded(checksum, 8));
        header.extend(b"0");
        header.resize(257, 0);
        header.extend(b"ustar\x0000streamsadmin");
        header.resize(BLOCK, 0);
        header
    };
    let sum: u32 = fields("        ").into_iter().map(u32::from).sum();
    fields(&format!("{sum:06o}\0 "))
}

fn padded(text: &str, length: usize) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    bytes.resize(length, 0);
    bytes
}

/// `26 Nov 2026 16:45:01.120`
fn stamp(time: Millis) -> String {
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let [year, month, day, hour, minute, second] = calendar(time);
    let month = usize::try_from(month - 1).ok();
    let month = month.and_then(|month| MONTHS.get(month)).unwrap_or(&"");
    let millis = time.rem_euclid(1000);
    format!("{day:02} {month} {year} {hour:02}:{minute:02}:{second:02}.{millis:03}")
}
