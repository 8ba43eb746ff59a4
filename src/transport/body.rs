//! Reading answers without trusting their size.

use bytes::Bytes;
use reqwest::Response;

/// Bytes that a server need not have sent for room to be made for them.
const TRUSTED: usize = 1 << 20;

/// A body as far as it has come. It survives a read that fails or is given up.
pub(super) struct Body {
    limit: usize,
    /// The first piece, as long as it is the only one: it is handed on without a copy.
    first: Bytes,
    whole: Vec<u8>,
}

impl Body {
    /// Takes at most so many bytes.
    pub(super) fn within(limit: usize) -> Self {
        Self {
            limit,
            first: Bytes::new(),
            whole: Vec::new(),
        }
    }

    /// Reads to the end; `false` when there is more than the limit, of which the first bytes are kept.
    pub(super) async fn read(&mut self, response: &mut Response) -> reqwest::Result<bool> {
        let announced = response
            .content_length()
            .unwrap_or(0)
            .min(self.limit as u64) as usize;
        while let Some(mut piece) = response.chunk().await? {
            let room = self.limit - self.first.len() - self.whole.len();
            let fits = piece.len() <= room;
            piece.truncate(room);
            self.add(piece, announced);
            if !fits {
                return Ok(false);
            }
        }
        Ok(true)
    }

    pub(super) fn into_bytes(self) -> Bytes {
        if self.whole.is_empty() {
            self.first
        } else {
            self.whole.into()
        }
    }

    fn add(&mut self, piece: Bytes, announced: usize) {
        if self.first.is_empty() && self.whole.is_empty() {
            self.first = piece;
            return;
        }
        let first = std::mem::take(&mut self.first);
        let length = self.whole.len() + first.len() + piece.len();
        if length > self.whole.capacity() {
            // A length that is announced is a claim, and gets as much room again as has come.
            let room = match announced >= length {
                true => announced.min(TRUSTED.max(2 * length)),
                false => 2 * length,
            };
            self.whole.reserve_exact(room - self.whole.len());
        }
        self.whole.extend_from_slice(&first);
        self.whole.extend_from_slice(&piece);
    }
}

/// What an error may keep of a body: a copy, so that it does not hold on to the rest.
pub(crate) fn kept(body: Bytes, limit: usize) -> Bytes {
    match body.get(..limit) {
        Some(first) if first.len() < body.len() => Bytes::copy_from_slice(first),
        _ => body,
    }
}
