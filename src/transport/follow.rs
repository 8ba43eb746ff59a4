//! Requests to where an answer points.

use serde::de::DeserializeOwned;
use url::Url;

use super::{Context, Draft};
use crate::{Error, ErrorKind, Operation, Response, Result, call::in_runtime};

/// Reads what stands behind an absolute link. A link to another origin than the server's is refused: the request
/// would carry credentials there.
pub(crate) async fn follow<T: DeserializeOwned>(
    draft: Draft,
    operation: &'static Operation,
    link: &str,
) -> Result<Response<T>> {
    in_runtime(read(draft, operation, link)).await
}

async fn read<T: DeserializeOwned>(
    draft: Draft,
    operation: &'static Operation,
    link: &str,
) -> Result<Response<T>> {
    let url = Url::parse(link).map_err(|error| {
        Error::request(operation, format!("the link {link:?} is not a URL")).with_source(error)
    })?;
    let context = draft.context(operation);
    let request = reqwest::Request::new(reqwest::Method::GET, url);
    exchange(&context, request).await
}

/// Sends a request that was written by hand and reads the JSON of its answer.
pub(crate) async fn exchange<T: DeserializeOwned>(
    context: &Context,
    request: reqwest::Request,
) -> Result<Response<T>> {
    let operation = context.operation();
    let mut answer = context.send(request).await;
    if let Some(error) = answer.extensions_mut().remove::<Error>() {
        return Err(error);
    }
    let (status, headers) = (answer.status(), context.take_headers());
    let bytes = answer.bytes().await.map_err(|error| {
        Error::of(ErrorKind::Broken, operation, "the answer could not be read")
            .with_source(error.without_url())
    })?;
    let value = serde_json::from_slice(&bytes)
        .map_err(|error| super::finish::undecoded::<T>(context, bytes.clone(), error))
        .map_err(|error| context.told(error))?;
    Ok(Response {
        status,
        headers,
        value,
    })
}
