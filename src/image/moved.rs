//! Memory whose addresses in a file are others than in the device.

use core::fmt;
use core::ops::ControlFlow;

use super::container::{Container, GapError, Seal, Visitor};
use super::place::Place;
use crate::addr::{Span, SpanError};
use crate::width;

/// A part of the memory of a device, in a file that begins at another address: the EEPROM of an AVR lies at 0x810000
/// for its linker, and from 0 on in an `.eep` file.
///
/// ```
/// use nameplate::image::{Container, Hex, Moved};
/// use nameplate::{At, Encoding, Field, Layout, Span};
///
/// let eep = Hex::parse(b":04000000FFFFFFFF00\n:00000001FF\n")?;
/// let eeprom = Moved::new(&eep, Span::new(0x81_0000, 0x400)?, 0)?;
/// assert_eq!(eeprom.extent().unwrap().to_string(), "0x00810000..0x00810004");
/// let plan = Layout::new().field(Field::new("n", At::address(0x81_0001), Encoding::u16_le())).compile(&eeprom)?;
/// let mut unit = plan.stamper(&eeprom)?;
/// assert_eq!(unit.stamp(&[("n", 0x1234_u16.into())])?.bytes(), b":04000000FF3412FFB8\n:00000001FF\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// What the file has beside that memory is not seen. A start address of the file is none of the memory's.
#[derive(Clone, Copy)]
pub struct Moved<'a> {
    image: &'a dyn Container,
    memory: Span,
    /// Where `memory` begins in the file.
    base: u64,
    extent: Option<Span>,
}

impl<'a> Moved<'a> {
    /// What `image` has from the address `base` on, as the bytes of `memory`. One pass over the image if it has
    /// anything else too.
    ///
    /// # Errors
    /// When so much memory from `base` on passes the end of the address space.
    pub fn new(image: &'a dyn Container, memory: Span, base: u64) -> Result<Self, SpanError> {
        let file = Span::new(base, memory.len())?;
        let mut this = Self { image, memory, base, extent: None };
        let extent = image.extent();
        let within = extent.filter(|extent| file.covers(*extent)).or_else(|| {
            let mut found: Option<(u64, u64)> = None;
            let _ = image.visit(file, &mut |address, bytes| {
                let end = address.saturating_add(width::wide(bytes.len()));
                let (start, _) = *found.get_or_insert((address, end));
                found = Some((start, end));
                ControlFlow::Continue(())
            });
            found.and_then(|(start, end)| Span::try_from(start..end).ok())
        });
        this.extent = within.and_then(|span| Span::new(this.here(span.start())?, span.len()).ok());
        Ok(this)
    }

    /// The address in the memory of an address in the file; the end of the one is that of the other.
    fn here(&self, there: u64) -> Option<u64> {
        let offset = there.checked_sub(self.base).filter(|offset| *offset <= self.memory.len())?;
        self.memory.start().checked_add(offset)
    }

    /// Where bytes of the memory lie in the file.
    fn there(&self, here: Span) -> Option<Span> {
        let offset = here.start().checked_sub(self.memory.start())?;
        Span::new(self.base.checked_add(offset)?, here.len()).ok()
    }
}

impl super::container::sealed::Sealed for Moved<'_> {}

impl Container for Moved<'_> {
    fn file(&self) -> &[u8] {
        self.image.file()
    }

    fn extent(&self) -> Option<Span> {
        self.extent
    }

    fn locate(&self, span: Span) -> Result<Place, GapError> {
        if span.is_empty() {
            return Ok(Place::default());
        }
        let (start, end) = (self.extent.map(Span::start), self.extent.map(Span::end));
        let inside = span.common(self.memory).filter(|inside| inside.start() == span.start());
        let Some((inside, there)) = inside.and_then(|inside| Some((inside, self.there(inside)?))) else {
            let address = span.start();
            return Err(GapError::new(
                address,
                end.filter(|end| *end <= address),
                start.filter(|start| *start > address),
            ));
        };
        let place = self.image.locate(there).map_err(|error| error.moved(|address| self.here(address)))?;
        if inside != span {
            return Err(GapError::new(inside.end(), end, None));
        }
        Ok(place)
    }

    fn visit(&self, span: Span, each: &mut Visitor<'_>) -> ControlFlow<()> {
        let Some(there) = span.common(self.memory).and_then(|inside| self.there(inside)) else {
            return ControlFlow::Continue(());
        };
        self.image.visit(there, &mut |address, bytes| {
            self.here(address).map_or(ControlFlow::Continue(()), |here| each(here, bytes))
        })
    }

    fn unread(&self) -> usize {
        self.image.unread()
    }

    fn seal(&self) -> Option<Seal> {
        self.image.seal()
    }
}

/// Where it lies, and where in the file it begins.
impl fmt::Debug for Moved<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Moved({} from {} on)", self.memory, crate::addr::Address(self.base))
    }
}
