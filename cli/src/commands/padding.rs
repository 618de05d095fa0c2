//! Bytes of ELF segments that no section has, and who writes them.

use nameplate::Span;
use nameplate::image::elf::Memory;
use nameplate::image::{Elf, Sparse};

/// How much padding an ELF file has, and who writes it; nothing when it has none.
pub(super) fn padding_of(elf: &Elf<'_>, padding: &[Span]) -> Option<String> {
    let (first, bytes) = (padding.first()?, padding.iter().map(|span| span.len()).sum::<u64>());
    let all = elf.clone().with_memory(Memory::Segments);
    let zero =
        |span: &Span| Sparse::within(&all, *span).segments().all(|(_, bytes)| bytes.iter().all(|&byte| byte == 0));
    let zeros = padding.iter().all(zero);
    let what = if zeros { "all zero" } else { "not all zero" };
    let places = if padding.len() == 1 { "place" } else { "places" };
    let used = match elf.memory() {
        Some(Memory::Segments) => "here it is memory, as said",
        _ => "here it is no memory",
    };
    Some(format!(
        "{bytes} bytes of segments in {} {places}, from {first} on, belong to no section ({what}): OpenOCD, probe-rs and other loaders by program headers write them, objcopy leaves them out; {used}",
        padding.len()
    ))
}
