//! Bytes of ELF segments that no section has, and who writes them.

use nameplate::image::Elf;
use nameplate::image::elf::{Memory, Padding};

/// How many bytes that is.
pub(super) fn padding_len(padding: &[Padding]) -> u64 {
    padding.iter().map(|padding| padding.span.len()).sum()
}

/// How much padding an ELF file has, and who writes it; nothing when it has none.
pub(super) fn padding_of(elf: &Elf<'_>, padding: &[Padding]) -> Option<String> {
    let (first, bytes) = (elf.unit().own(padding.first()?.span), padding_len(padding));
    let what = if padding.iter().all(|padding| padding.zero) { "all zero" } else { "not all zero" };
    let places = if padding.len() == 1 { "place" } else { "places" };
    let in_front: u64 = padding.iter().filter(|one| one.in_front).map(|one| one.span.len()).sum();
    let used = match (elf.memory(), in_front) {
        (Some(Memory::Segments), 0) => "here it is memory, as said".to_owned(),
        (Some(Memory::Segments), _) => {
            format!("here it is memory, as said, but for {in_front} bytes in front of the first section")
        }
        _ => "here it is no memory".to_owned(),
    };
    Some(format!(
        "{bytes} bytes of segments in {} {places}, from {first} on, belong to no section ({what}): OpenOCD, probe-rs and other loaders by program headers write them, objcopy leaves them out; {used}",
        padding.len()
    ))
}
