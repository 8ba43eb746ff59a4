//! Folders with toolkits on their way to the build service.

use std::{
    fs,
    io::{Cursor, Read as _},
    path::Path,
};

use axum::{Router, body::Bytes, http::HeaderMap, routing::post};
use headwaters::{
    Auth, Config,
    sandbox::{Flavour, Streams},
    streams::{BuildService, ToolkitArchive},
};
use tempfile::TempDir;
use tokio::{net::TcpListener, sync::mpsc};

const INDEX: &str = r#"<toolkitModel><toolkit name="mine" requiredProductVersion="4.0" version="2.0.1"/></toolkitModel>"#;

/// A folder `mine` with a toolkit, in another one.
fn toolkit() -> TempDir {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("mine");
    fs::create_dir_all(folder.join("impl/bin")).unwrap();
    fs::create_dir(folder.join("empty")).unwrap();
    fs::write(folder.join("toolkit.xml"), INDEX).unwrap();
    fs::write(folder.join("impl/b.txt"), vec![7; 100_000]).unwrap();
    fs::write(folder.join("impl/bin/run"), "#!/bin/sh\n").unwrap();
    parent
}

/// What is refused, and why, with all that stands behind the error.
async fn refused(folder: &Path) -> String {
    let error = ToolkitArchive::of_folder(folder).await.unwrap_err();
    assert!(error.is_request(), "{error:?}");
    error.to_string()
}

#[tokio::test]
async fn a_folder_is_uploaded_and_the_same_again_is_there_already() {
    let streams = Streams::builder().flavour(Flavour::Standalone5);
    let streams = streams.start().await.unwrap();
    let config = Config::new().with_auth(Auth::basic(streams.user(), streams.password()));
    let url = format!("{}/streams/rest", streams.origin());
    let builds = BuildService::with_auth(url, config).unwrap();
    let parent = toolkit();
    let folder = parent.path().join("mine");
    let archive = ToolkitArchive::of_folder(&folder).await.unwrap();
    let toolkits = builds.toolkits().upload(archive).await.unwrap();
    assert_eq!(toolkits.len(), 1);
    assert_eq!(toolkits[0].name.as_deref(), Some("mine"));
    assert_eq!(toolkits[0].version.as_deref(), Some("2.0.1"));
    let listed = builds.toolkits().list().await.unwrap();
    assert!(listed.iter().any(|toolkit| toolkit.id == toolkits[0].id));
    let archive = ToolkitArchive::of_folder(folder).await.unwrap();
    assert!(builds.toolkits().upload(archive).await.unwrap().is_empty());
}

/// The names are those that Python's `upload_toolkit` packs: of the folder itself, of folders with a slash, and nothing compressed.
#[tokio::test]
async fn an_archive_has_the_entries_of_pythons_in_the_order_of_names() {
    let (sent, mut received) = mpsc::channel(1);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let answer = async move |headers: HeaderMap, body: Bytes| {
        let length = headers["content-length"].to_str().unwrap().to_owned();
        sent.send((length, body)).await.unwrap();
        (axum::http::StatusCode::CREATED, r#"{"toolkits": []}"#)
    };
    let router = Router::new().route("/toolkits", post(answer));
    tokio::spawn(axum::serve(listener, router).into_future());
    let builds = BuildService::with_auth(url, Config::new()).unwrap();
    let parent = toolkit();
    let archive = ToolkitArchive::of_folder(parent.path().join("mine")).await;
    let archive = archive.unwrap();
    let size = archive.size();
    builds.toolkits().upload(archive).await.unwrap();
    let (length, body) = received.recv().await.unwrap();
    assert_eq!(body.len() as u64, size);
    // As Python's has one.
    assert_eq!(length, size.to_string());
    let mut archive = zip::ZipArchive::new(Cursor::new(body)).unwrap();
    let mut names = Vec::new();
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).unwrap();
        assert_eq!(entry.compression(), zip::CompressionMethod::Stored);
        let mut content = Vec::new();
        entry.read_to_end(&mut content).unwrap();
        if entry.is_file() {
            let path = parent.path().join(&*entry.name().unwrap());
            assert_eq!(content, fs::read(path).unwrap());
        }
        names.push(entry.name().unwrap().into_owned());
    }
    let expected = [
        "mine/",
        "mine/empty/",
        "mine/impl/",
        "mine/impl/b.txt",
        "mine/impl/bin/",
        "mine/impl/bin/run",
        "mine/toolkit.xml",
    ];
    assert_eq!(names, expected);
}

#[tokio::test]
async fn a_folder_may_be_empty_or_as_deep_as_a_path_can_be() {
    let parent = tempfile::tempdir().unwrap();
    let empty = parent.path().join("empty");
    fs::create_dir(&empty).unwrap();
    assert!(ToolkitArchive::of_folder(&empty).await.unwrap().size() > 0);
    let deep = parent.path().join("deep");
    fs::create_dir_all(deep.join("d/".repeat(1_500))).unwrap();
    assert!(ToolkitArchive::of_folder(&deep).await.unwrap().size() > 0);
}

#[tokio::test]
async fn what_is_no_folder_is_refused_by_its_path() {
    let parent = toolkit();
    let missing = parent.path().join("none");
    assert!(refused(&missing).await.contains("none cannot be read"));
    let file = parent.path().join("mine/toolkit.xml");
    assert!(refused(&file).await.contains("toolkit.xml cannot be read"));
}

#[cfg(unix)]
#[tokio::test]
async fn links_stay_in_the_folder_and_what_is_no_file_is_refused() {
    use std::os::unix::{fs::symlink, net::UnixListener};

    let parent = toolkit();
    let folder = parent.path().join("mine");
    symlink("toolkit.xml", folder.join("same.xml")).unwrap();
    ToolkitArchive::of_folder(&folder).await.unwrap();

    let link = folder.join("link");
    for (target, why) in [
        (
            "/etc/passwd",
            "mine/link is a link that leads out of the folder",
        ),
        ("..", "mine/link is a link that leads out of the folder"),
        ("impl", "mine/link is a link to a folder"),
        ("nowhere", "mine/link cannot be read"),
        ("link", "mine/link cannot be read"),
    ] {
        symlink(target, &link).unwrap();
        let told = refused(&folder).await;
        assert!(told.contains(why), "{target}: {told}");
        fs::remove_file(&link).unwrap();
    }
    let _socket = UnixListener::bind(folder.join("socket")).unwrap();
    let told = refused(&folder).await;
    assert!(
        told.contains("mine/socket is neither a file nor a folder"),
        "{told}"
    );
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn names_that_are_no_text_are_refused() {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt as _};

    let parent = toolkit();
    let name = OsStr::from_bytes(b"\xff");
    fs::write(parent.path().join("mine").join(name), "").unwrap();
    let told = refused(&parent.path().join("mine")).await;
    assert!(told.contains("has no name in UTF-8"), "{told}");
}
