//! From what progenitor returns to a value or an error.

use progenitor_client::{Error as WireError, ResponseValue};
use serde::de::DeserializeOwned;

use super::{Context, deep};
use crate::{ByteStream, Error, ErrorKind, Response, Result, json_error::JsonError};

type Outcome<T> = std::result::Result<ResponseValue<T>, WireError<()>>;

pub(crate) fn finish<T: DeserializeOwned>(
    context: &Context,
    outcome: Outcome<T>,
) -> Result<Response<T>> {
    match outcome {
        Ok(value) => Ok(response(context, value)),
        Err(WireError::InvalidResponsePayload(bytes, error)) => {
            match (deep::decode(&bytes, &error), context.status()) {
                (Some(value), Some(status)) => Ok(Response {
                    status,
                    headers: context.take_headers(),
                    value,
                }),
                _ => Err(context.told(undecoded::<T>(context, bytes, error))),
            }
        }
        Err(other) => Err(failed(context, other)),
    }
}

pub(crate) fn finish_stream(
    context: &Context,
    outcome: Outcome<progenitor_client::ByteStream>,
) -> Result<Response<ByteStream>> {
    let answer = response(context, outcome.map_err(|error| failed(context, error))?);
    Ok(Response {
        status: answer.status,
        headers: answer.headers,
        value: ByteStream::new(context.history(), answer.value, context.idle()),
    })
}

fn response<T>(context: &Context, value: ResponseValue<T>) -> Response<T> {
    Response {
        status: value.status(),
        headers: context.take_headers(),
        value: value.into_inner(),
    }
}

fn failed(context: &Context, error: WireError<()>) -> Error {
    let operation = context.operation();
    match error {
        WireError::UnexpectedResponse(mut response) => {
            response.extensions_mut().remove().unwrap_or_else(|| {
                Error::of(ErrorKind::Decode, operation, "the status is not known")
                    .with_status(response.status())
            })
        }
        WireError::InvalidRequest(reason) | WireError::Custom(reason) => {
            Error::request(operation, reason)
        }
        WireError::CommunicationError(error) => {
            Error::request(operation, "the request could not be made")
                .with_source(error.without_url())
        }
        WireError::ResponseBodyError(error) | WireError::InvalidUpgrade(error) => {
            Error::of(ErrorKind::Broken, operation, "the answer could not be read")
                .with_source(error.without_url())
        }
        WireError::ErrorResponse(_) | WireError::InvalidResponsePayload(..) => Error::of(
            ErrorKind::Decode,
            operation,
            "the answer could not be decoded",
        ),
    }
}

/// The decoding is done a second time to learn where it failed: good answers do not pay for it.
pub(super) fn undecoded<T: DeserializeOwned>(
    context: &Context,
    bytes: bytes::Bytes,
    error: serde_json::Error,
) -> Error {
    let what = if bytes.is_empty() {
        "the answer is empty where JSON was expected".to_owned()
    } else if bytes.trim_ascii_start().starts_with(b"<") {
        "the answer is HTML or XML where JSON was expected".to_owned()
    } else if !error.is_data() {
        "the answer is not whole or not JSON".to_owned()
    } else {
        let mut json = serde_json::Deserializer::from_slice(&bytes);
        match serde_path_to_error::deserialize::<_, T>(&mut json) {
            Err(error) if error.path().iter().next().is_some() => {
                format!("the answer does not fit the spec at {}", error.path())
            }
            _ => "the answer is not the JSON that the spec describes".to_owned(),
        }
    };
    context
        .misfit(what, bytes)
        .with_source(JsonError::from(error))
}
