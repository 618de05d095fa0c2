//! Checksums as they are described.

use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

use super::choices::{FeedOrder, Gaps, Own, Step, Tail, Template};
use super::over::Over;
use super::reads::Reads;
use super::store::Store;
use crate::addr::Span;
use crate::at::{At, LocateError};
use crate::check::{Algorithm, CheckValue, Crc};
use crate::encode::Encoding;
use crate::image::Container;
use crate::value::ByteOrder;

/// A checksum to be repaired: a description, checked when it is compiled.
///
/// ```
/// use nameplate::check::CRC_32_ISO_HDLC;
/// use nameplate::repair::{Gaps, Step, Template};
/// use nameplate::Repair;
///
/// // Over two ranges, around a hole that reads as FF; its complement is stored, in a word that the build leaves blank.
/// let repair = Repair::crc("app", CRC_32_ISO_HDLC, 0x0800_0000..0x0800_1000)
///     .and_over(0x0800_1100..0x0800_1FFC)
///     .stored_at(0x0800_1FFC)
///     .u32_le()
///     .gaps(Gaps::Fill(0xFF))
///     .step(Step::Not)
///     .template(Template::Blank);
/// assert_eq!(repair.span()?.to_string(), "0x08001FFC..0x08002000");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repair {
    pub(super) name: String,
    pub(super) algorithm: Algorithm,
    /// At least one, in the order they are fed.
    pub(super) over: Vec<Over>,
    pub(super) order: FeedOrder,
    pub(super) gaps: Gaps,
    pub(super) own: Own,
    pub(super) tail: Tail,
    pub(super) steps: Vec<Step>,
    /// At least one.
    pub(super) stores: Vec<Store>,
    pub(super) template: Template,
    /// What says where it lies, of the checksum of a format.
    pub(super) reads: Reads,
}

/// A checksum that does not yet say where it is stored.
#[derive(Clone, Debug)]
#[must_use = "say where it is stored: `.stored_at(address)`"]
pub struct Draft {
    name: String,
    algorithm: Algorithm,
    over: Vec<Over>,
}

/// A checksum that does not yet say how it is stored.
#[derive(Clone, Debug)]
#[must_use = "say how it is stored: `.u32_le()`, `.uint(len, order)`, …"]
pub struct PlacedDraft {
    draft: Draft,
    at: At,
}

impl Draft {
    /// Covers `over` too, behind what it covers already.
    pub fn and_over(mut self, over: impl Into<Over>) -> Self {
        self.over.push(over.into());
        self
    }

    /// Stored from there on: an address, a symbol, a section, a marker. It lies in its own image.
    pub fn stored_at(self, at: impl Into<At>) -> PlacedDraft {
        PlacedDraft { draft: self, at: at.into() }
    }

    /// Stored where and as `store` says.
    pub fn stored(self, store: Store) -> Repair {
        let Self { name, algorithm, over } = self;
        Repair {
            name,
            algorithm,
            over,
            order: FeedOrder::default(),
            gaps: Gaps::default(),
            own: Own::default(),
            tail: Tail::default(),
            steps: Vec::new(),
            stores: Vec::from([store]),
            template: Template::default(),
            reads: Reads::default(),
        }
    }
}

macro_rules! store_names {
    ($($name:ident $len:literal $order:ident $doc:literal),* $(,)?) => {$(
        #[doc = $doc]
        pub fn $name(self) -> Repair {
            self.uint($len, ByteOrder::$order)
        }
    )*};
}

impl PlacedDraft {
    /// Stored as an integer of `len` bytes.
    pub fn uint(self, len: usize, order: ByteOrder) -> Repair {
        self.draft.stored(Store::new(self.at, len, order))
    }

    /// Stored as the encoding writes it: as [`Store::encoded`].
    pub fn encoded(self, encoding: Encoding) -> Repair {
        let store = Store::encoded(self.at, encoding);
        self.draft.stored(store)
    }

    /// Stored as the bytes of a digest, as its standard writes them.
    pub fn digest(self) -> Repair {
        let len = match self.draft.algorithm {
            Algorithm::Hash(hash) => hash.digest_len(),
            // No digest: compiling says so.
            _ => 0,
        };
        self.uint(len, ByteOrder::Big)
    }

    store_names! {
        u8 1 Little "Stored as one byte.",
        u16_le 2 Little "Stored as two bytes, little-endian.",
        u16_be 2 Big "Stored as two bytes, big-endian.",
        u32_le 4 Little "Stored as four bytes, little-endian.",
        u32_be 4 Big "Stored as four bytes, big-endian.",
        u64_le 8 Little "Stored as eight bytes, little-endian.",
        u64_be 8 Big "Stored as eight bytes, big-endian.",
    }
}

impl Repair {
    /// The check `algorithm` over the bytes of `over`: a half-open range of addresses, or an [`Over`].
    #[allow(clippy::new_ret_no_self, reason = "a repair is said in three steps")]
    pub fn new(name: impl Into<String>, algorithm: Algorithm, over: impl Into<Over>) -> Draft {
        Draft { name: name.into(), algorithm, over: Vec::from([over.into()]) }
    }

    /// A CRC of the catalogue over the bytes of `over`, as [`new`](Self::new).
    pub fn crc(name: impl Into<String>, crc: Crc, over: impl Into<Over>) -> Draft {
        Self::new(name, Algorithm::Crc(crc), over)
    }

    /// What gaps contribute. The default is [`Gaps::Error`].
    #[must_use]
    pub fn gaps(mut self, gaps: Gaps) -> Self {
        self.gaps = gaps;
        self
    }

    /// In which order bytes are fed. The default is [`FeedOrder::Forward`].
    #[must_use]
    pub fn fed(mut self, order: FeedOrder) -> Self {
        self.order = order;
        self
    }

    /// What its own word contributes. The default is [`Own::Outside`].
    #[must_use]
    pub fn own(mut self, own: Own) -> Self {
        self.own = own;
        self
    }

    /// What becomes of a last word that is not whole. The default is [`Tail::Error`].
    #[must_use]
    pub fn tail(mut self, tail: Tail) -> Self {
        self.tail = tail;
        self
    }

    /// Stored in one more word.
    #[must_use]
    pub fn copied(mut self, store: Store) -> Self {
        self.stores.push(store);
        self
    }

    /// One more step between the check and the stored word. The default is none.
    #[must_use]
    pub fn step(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }

    /// What was read to find it.
    pub(super) fn found_by(mut self, reads: Reads) -> Self {
        self.reads = reads;
        self
    }

    /// What was read to find it; of a checksum that is described, nothing.
    pub(crate) fn reads(&self) -> &Reads {
        &self.reads
    }

    /// What the template holds in the word. The default is [`Template::Valid`].
    #[must_use]
    pub fn template(mut self, template: Template) -> Self {
        self.template = template;
        self
    }

    /// The checksum's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How the check value is computed.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// What it covers, in the order it is fed.
    pub fn over(&self) -> &[Over] {
        &self.over
    }

    /// What it covers by its addresses, in the order it is fed, that of other images with the name. What is not said by
    /// addresses is left out; a [`Plan`](crate::Plan) has none of that.
    pub fn ranges(&self) -> impl Iterator<Item = (Option<&str>, Range<u64>)> {
        self.over.iter().filter_map(|over| Some((over.image(), over.range()?)))
    }

    /// The addresses that it covers of its own image, as [`ranges`](Self::ranges).
    pub fn covered(&self) -> impl Iterator<Item = Span> {
        self.ranges().filter(|(image, _)| image.is_none()).filter_map(|(_, range)| range.try_into().ok())
    }

    /// The same by addresses, as `image` has the symbols, sections and markers that say where it lies and what it covers.
    ///
    /// # Errors
    /// When it does not have one of them.
    pub fn located(&self, image: &dyn Container) -> Result<Self, LocateError> {
        self.located_by(image, image)
    }

    /// Where it lies in its own image, and where what it covers of that begins and ends.
    pub(crate) fn places(&self) -> impl Iterator<Item = &At> {
        let own = self.over.iter().filter(|over| over.image().is_none()).filter_map(Over::places);
        own.flat_map(|(start, end)| [Some(start), end]).flatten().chain(self.stores.iter().map(Store::at))
    }

    /// Whether it is said by addresses alone.
    pub(crate) fn is_located(&self) -> bool {
        self.over.iter().all(|over| over.range().is_some())
            && self.stores.iter().all(|store| store.at().known().is_some())
    }

    /// The same, where `own` is the image itself with what it knows of its symbols at hand.
    pub(crate) fn located_by(&self, own: &dyn Container, image: &dyn Container) -> Result<Self, LocateError> {
        let over = self.over.iter().map(|over| over.located_by(own, image)).collect::<Result<_, _>>()?;
        let stores = self.stores.iter().map(|store| store.located(own)).collect::<Result<_, _>>()?;
        Ok(Self { over, stores, ..self.clone() })
    }

    /// The order they are fed in.
    pub fn order(&self) -> FeedOrder {
        self.order
    }

    /// Where the word lies; of several, the first.
    ///
    /// # Errors
    /// When it passes the end of the address space, or is not said by its address.
    pub fn span(&self) -> Result<Span, LocateError> {
        self.stores.first().map_or(Ok(Span::new(0, 0)?), Store::span)
    }

    /// The words it is stored in, at least one.
    pub fn stores(&self) -> &[Store] {
        &self.stores
    }

    /// Bytes that belong together: in a word of the check, or of the feed order.
    pub(super) fn unit(&self) -> u64 {
        self.algorithm.unit().max(self.order.unit())
    }

    /// The stored form of a check value: the steps done, modulo 2 to the width.
    #[inline]
    pub(super) fn finish(&self, value: u128) -> u128 {
        if self.steps.is_empty() {
            return value;
        }
        let width = self.algorithm.width();
        let unused = u128::BITS.saturating_sub(width);
        self.steps.iter().fold(value, |value, step| {
            let value = match step {
                Step::Not => !value,
                Step::Negate => value.wrapping_neg(),
                Step::Add(n) => value.wrapping_add(*n),
                Step::SubtractFrom(n) => n.wrapping_sub(value),
                Step::Xor(n) => value ^ n,
                Step::Mirror => value.reverse_bits() >> unused,
                Step::Esp8266 if value.checked_shr(width - 1) == Some(1) => !value,
                Step::Esp8266 => value.wrapping_add(1),
            };
            value << unused >> unused
        })
    }

    pub(super) fn finished(&self, value: CheckValue) -> CheckValue {
        match value {
            CheckValue::Number(n) => CheckValue::Number(self.finish(n)),
            digest @ CheckValue::Digest(_) => digest,
        }
    }
}

/// What the words of a checksum should hold.
#[derive(Clone, Copy)]
pub(crate) struct Verdict {
    /// What the whole gives, when the word only forces that.
    pub(crate) found: Option<CheckValue>,
    pub(crate) right: CheckValue,
}
