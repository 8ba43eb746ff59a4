//! Multipart uploads, part by part.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::*;

async fn parts(flink: &Flink, path: &str, form: Form) -> Answer {
    let request = http().post(format!("{}{path}", flink.url()));
    let response = request.multipart(form).send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

fn file(name: &str) -> Part {
    Part::bytes(vec![0; 100]).file_name(name.to_owned())
}

#[tokio::test]
async fn exactly_one_file_is_taken() {
    let flink = Flink::start().await.unwrap();
    let upload = async |form| parts(&flink, "/jars/upload", form).await;
    let two = Form::new()
        .part("a", file("a.jar"))
        .part("b", file("b.jar"));
    let head = format!("{REST}: Exactly 1 file must be sent, received 2.");
    refused(upload(two).await, 400, &head);
    let same = Form::new()
        .part("a", file("a.jar"))
        .part("b", file("a.jar"));
    assert_eq!(upload(same).await.0, 200);
    let none = Form::new().text("request", "{}");
    let head = format!("{REST}: Exactly 1 file must be sent, received 0.");
    refused(upload(none).await, 400, &head);
    let more = Form::new().part("a", file("a.jar")).text("foo", "bar");
    refused(upload(more).await, 400, "Received unknown attribute foo.");
}

#[tokio::test]
async fn the_name_decides_and_loses_its_directories() {
    let flink = Flink::start().await.unwrap();
    for name in ["job.zip", "JOB.JAR"] {
        let answer = parts(&flink, "/jars/upload", Form::new().part("a", file(name))).await;
        refused(answer, 400, &format!("{REST}: Only Jar files are allowed."));
    }
    assert!(
        upload(&flink, "../../evil.jar")
            .await
            .ends_with("_evil.jar")
    );
    assert!(upload(&flink, "jöb.jar").await.ends_with("_jöb.jar"));
}

#[tokio::test]
async fn files_are_for_one_route_alone() {
    let flink = Flink::start().await.unwrap();
    let form = || Form::new().part("a", file("a.jar"));
    refused(
        parts(&flink, "/jars/x.jar/run", form()).await,
        400,
        "File upload not allowed",
    );
    refused(
        parts(&flink, "/nope", form()).await,
        400,
        "POST request not allowed",
    );
}

#[tokio::test]
async fn a_jar_of_any_size_is_counted_and_not_kept() {
    const MEBIBYTES: usize = 64;
    let flink = Flink::start().await.unwrap();
    let address = flink.url().trim_start_matches("http://").to_owned();
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let head =
        "--B\r\nContent-Disposition: form-data; name=\"jarfile\"; filename=\"big.jar\"\r\n\r\n";
    let tail = "\r\n--B--\r\n";
    let length = head.len() + MEBIBYTES * 1024 * 1024 + tail.len();
    let start = format!(
        "POST /v1/jars/upload HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {length}\r\n\
         content-type: multipart/form-data; boundary=B\r\n\r\n{head}"
    );
    stream.write_all(start.as_bytes()).await.unwrap();
    for _ in 0..MEBIBYTES {
        stream.write_all(&vec![0; 1024 * 1024]).await.unwrap();
    }
    stream.write_all(tail.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    let exchange = &flink.journal()[0];
    assert_eq!(
        (exchange.body.len(), exchange.body_len, exchange.status),
        (0, length as u64, Some(200))
    );
}
