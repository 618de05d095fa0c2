//! An image, and the other images of the unit, which its checksums may cover.

use core::ops::ControlFlow;

use super::container::{Container, GapError, Seal, Start, Visitor};
use super::elf::file::Elf;
use super::place::Place;
use crate::addr::Span;

/// An image of a unit that has several, with those of the others that its checksums cover, each by its name: the
/// settings page of a boot loader has a CRC of the application, which is a file of its own.
///
/// It is the image itself: its file, its memory. Addresses of another image are its own, so two images may have the same
/// ones. Only a checksum that [says the name](crate::repair::Over::of_image) sees another image.
///
/// ```
/// use nameplate::image::{Beside, Container, Raw};
/// use nameplate::repair::{Over, Template};
/// use nameplate::{At, Encoding, Field, Layout, Repair, check::CRC_16_MODBUS};
///
/// // Two files: an application with a number at 0, and a header with its CRC, at 0 too.
/// let (app, header) = (Raw::new(&[0xFF; 4], 0)?, Raw::new(&[0xFF; 2], 0)?);
/// let number = Layout::new().field(Field::new("number", At::address(0), Encoding::u16_le())).compile(&app)?;
/// let crc = Repair::crc("crc", CRC_16_MODBUS, Over::of_image("app", 0..4)).stored_at(0).u16_le().template(Template::Blank);
/// let others: [(&str, &dyn Container); 1] = [("app", &app)];
/// let both = Beside::new(&header, &others);
/// let plan = Layout::new().repair(crc).beside("app", &number).compile(&both)?;
///
/// let (mut app, mut header) = (number.stamper(&app)?, plan.stamper(&both)?);
/// let app = app.stamp(&[("number", 42_u16.into())])?;
/// let header = header.stamp_beside(&[], &[&app])?;
/// assert_eq!((app.bytes(), header.bytes()), (&[42, 0, 0xFF, 0xFF][..], &[0x09, 0x8C][..]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy)]
pub struct Beside<'a> {
    own: &'a dyn Container,
    others: &'a [(&'a str, &'a dyn Container)],
}

impl<'a> Beside<'a> {
    /// `own` with the others. Of two with one name the first is meant.
    pub fn new(own: &'a dyn Container, others: &'a [(&'a str, &'a dyn Container)]) -> Self {
        Self { own, others }
    }
}

impl super::container::sealed::Sealed for Beside<'_> {}

impl Container for Beside<'_> {
    fn file(&self) -> &[u8] {
        self.own.file()
    }

    fn start(&self) -> Start {
        self.own.start()
    }

    fn extent(&self) -> Option<Span> {
        self.own.extent()
    }

    fn locate(&self, span: Span) -> Result<Place, GapError> {
        self.own.locate(span)
    }

    fn visit(&self, span: Span, each: &mut Visitor<'_>) -> ControlFlow<()> {
        self.own.visit(span, each)
    }

    fn unread(&self) -> usize {
        self.own.unread()
    }

    fn elf(&self) -> Option<&Elf<'_>> {
        self.own.elf()
    }

    fn other(&self, name: &str) -> Option<&dyn Container> {
        self.others.iter().find(|(other, _)| *other == name).map(|(_, image)| *image)
    }

    fn seal(&self) -> Option<Seal> {
        self.own.seal()
    }

    fn uniform(&self) -> Option<u8> {
        self.own.uniform()
    }
}

/// What they span, not what they hold.
impl core::fmt::Debug for Beside<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let all = self.others.iter().map(|(name, image)| (name, image.extent()));
        f.debug_struct("Beside").field("own", &self.own.extent()).finish_non_exhaustive()?;
        f.debug_map().entries(all).finish()
    }
}
