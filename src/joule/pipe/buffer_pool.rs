//! Reuse of the buffers that were sent.

use std::collections::VecDeque;

use bytes::{Bytes, BytesMut};

/// Buffers that were handed to the connection, the oldest first: each is used again once the connection has dropped it. The pool keeps
/// no more buffers than its capacity, and none that is larger than its limit.
pub(super) struct BufferPool {
    sent: VecDeque<Bytes>,
    capacity: usize,
    buffer_limit: usize,
}

impl BufferPool {
    pub(super) fn new(capacity: usize, buffer_limit: usize) -> Self {
        Self {
            sent: VecDeque::with_capacity(capacity),
            capacity,
            buffer_limit,
        }
    }

    /// Gives the buffer's bytes to send, and leaves an empty buffer in its place.
    pub(super) fn freeze(&mut self, buffer: &mut BytesMut) -> Bytes {
        let free = self.sent.front().is_some_and(Bytes::is_unique);
        let next = free.then(|| self.sent.pop_front()?.try_into_mut().ok());
        let mut next = next.flatten().unwrap_or_default();
        next.clear();
        let is_kept = self.sent.len() < self.capacity && buffer.capacity() <= self.buffer_limit;
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
        let mut pool = BufferPool::new(2, 4000);
        let mut buffer = BytesMut::new();
        let place = filled(&mut buffer, 1);
        let first = pool.freeze(&mut buffer);
        filled(&mut buffer, 2);
        let second = pool.freeze(&mut buffer);
        assert_eq!(
            (buffer.len(), &first[..], &second[..]),
            (0, &[1; 1000][..], &[2; 1000][..])
        );
        drop(first);
        filled(&mut buffer, 3);
        let third = pool.freeze(&mut buffer);
        // The first one's place, and empty.
        assert!(buffer.is_empty());
        assert_eq!(filled(&mut buffer, 4), place);
        assert_eq!((&second[..], &third[..]), (&[2; 1000][..], &[3; 1000][..]));
    }

    #[test]
    fn no_more_buffers_are_kept_than_was_said_and_no_large_one() {
        let mut pool = BufferPool::new(2, 4000);
        let mut buffer = BytesMut::new();
        for byte in 0..5 {
            filled(&mut buffer, byte);
            pool.freeze(&mut buffer);
            assert!(pool.sent.len() <= 2);
        }
        let mut pool = BufferPool::new(2, 999);
        filled(&mut buffer, 1);
        pool.freeze(&mut buffer);
        assert!(pool.sent.is_empty());
    }
}
