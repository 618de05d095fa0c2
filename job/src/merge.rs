//! The template that `[image]` describes: one file as it is, the memory of several in one, or erased memory of no file.

use nameplate::Span;
use nameplate::addr::Address;
use nameplate::image::{Merge, MergeError, Sparse, Start};

use crate::error::JobError;
use crate::image::{File, Opened};
use crate::job::{Content, Field, Format, Image};
use crate::never::OrNever;
use crate::nvs::partition;
use crate::output::written;

/// The template of `image`, for `fields`; `read` gives the file of a name, to be read as `[image]` says of it.
///
/// # Errors
/// When `read` fails, a file has no addresses, or two give one byte, or the start of the program, differently.
pub fn template<E: From<JobError>>(
    image: &Image,
    fields: &[Field],
    mut read: impl FnMut(&str, &Image) -> Result<File, E>,
) -> Result<File, E> {
    match &image.content {
        Content::File(name) => read(name, image),
        Content::Created(span) => Ok(created(image, *span)),
        Content::Partition(size) => Ok(partition(fields, *size, image.base.unwrap_or(0))?),
        Content::Merged(parts) => {
            let mut files = Vec::new();
            for part in parts {
                let format = part.base.map(|_| Format::Bin);
                files.push(read(&part.name, &Image { format, base: part.base, ..image.clone() })?);
            }
            Ok(merged(image, &files)?)
        }
    }
}

fn created(image: &Image, span: Span) -> File {
    let mut bytes = vec![0; usize::try_from(span.len()).ok().or_never("a job makes no more than 256 MiB")];
    image.erased.bytes_into(span.start(), &mut bytes);
    File::made(bytes, Format::Bin, span.start()).named(format!("erased memory {span}"))
}

fn open(file: &File) -> Result<Opened<'_>, JobError> {
    file.open().map_err(|error| error.about(file.name().display()))
}

/// A text of the memory of all files: in the format of `[output]`, else of the first of them.
fn merged(image: &Image, files: &[File]) -> Result<File, JobError> {
    let opened = files.iter().map(open).collect::<Result<Vec<_>, _>>()?;
    let names: Vec<String> = files.iter().map(|file| file.name().display().to_string()).collect();
    let first = opened.first().map(Opened::format);
    let has_addresses = |format: &Format| !matches!(format, Format::Bin | Format::Elf);
    let format = match (image.output.format, first.filter(has_addresses)) {
        (Some(Format::Bin), first) => first.unwrap_or(Format::Hex),
        (Some(format), _) | (None, Some(format)) => format,
        (None, None) => {
            return Err(JobError::refused(format_args!(
                "`file` in [image]: merged memory is written in the format of the first file, and {} is {}: say  format = \"hex\"  in [output]",
                names.first().map_or("it", String::as_str),
                if first == Some(Format::Elf) {
                    "ELF, which is not written"
                } else {
                    "a raw binary, which has no gaps"
                }
            )));
        }
    };
    let mut memories = Vec::new();
    for (name, opened) in names.iter().zip(&opened) {
        opened.writable_as(format).map_err(|error| error.about(name))?;
        memories.push((name.as_str(), Sparse::new(opened.container())));
    }
    let memory = merge(&memories)?;
    let like = opened.first().filter(|opened| opened.format() == format);
    let bytes = written(&memory, format, image, like)?;
    let told = |(name, opened): (&String, &Opened<'_>)| {
        opened.tolerated().into_iter().map(|found| format!("{name}: {found}")).collect::<Vec<_>>()
    };
    let tolerated = names.iter().zip(&opened).flat_map(told).collect();
    let elf = opened.iter().any(|opened| opened.format() == Format::Elf);
    Ok(File::made(bytes, format, 0).like(like).named(names.join(" + ")).of_parts(tolerated, elf))
}

/// The memory of several files in one, each with its name. Two may say the same of a byte, and of the start of the
/// program.
///
/// ```
/// use nameplate::image::{Hex, Sparse};
/// use nameplate_job::merge::merge;
///
/// let boot = Sparse::new(&Hex::parse(b":020000000102FB\n:00000001FF\n")?);
/// let app = Sparse::new(&Hex::parse(b":020001000203F8\n:00000001FF\n")?);
/// let both = merge(&[("boot.hex", boot.clone()), ("app.hex", app)])?;
/// assert_eq!(format!("{both:?}"), "[0x00000000..0x00000003]");
/// let other = Sparse::new(&Hex::parse(b":0100010007F7\n:00000001FF\n")?);
/// let error = merge(&[("boot.hex", boot), ("other.hex", other)]).unwrap_err();
/// assert_eq!(error.to_string(), "boot.hex and other.hex differ at 0x00000001: 0x02 and 0x07");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// When two say differently, with both names and the address.
pub fn merge(files: &[(&str, Sparse)]) -> Result<Sparse, JobError> {
    let mut start: Option<(&str, Start)> = None;
    for (name, memory) in files {
        let own = nameplate::image::Container::start(memory);
        match start {
            Some((other, first)) if own != Start::default() && own != first => {
                return Err(JobError::refused(format_args!(
                    "{other} starts the program at {}, and {name} at {}: a file has one start address; leave the record out of one of them",
                    At(first),
                    At(own)
                )));
            }
            None if own != Start::default() => start = Some((name, own)),
            _ => {}
        }
    }
    let segments = files.iter().flat_map(|(_, memory)| memory.segments());
    let merged = Sparse::from_pieces(segments.map(|(span, bytes)| (span.start(), bytes)), Merge::Equal);
    let merged = merged.map_err(|error| match error {
        MergeError::Overlap { address, .. } => differ(files, address),
        error => JobError::refused(error),
    })?;
    Ok(merged.with_start(start.map_or_else(Start::default, |(_, start)| start)))
}

/// Which two files give the byte at `address` differently.
fn differ(files: &[(&str, Sparse)], address: u64) -> JobError {
    let byte = |memory: &Sparse| memory.get(Span::new(address, 1).ok()?)?.first().copied();
    let mut have = files.iter().filter_map(|(name, memory)| Some((*name, byte(memory)?)));
    let (first, one) = have.next().or_never("one of them has the byte");
    let (second, two) = have.find(|(_, two)| *two != one).or_never("another one has another");
    JobError::refused(format_args!("{first} and {second} differ at {}: {one:#04X} and {two:#04X}", Address(address)))
}

/// Where a program starts, as messages have it.
struct At(Start);

impl std::fmt::Display for At {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.0.linear, self.0.segment) {
            (Some(linear), _) => Address(u64::from(linear)).fmt(f),
            (None, Some(segment)) => write!(f, "CS:IP {:04X}:{:04X}", segment >> 16, segment & 0xFFFF),
            (None, None) => f.write_str("nothing"),
        }
    }
}
