//! How a text is read: what is tolerated, and how much memory it may take.

/// How a HEX file is read. [`strict`](Self::strict) unless said otherwise.
///
/// ```
/// use nameplate::image::hex::{Crossing, Hex, Options};
///
/// // An 8086 tool wrote records that wrap at the end of their segment.
/// let options = Options::strict().crossing(Crossing::Wrap);
/// let hex = Hex::parse_with(b":020000021000EC\n:02FFFF00AABB9B\n:00000001FF\n", &options)?;
/// assert_eq!(format!("{hex:?}"), "[0x00010000..0x00010001, 0x0001FFFF..0x00020000]");
/// # Ok::<(), nameplate::image::hex::HexError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    pub(super) text: Text,
    pub(super) eof: MissingEof,
    pub(super) overlap: Overlap,
    pub(super) unknown: Unknown,
    pub(super) crossing: Crossing,
    pub(super) limits: Limits,
}

/// What may stand in a line besides a record, and in fields that have to be zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Text {
    /// Nothing.
    Strict,
    /// Blank lines; blanks around a record; lines of comment that begin with `;`, `#` or `//`; other
    /// text behind a record; a byte order mark; anything after the end-of-file record; an address
    /// field in types 02 to 05; several different start addresses; a record under type 04 that passes
    /// its 64 KiB. All of it is kept.
    Lenient,
}

/// What a text without an end-of-file record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MissingEof {
    /// Cut off: an error.
    Error,
    /// Complete.
    Accept,
}

/// What two records for one byte are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Overlap {
    /// An error.
    Error,
    /// Fine, when they say the same. A stamp changes all copies.
    Equal,
}

/// What a record of a type beyond 05 is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unknown {
    /// An error.
    Error,
    /// Kept, its sum checked, and otherwise not looked at: as types 0A to 0E of the Universal HEX
    /// files of the micro:bit.
    Opaque,
}

/// Where the rest of a record goes that passes the end of its segment, under a type 02 base.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Crossing {
    /// Nowhere: tools disagree, so it is an error.
    Reject,
    /// To the begin of the segment: the words of Intel's specification.
    Wrap,
    /// On to the next address: what most tools do.
    Linear,
}

/// How much a text may take, checked before the memory is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The most bytes of text; 1 GiB unless said otherwise, and never more than 4 GiB.
    pub text: u32,
    /// The most entries of the index, 16 bytes each: 2²⁴ unless said otherwise. A linker's file needs
    /// one for each 64 KiB or segment, the worst possible one for each record.
    pub runs: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { text: 1 << 30, runs: 1 << 24 }
    }
}

impl Options {
    /// Everything that tools read differently, or that tells a damaged file, is an error.
    pub const fn strict() -> Self {
        Self {
            text: Text::Strict,
            eof: MissingEof::Error,
            overlap: Overlap::Error,
            unknown: Unknown::Error,
            crossing: Crossing::Reject,
            limits: Limits { text: 1 << 30, runs: 1 << 24 },
        }
    }

    /// Whatever has one plain meaning is read, and reported by [`Hex::diagnostics`](super::Hex::diagnostics).
    /// Of records that cross a segment, `Reject` stays.
    pub const fn lenient() -> Self {
        Self {
            text: Text::Lenient,
            eof: MissingEof::Accept,
            overlap: Overlap::Equal,
            unknown: Unknown::Opaque,
            ..Self::strict()
        }
    }

    /// What may stand in a line besides a record.
    #[must_use]
    pub const fn text(self, text: Text) -> Self {
        Self { text, ..self }
    }

    /// What a text without an end-of-file record is.
    #[must_use]
    pub const fn missing_eof(self, eof: MissingEof) -> Self {
        Self { eof, ..self }
    }

    /// What two records for one byte are.
    #[must_use]
    pub const fn overlap(self, overlap: Overlap) -> Self {
        Self { overlap, ..self }
    }

    /// What a record of a type beyond 05 is.
    #[must_use]
    pub const fn unknown(self, unknown: Unknown) -> Self {
        Self { unknown, ..self }
    }

    /// Where the rest of a record goes that passes the end of its segment.
    #[must_use]
    pub const fn crossing(self, crossing: Crossing) -> Self {
        Self { crossing, ..self }
    }

    /// How much a text may take.
    #[must_use]
    pub const fn limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    pub(super) fn is_lenient(&self) -> bool {
        self.text == Text::Lenient
    }
}

impl Default for Options {
    fn default() -> Self {
        Self::strict()
    }
}
