//! ELF files.

use std::ops::ControlFlow;

use nameplate::image::elf::LoadAddress;
use nameplate::image::{Container, Elf};
use nameplate::{At, Encoding, Field, Guard, Layout, Span, Value};

/// Any bytes as ELF: whatever is found lies in the file, and stamping it is undone to the letter.
pub fn parse_elf(file: &[u8]) {
    for addresses in [LoadAddress::Physical, LoadAddress::Virtual] {
        match Elf::parse_with(file, addresses) {
            Ok(elf) => whole(&elf, file),
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
}

fn whole(elf: &Elf<'_>, file: &[u8]) {
    let _ = format!("{elf:?} {:?}", elf.start());
    let mut end = 0;
    let _ = elf.visit(Span::new(0, u64::MAX).unwrap(), &mut |address, bytes| {
        assert!(address >= end && bytes.len() <= file.len());
        end = address + bytes.len() as u64;
        assert!(elf.locate(Span::try_from(address..end).unwrap()).is_ok());
        ControlFlow::Continue(())
    });
    for segment in elf.segments() {
        let _ = elf.vma(Span::new(segment.vma, 1).unwrap_or(segment.span));
    }
    // Names of the file itself, and some that it does not have.
    let symbols = elf.symbols().unwrap_or_default();
    let names = symbols.iter().take(20).map(|symbol| symbol.name);
    for name in names.chain(["serial", "nameplat", ""]) {
        match elf.symbol(name) {
            Ok(found) => assert!(found.file().end <= file.len() && !found.is_empty()),
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
    for section in elf.sections().take(20) {
        let Ok(found) = elf.section(&section.name) else { continue };
        assert!(found.file().end <= file.len());
        let field = Field::new("f", At::section(&section.name), Encoding::u8()).expect(Guard::Any);
        let Ok(plan) = Layout::new().field(field).compile(elf) else { continue };
        let mut unit = plan.unit(elf).unwrap();
        let stamped = unit.stamp(&[("f", Value::from(0x5A_u8))]).unwrap().bytes();
        let differ: Vec<usize> = (0..file.len()).filter(|&at| stamped[at] != file[at]).collect();
        assert!(differ.iter().all(|&at| at == found.file().start) && stamped[found.file().start] == 0x5A);
        assert_eq!(unit.undo(), file);
    }
}
