//! Archives: data of another node, as a file.

use futures_util::StreamExt as _;

use super::error::Failure;
use super::reply::Answer;
use super::router::Visit;

/// POST /archive.json; no archive is good enough for the sandbox
pub(super) async fn upload(visit: Visit) -> Answer {
    let mut chunks = visit.body.into_data_stream();
    while let Some(Ok(_)) = chunks.next().await {}
    Err(Failure::bad_request("invalid joule archive"))
}
