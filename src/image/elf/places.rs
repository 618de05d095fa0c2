//! An ELF file as an image: its bytes by load address.

use core::ops::ControlFlow;

use super::file::Elf;
use crate::addr::Span;
use crate::image::container::sealed::Sealed;
use crate::image::container::{Container, GapError, Start, Visitor};
use crate::image::place::{Form, Piece, Place};
use crate::never::OrNever;
use crate::width;

impl Sealed for Elf<'_> {}

impl Container for Elf<'_> {
    fn file(&self) -> &[u8] {
        self.file
    }

    /// The entry point in bytes, if it fits 32 bits and is not 0.
    fn start(&self) -> Start {
        let entry = self.tables.entry.checked_mul(self.unit.bytes());
        let linear = entry.and_then(|entry| u32::try_from(entry).ok()).filter(|&entry| entry != 0);
        Start { segment: None, linear }
    }

    fn extent(&self) -> Option<Span> {
        let (first, last) = (self.loaded.loads.first()?, self.loaded.loads.last()?);
        Span::try_from(first.span.start()..last.span.end()).ok()
    }

    fn locate(&self, span: Span) -> Result<Place, GapError> {
        let mut place = Place::default();
        let first = self.loaded.loads.partition_point(|load| load.span.end() <= span.start());
        let mut at = span.start();
        for load in self.loaded.loads.iter().skip(first) {
            let Some(part) = load.span.common(span).filter(|part| part.start() == at) else { break };
            let from = width::index(at - span.start());
            let file = load.file(part);
            place.push(Piece { at: file.start, from, len: file.len(), form: Form::Bytes });
            at = part.end();
        }
        if at < span.end() {
            let next = self.loaded.loads.partition_point(|load| load.span.end() <= at);
            let before = next.checked_sub(1).and_then(|before| self.loaded.loads.get(before));
            return Err(GapError::new(
                at,
                before.map(|load| load.span.end()),
                self.loaded.loads.get(next).map(|load| load.span.start()),
            ));
        }
        Ok(place)
    }

    fn visit(&self, span: Span, each: &mut Visitor<'_>) -> ControlFlow<()> {
        let first = self.loaded.loads.partition_point(|load| load.span.end() <= span.start());
        for load in self.loaded.loads.iter().skip(first) {
            let Some(part) = load.span.common(span) else { break };
            each(part.start(), self.file.get(load.file(part)).or_never("it lies in the file"))?;
        }
        ControlFlow::Continue(())
    }

    fn elf(&self) -> Option<&Elf<'_>> {
        Some(self)
    }
}
