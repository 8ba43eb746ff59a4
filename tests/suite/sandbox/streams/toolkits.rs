//! Toolkits of the build service.

use std::io::{Cursor, Write as _};

use zip::{CompressionMethod, write::SimpleFileOptions};

use super::*;

fn list(streams: &Streams) -> String {
    format!("{}/streams/rest/toolkits", streams.origin())
}

/// A folder with a file, packed.
fn archive(name: &str, text: &str) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default();
    archive.add_directory("mine/", options).unwrap();
    archive.start_file(name, options).unwrap();
    archive.write_all(text.as_bytes()).unwrap();
    archive.finish().unwrap().into_inner()
}

async fn upload(streams: &Streams, archive: Vec<u8>) -> Answer {
    let request =
        request(streams, "POST", &list(streams)).header("content-type", "application/zip");
    answer(request.body(archive)).await
}

#[tokio::test]
async fn a_toolkit_is_uploaded_once_and_removed() {
    let streams = demo(Flavour::Standalone5).await;
    let index = r#"<toolkitModel><toolkit name="mine" requiredProductVersion="4.0" version="2.0.1"></toolkit></toolkitModel>"#;
    let packed = archive("mine/toolkit.xml", index);
    let (status, told) = upload(&streams, packed.clone()).await;
    assert_eq!(
        (status, all(&told, "toolkits", "id")),
        (200, vec!["mine-2.0.1"])
    );
    let toolkit = &told["toolkits"][0];
    assert_eq!(toolkit["requiredProductVersion"], "4.0");
    let (_, text) = get(&streams, toolkit["index"].as_str().unwrap()).await;
    assert_eq!(text, json!(index));
    assert_eq!(upload(&streams, packed).await.1["toolkits"], json!([]));
    let own = toolkit["self"].as_str().unwrap();
    assert_eq!(
        request(&streams, "DELETE", own)
            .send()
            .await
            .unwrap()
            .status(),
        204
    );
    assert_eq!(
        request(&streams, "DELETE", own)
            .send()
            .await
            .unwrap()
            .status(),
        404
    );
    let names = ok(&streams, &list(&streams)).await;
    assert_eq!(
        all(&names, "toolkits", "name"),
        ["com.ibm.streamsx.kafka", "spl"]
    );
}

#[tokio::test]
async fn a_toolkit_may_be_longer_than_json_may_be() {
    let streams = demo(Flavour::Standalone5).await;
    let index = r#"<toolkitModel><toolkit name="large" version="1.0.0"/></toolkitModel>"#;
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, content) in [
        ("mine/toolkit.xml", index.as_bytes()),
        ("mine/impl/lib/large.so", &vec![7; 24 << 20]),
    ] {
        archive.start_file(name, options).unwrap();
        archive.write_all(content).unwrap();
    }
    let packed = archive.finish().unwrap().into_inner();
    let (status, told) = upload(&streams, packed).await;
    assert_eq!(
        (status, all(&told, "toolkits", "id")),
        (200, vec!["large-1.0.0"])
    );
}

#[tokio::test]
async fn an_index_is_read_as_xml() {
    let streams = demo(Flavour::Standalone5).await;
    let index = r#"<?xml version="1.0"?>
<!-- <toolkit name="other" version="9.9.9"/> -->
<toolkitModel><toolkit
    version = '1.0.0' requiredProductVersion=">4.2" name='a &amp; b'/></toolkitModel>"#;
    let (status, told) = upload(&streams, archive("mine/toolkit.xml", index)).await;
    assert_eq!(status, 200, "{told}");
    let toolkit = &told["toolkits"][0];
    let members = ["name", "version", "requiredProductVersion"].map(|name| &toolkit[name]);
    assert_eq!(members, ["a & b", "1.0.0", ">4.2"]);
    let own = toolkit["self"].as_str().unwrap();
    assert_eq!(ok(&streams, own).await, *toolkit);
}

#[tokio::test]
async fn what_is_no_toolkit_is_refused() {
    let streams = demo(Flavour::Standalone5).await;
    for packed in [
        b"no archive".to_vec(),
        archive("mine/other.xml", "x"),
        archive(
            "mine/toolkit.xml",
            "<toolkitModel><toolkit name=\"x\"></toolkit></toolkitModel>",
        ),
    ] {
        assert_eq!(upload(&streams, packed).await.0, 400);
    }
}
