//! What a check value is computed over.

/// Hands bytes, piece by piece, to the function it is given.
pub type Feed<'f> = &'f mut dyn FnMut(&mut dyn FnMut(&[u8]));
