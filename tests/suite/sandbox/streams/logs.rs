//! Logs and traces, which are bytes.

use std::io::Read as _;

use super::*;

#[tokio::test]
async fn a_pe_has_text() {
    let streams = demo(Flavour::OnPrem4).await;
    let pe = ok(&streams, "/pes/1").await;
    for (link, word) in [
        ("applicationTrace", "neural_net_model"),
        ("consoleLog", "launch 1"),
    ] {
        let response = request(&streams, "GET", pe[link].as_str().unwrap())
            .send()
            .await
            .unwrap();
        let kind = response.headers()["content-type"]
            .to_str()
            .unwrap()
            .to_owned();
        assert!(kind.starts_with("text/plain"), "{kind}");
        let text = response.text().await.unwrap();
        assert!(text.contains(word), "{text}");
    }
}

#[tokio::test]
async fn a_job_has_a_compressed_archive() {
    let streams = demo(Flavour::OnPrem4).await;
    let job = ok(&streams, "/jobs/0").await;
    let request = request(
        &streams,
        "GET",
        job["applicationLogTrace"].as_str().unwrap(),
    );
    let response = request.send().await.unwrap();
    assert_eq!(
        response.headers()["content-type"],
        "application/x-compressed"
    );
    let packed = response.bytes().await.unwrap();
    let mut archive = Vec::new();
    flate2::read::GzDecoder::new(&packed[..])
        .read_to_end(&mut archive)
        .unwrap();
    let mut names = Vec::new();
    let mut at = 0;
    while archive[at] != 0 {
        let header = &archive[at..at + 512];
        let text = |range: std::ops::Range<usize>| {
            let bytes = &header[range];
            let end = bytes.iter().position(|byte| *byte == 0).unwrap();
            std::str::from_utf8(&bytes[..end]).unwrap().to_owned()
        };
        let sum: u64 = (0..512)
            .map(|at| {
                if (148..156).contains(&at) {
                    32
                } else {
                    u64::from(header[at])
                }
            })
            .sum();
        assert_eq!(u64::from_str_radix(&text(148..156), 8).unwrap(), sum);
        assert_eq!(&header[257..263], b"ustar\0");
        let length = usize::from_str_radix(&text(124..136), 8).unwrap();
        names.push(text(0..100));
        at += 512 + length.next_multiple_of(512);
    }
    assert_eq!(archive.len(), at + 1024);
    assert_eq!(names[..2], ["job_0/pe_0.trace", "job_0/pe_0.stdouterr"]);
    assert_eq!(names.len(), 6);
}
