//! ELF files.

use std::ops::ControlFlow;

use nameplate::image::elf::{self, LoadAddress, Location, Options};
use nameplate::image::{Container, Elf};
use nameplate::{At, Encoding, Field, Guard, Layout, Span, Value};

use crate::memory;
use crate::reference::Memory;

/// Any bytes as ELF: whatever is found lies in the file and is what is loaded, and stamping it changes that and
/// nothing else, and is undone to the letter.
pub fn parse_elf(file: &[u8]) {
    let physical = Options::new();
    let segments = Options::from(LoadAddress::Virtual).memory(elf::Memory::Segments);
    for addresses in [&physical, &segments] {
        match Elf::parse_with(file, addresses) {
            Ok(elf) => {
                whole(&elf, addresses);
                // Without the last byte that is loaded.
                let end = elf.segments().map(|segment| segment.at + segment.span.len()).max().unwrap_or(1);
                if let Ok(cut) = Elf::parse_with(&file[..usize::try_from(end).unwrap() - 1], addresses) {
                    whole(&cut, addresses);
                }
            }
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
}

fn whole(elf: &Elf<'_>, addresses: &Options) {
    let file = elf.file();
    let _ = format!("{elf:?} {:?}", elf.start());
    let mut end = 0;
    let _ = elf.visit(Span::new(0, u64::MAX).unwrap(), &mut |address, bytes| {
        assert!(address >= end && bytes.len() <= file.len());
        end = address + bytes.len() as u64;
        assert!(elf.locate(Span::try_from(address..end).unwrap()).is_ok());
        ControlFlow::Continue(())
    });
    // What the file contradicts itself about is no memory, and is told once.
    let mut end = 0;
    for (conflict, error) in elf.conflicts() {
        assert!(conflict.start() >= end && !conflict.is_empty() && !error.to_string().is_empty(), "{conflict}");
        end = conflict.end();
        let first = elf.visit(conflict, &mut |_, _| ControlFlow::Break(()));
        assert!(first.is_continue(), "{conflict} is memory");
    }
    // Padding that is memory for loaders is so for them only.
    let loaders = elf.clone().with_memory(elf::Memory::Segments);
    let sections = elf.clone().with_memory(elf::Memory::Sections);
    let several = elf.segments().count() > 1;
    for padding in elf.padding() {
        let first = Span::new(padding.span.start(), 1).unwrap();
        assert!(!padding.in_front || loaders.locate(first).is_err() || several, "{padding:?}");
        assert!(sections.locate(first).is_err() || several, "{padding:?}");
    }
    let loaded = memory(elf);
    for segment in elf.segments() {
        let (at, len) = (usize::try_from(segment.at).unwrap(), usize::try_from(segment.span.len()).unwrap());
        assert!(file.get(at..at + len).is_some(), "{segment:?}");
        let _ = elf.vma(Span::new(segment.vma, 1).unwrap_or(segment.span));
    }
    // Names of the file itself, and some that it does not have.
    let symbols = elf.symbols().unwrap_or_default();
    let names = symbols.iter().take(20).map(|symbol| symbol.name);
    for name in names.chain(["serial", "nameplat", ""]) {
        match elf.symbol(name) {
            Ok(found) => stamped(elf, addresses, &loaded, &found, At::symbol(name)),
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
    for section in elf.sections().take(20) {
        let Ok(found) = elf.section(&section.name) else { continue };
        stamped(elf, addresses, &loaded, &found, At::section(&section.name));
    }
}

/// The first bytes of what a name says, up to four, as a field.
fn stamped(elf: &Elf<'_>, addresses: &Options, loaded: &Memory, found: &Location, at: At) {
    let file = elf.file();
    assert!(found.file().end <= file.len() && !found.is_empty());
    let Ok(span) = found.span() else { return };
    if elf.locate(span).is_err() {
        // What the file contradicts itself about.
        assert!(elf.conflicts().any(|(conflict, _)| conflict.common(span).is_some()), "{found:?}");
        return;
    }
    let bytes = &file[found.file()];
    assert!(bytes.iter().zip(span.start()..).all(|(byte, at)| loaded.get(&at) == Some(byte)), "{found:?}");
    let value = [!bytes[0], 0x5A, 0xC3, 0x0F];
    let value = &value[..bytes.len().min(4)];
    let field = Field::new("f", at, Encoding::bytes(value.len())).expect(Guard::Any);
    let plan = Layout::new().field(field).compile(elf).unwrap();
    let mut unit = plan.stamper(elf).unwrap();
    let stamped = unit.stamp(&[("f", Value::from(value))]).unwrap().bytes();
    let mut expected = file.to_vec();
    expected[found.file().start..][..value.len()].copy_from_slice(value);
    assert_eq!(stamped, expected);
    let again = Elf::parse_with(stamped, addresses).unwrap();
    let mut expected = loaded.clone();
    expected.extend((span.start()..).zip(value.iter().copied()));
    assert_eq!(memory(&again), expected);
    assert_eq!(plan.read(&again).unwrap().field("f").unwrap().bytes(), Some(value));
    assert_eq!(unit.undo(), file);
}
