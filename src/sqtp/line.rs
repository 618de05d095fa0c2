//! What a line has besides its payload.

/// Characters in front of a payload: `:LLAAAATT`.
pub(super) const HEADER: usize = 9;

/// The digits of a line that are not its payload: `:LLAAAATT`, the sum, CR LF.
pub(super) const OVERHEAD: usize = HEADER + 2 + 2;
