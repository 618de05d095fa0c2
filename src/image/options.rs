//! How a text is read: what is tolerated, and how much memory it may take.

/// How a HEX, S-record or TI-TXT file is read. [`strict`](Self::strict) unless said otherwise.
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
    /// A bit for each [`Tolerance`].
    tolerated: u16,
    pub(super) crossing: Crossing,
    pub(super) limits: Limits,
}

/// What strict reading refuses, though it has one plain meaning. All of it is kept, and told by the diagnostics of
/// each format, as [`Hex::diagnostics`](super::hex::Hex::diagnostics). What a format does not have changes nothing.
///
/// ```
/// use nameplate::image::hex::{Hex, Options, Tolerance};
///
/// let text = b":0100000001FE\n";
/// let options = Options::strict().tolerate(Tolerance::NoEof);
/// assert!(Hex::parse_with(text, &options).is_ok());
/// assert_eq!(Tolerance::from_name("no-eof"), Some(Tolerance::NoEof));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Tolerance {
    /// A text without its end, which may have been cut off: an end-of-file record, S7 to S9, `q`.
    NoEof,
    /// Anything after the end, in HEX files records too. It is not read.
    AfterEof,
    /// Lines of comment in front of the end-of-file record, that begin with `;`, `#` or `//`.
    Comments,
    /// Blanks around a record, and lines of nothing but blanks.
    Blanks,
    /// Other text behind a record.
    TextBehind,
    /// A byte order mark, in HEX files.
    ByteOrderMark,
    /// An address field in types 02 to 05 of HEX.
    AddressFields,
    /// Several different start addresses of one type, the last of which counts.
    Starts,
    /// Records of types beyond 05, or beyond S9 and S4: kept, their sums checked, and otherwise not looked at.
    Types,
    /// Two records for one byte that say the same. A stamp changes all copies.
    Copies,
    /// A file without data.
    NoData,
    /// An S5 or S6 record whose number is not that of the data records before it.
    Counts,
    /// S-records that begin with a small `s`.
    SmallS,
    /// Symbols of `symbolsrec` files in S-record files: blocks between two lines that begin with `$$`.
    Symbols,
    /// Bytes of TI-TXT without a blank between them.
    Unspaced,
}

impl Tolerance {
    /// All of them.
    pub const ALL: [Self; 15] = [
        Self::NoEof,
        Self::AfterEof,
        Self::Comments,
        Self::Blanks,
        Self::TextBehind,
        Self::ByteOrderMark,
        Self::AddressFields,
        Self::Starts,
        Self::Types,
        Self::Copies,
        Self::NoData,
        Self::Counts,
        Self::SmallS,
        Self::Symbols,
        Self::Unspaced,
    ];

    /// Its name in jobs and commands.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NoEof => "no-eof",
            Self::AfterEof => "after-eof",
            Self::Comments => "comments",
            Self::Blanks => "blanks",
            Self::TextBehind => "text-behind",
            Self::ByteOrderMark => "byte-order-mark",
            Self::AddressFields => "address-fields",
            Self::Starts => "starts",
            Self::Types => "types",
            Self::Copies => "copies",
            Self::NoData => "no-data",
            Self::Counts => "counts",
            Self::SmallS => "small-s",
            Self::Symbols => "symbols",
            Self::Unspaced => "unspaced",
        }
    }

    /// The one of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }

    const fn bit(self) -> u16 {
        match self {
            Self::NoEof => 1,
            Self::AfterEof => 1 << 1,
            Self::Comments => 1 << 2,
            Self::Blanks => 1 << 3,
            Self::TextBehind => 1 << 4,
            Self::ByteOrderMark => 1 << 5,
            Self::AddressFields => 1 << 6,
            Self::Starts => 1 << 7,
            Self::Types => 1 << 8,
            Self::Copies => 1 << 9,
            Self::NoData => 1 << 10,
            Self::Counts => 1 << 11,
            Self::SmallS => 1 << 12,
            Self::Symbols => 1 << 13,
            Self::Unspaced => 1 << 14,
        }
    }
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
        Self { tolerated: 0, crossing: Crossing::Reject, limits: Limits { text: 1 << 30, runs: 1 << 24 } }
    }

    /// Whatever has one plain meaning is read: every [`Tolerance`]. Of records that cross a segment,
    /// `Reject` stays.
    pub const fn lenient() -> Self {
        Self { tolerated: (1 << Tolerance::ALL.len()) - 1, ..Self::strict() }
    }

    /// Reads this as well.
    #[must_use]
    pub const fn tolerate(self, what: Tolerance) -> Self {
        Self { tolerated: self.tolerated | what.bit(), ..self }
    }

    /// Whether this is read.
    pub const fn tolerates(&self, what: Tolerance) -> bool {
        self.tolerated & what.bit() != 0
    }

    /// Whether nothing is read that strict reading refuses.
    pub(super) fn is_strict(&self) -> bool {
        self.tolerated == 0 && self.crossing == Crossing::Reject
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
}

impl Default for Options {
    fn default() -> Self {
        Self::strict()
    }
}
