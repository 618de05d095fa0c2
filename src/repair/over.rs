//! What a checksum covers.

use alloc::boxed::Box;
use alloc::string::String;
use core::ops::Range;

use crate::at::{At, LocateError};
use crate::image::Container;

/// A range that a checksum covers, half-open: by its addresses, or by the symbols, sections or markers where it begins
/// and ends.
///
/// ```
/// use nameplate::check::CRC_32_ISO_HDLC;
/// use nameplate::repair::Over;
/// use nameplate::{At, Repair};
///
/// let crc = Repair::crc("app", CRC_32_ISO_HDLC, 0x0800_0000..0x0800_7FFC).stored_at(0x0800_7FFC).u32_le();
/// // From one symbol to another, then all of a section; stored in a variable.
/// let named = Repair::crc("app", CRC_32_ISO_HDLC, At::symbol("__app_start")..At::symbol("__app_end"))
///     .and_over(Over::all_of(At::section(".rodata")))
///     .stored_at(At::symbol("g_app_crc"))
///     .u32_le();
/// // Of another image of the unit.
/// let page = Repair::crc("page", CRC_32_ISO_HDLC, Over::of_image("app", 0..0x4000)).stored_at(0x7F000).u32_le();
/// assert_eq!(page.over()[0].image(), Some("app"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Over {
    image: Option<Box<str>>,
    place: Place,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Place {
    Addresses(Range<u64>),
    /// Where it begins, and where it ends, if that is said.
    Named(Box<(At, Option<At>)>),
}

impl Over {
    /// All of a symbol, a section or a marker, or the rest of it from `at` on.
    pub fn all_of(at: At) -> Self {
        Self { image: None, place: Place::Named(Box::new((at, None))) }
    }

    /// The same range of another image of the unit: that of a [`Beside`](crate::image::Beside) with this name, which
    /// also says where its symbols lie.
    pub fn of_image(image: impl Into<String>, over: impl Into<Self>) -> Self {
        Self { image: Some(image.into().into()), ..over.into() }
    }

    /// The image that it is of; nothing when that is the checksum's own.
    pub fn image(&self) -> Option<&str> {
        self.image.as_deref()
    }

    /// Its addresses, if it is said by them.
    pub fn range(&self) -> Option<Range<u64>> {
        match &self.place {
            Place::Addresses(range) => Some(range.clone()),
            Place::Named(_) => None,
        }
    }

    /// Where it begins and ends, if that is not said by addresses; an end that is not said is that of the symbol,
    /// section or marker.
    pub fn places(&self) -> Option<(&At, Option<&At>)> {
        match &self.place {
            Place::Addresses(_) => None,
            Place::Named(places) => Some((&places.0, places.1.as_ref())),
        }
    }

    /// The same by addresses, as `image` has them, or the image beside it that it is of. Addresses stay as they are.
    ///
    /// # Errors
    /// When it does not say where that is.
    pub fn located(&self, image: &dyn Container) -> Result<Self, LocateError> {
        self.located_by(image, image)
    }

    /// The same by addresses: as `own` has them, or the image beside `image` that it is of. Addresses stay as they are.
    pub(super) fn located_by(&self, own: &dyn Container, image: &dyn Container) -> Result<Self, LocateError> {
        let Place::Named(places) = &self.place else { return Ok(self.clone()) };
        let image = match self.image() {
            None => own,
            Some(name) => image.other(name).ok_or_else(|| LocateError::NoImage { name: name.into() })?,
        };
        let range = match &**places {
            (start, None) => start.rest(image).map(|span| span.start()..span.end())?,
            (start, Some(end)) => start.span(0, image)?.start()..end.span(0, image)?.start(),
        };
        Ok(Self { image: self.image.clone(), place: Place::Addresses(range) })
    }
}

impl From<Range<u64>> for Over {
    fn from(range: Range<u64>) -> Self {
        Self { image: None, place: Place::Addresses(range) }
    }
}

/// Of two addresses, as a range of those.
impl From<Range<At>> for Over {
    fn from(Range { start, end }: Range<At>) -> Self {
        match (start.known(), end.known()) {
            (Some(start), Some(end)) => (start..end).into(),
            _ => Self { image: None, place: Place::Named(Box::new((start, Some(end)))) },
        }
    }
}
