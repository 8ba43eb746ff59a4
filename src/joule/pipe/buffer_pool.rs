//! Buffers that are filled again once the connection has let go of them.

use std::collections::VecDeque;

use bytes::{Bytes, BytesMut};

/// Buffers that were sent: so many at most that some are free while others wait and one is on its way, and none that is so large
/// that it was better given back.
pub(super) struct Recycled {
    sent: VecDeque<Bytes>,
    most: usize,
    largest: usize,
}

impl Recycled {
    pub(super) fn new(most: usize, largest: usize) -> Self {
        Self {
            sent: VecDeque::with_capacity(most),
            most,
            largest,
        }
    }

    /// The bytes to send, and an empty buffer in their place.
    pub(super) fn take(&mut self, buffer: &mut BytesMut) -> Bytes {
        let free = self.sent.front().is_some_and(Bytes::is_unique);
        let next = free.then(|| self.sent.pop_front()?.try_into_mut().ok());
        let mut next = next.flatten().unwrap_or_default();
        next.clear();
        let is_kept = self.sent.len() < self.most && buffer.capacity() <= self.largest;
        let bytes = std::mem::replace(buffer, next).freeze();
        if is_kept {
            self.sent.push_back(bytes.clone());
        }
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(buffer: &mut BytesMut, byte: u8) -> *const u8 {
        buffer.resize(1000, byte);
        buffer.as_ptr()
    }

    #[test]
    fn a_buffer_is_filled_again_when_nobody_holds_it_and_not_before() {
        let mut recycled = Recycled::new(2, 4000);
        let mut buffer = BytesMut::new();
        let place = filled(&mut buffer, 1);
        let first = recycled.take(&mut buffer);
        filled(&mut buffer, 2);
        let second = recycled.take(&mut buffer);
        assert_eq!(
            (buffer.len(), &first[..], &second[..]),
            (0, &[1; 1000][..], &[2; 1000][..])
        );
        drop(first);
        filled(&mut buffer, 3);
        let third = recycled.take(&mut buffer);
        // The first one's place, and empty.
        assert!(buffer.is_empty());
        assert_eq!(filled(&mut buffer, 4), place);
        assert_eq!((&second[..], &third[..]), (&[2; 1000][..], &[3; 1000][..]));
    }

    #[test]
    fn no_more_buffers_are_kept_than_was_said_and_no_large_one() {
        let mut recycled = Recycled::new(2, 4000);
        let mut buffer = BytesMut::new();
        for byte in 0..5 {
            filled(&mut buffer, byte);
            recycled.take(&mut buffer);
            assert!(recycled.sent.len() <= 2);
        }
        let mut recycled = Recycled::new(2, 999);
        filled(&mut buffer, 1);
        recycled.take(&mut buffer);
        assert!(recycled.sent.is_empty());
    }
}
