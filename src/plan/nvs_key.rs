//! Where the value of a key lies in an NVS partition, and whether a field may lie there.

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;
use core::ops::Range;

use thiserror::Error;
use zeroize::Zeroizing;

use crate::addr::Span;
use crate::encode::Encoding;
use crate::image::nvs::{Item, NvsError, Part, Type};
use crate::image::{Container, GapError, Nvs};
use crate::width;

/// A key in an NVS partition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NvsKey {
    namespace: String,
    key: String,
    partition: Option<Span>,
}

/// A field at a key: which field it is, and which checksums are those of its entry.
#[derive(Clone, Debug)]
pub(super) struct AtKey {
    pub(super) field: usize,
    pub(super) key: NvsKey,
    /// Where its partition lies in the template.
    pub(super) partition: Span,
    pub(super) repairs: Range<usize>,
}

/// Why a key is not found in an NVS partition, or a field not stamped there.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The image is not the partition, or lacks a part of it.
    #[error("the NVS partition at {partition}: {error}")]
    Gap {
        /// Where it should lie.
        partition: Span,
        /// The first byte that is missing.
        error: GapError,
    },
    /// An image without a byte.
    #[error("the image is empty, and no NVS partition")]
    Empty,
    /// More than any partition has.
    #[error(
        "{partition} has {} bytes, and an NVS partition at most {MOST}: say where it lies in the image", .partition.len()
    )]
    TooLong {
        /// All of the image.
        partition: Span,
    },
    /// The partition is damaged, encrypted, or none.
    #[error("the NVS partition at {partition}: {error}{}", Whole(*.whole))]
    Partition {
        /// Where it lies.
        partition: Span,
        /// What is wrong with it.
        error: NvsError,
        /// Whether it is all of the image, as nothing else was said.
        whole: bool,
    },
    /// A namespace that the partition has not.
    #[error("the NVS partition has no namespace \"{namespace}\"; it has {}", Names(.known))]
    NoNamespace {
        /// The namespace.
        namespace: String,
        /// The first few that it has.
        known: Vec<String>,
    },
    /// A key that the namespace has not.
    #[error("namespace \"{namespace}\" of the NVS partition has no key \"{key}\"; it has {}", Names(.known))]
    NoKey {
        /// The namespace.
        namespace: String,
        /// The key.
        key: String,
        /// The first few that it has.
        known: Vec<String>,
    },
    /// Chunks that lie apart.
    #[error(
        "the blob of {namespace}/{key} lies in {parts} chunks, and a field in one place, of which journals and lists say the address: {}", Split(*.len)
    )]
    Chunks {
        /// The namespace.
        namespace: String,
        /// The key.
        key: String,
        /// How many chunks it has.
        parts: usize,
        /// How many bytes.
        len: usize,
    },
    /// A value of another type than the field's.
    #[error("{namespace}/{key} is a {found} in the NVS partition, and `{encoding}` writes a {expected}")]
    Type {
        /// The namespace.
        namespace: String,
        /// The key.
        key: String,
        /// Its type.
        found: Type,
        /// The encoding of the field.
        encoding: String,
        /// The type that it writes.
        expected: Type,
    },
    /// A value of another length than the field's.
    #[error(
        "{namespace}/{key} has {found} bytes in the NVS partition, and `{encoding}` writes {expected}: another length would move what lies behind it"
    )]
    Len {
        /// The namespace.
        namespace: String,
        /// The key.
        key: String,
        /// How many bytes it has.
        found: usize,
        /// The encoding of the field.
        encoding: String,
        /// How many that writes.
        expected: usize,
    },
    /// An encoding that no type of NVS has.
    #[error(transparent)]
    Encoding(#[from] NvsTypeError),
    /// A field in the middle of a value.
    #[error("a field at `nvs:` is all of the value: leave `+{offset}` out")]
    Offset {
        /// How many bytes behind its begin.
        offset: u64,
    },
}

/// More than any flash of the ESP32 family has.
const MOST: u64 = 0x0800_0000;
/// How many names a message shows.
const SHOWN: usize = 8;

struct Whole(bool);

impl core::fmt::Display for Whole {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(if self.0 { "; of an image with more than the partition, say where it lies" } else { "" })
    }
}

/// The most bytes of a chunk: all slots of a page but that of the entry.
const CHUNK: usize = 125 * 32;

/// What to do about a blob of so many bytes that lies in several chunks.
struct Split(usize);

impl core::fmt::Display for Split {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        if self.0 > CHUNK {
            write!(f, "of its {} bytes a chunk has room for {CHUNK}; give it several keys", self.0)
        } else {
            f.write_str("write it before what fills its page")
        }
    }
}

struct Names<'a>(&'a [String]);

impl core::fmt::Display for Names<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        if self.0.is_empty() {
            return f.write_str("none");
        }
        for (index, name) in self.0.iter().take(SHOWN).enumerate() {
            write!(f, "{}\"{name}\"", if index > 0 { ", " } else { "" })?;
        }
        f.write_str(if self.0.len() > SHOWN { ", …" } else { "" })
    }
}

/// An encoding that no type of NVS has.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("NVS has no type for `{encoding}`: {why}")]
pub struct NvsTypeError {
    encoding: String,
    why: &'static str,
}

/// The type of NVS that an encoding writes: integers of 8 bits and little-endian ones of 16, 32 and 64 are those,
/// `cstr:N` is text, `bytes:N` a blob.
///
/// ```
/// use nameplate::image::nvs::Type;
/// use nameplate::plan::nvs_type;
///
/// assert_eq!(nvs_type(&"i32le".parse()?)?, Type::I32);
/// assert_eq!(
///     nvs_type(&"u16be".parse()?).unwrap_err().to_string(),
///     "NVS has no type for `u16be`: its numbers are little-endian",
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// When there is none.
pub fn nvs_type(encoding: &Encoding) -> Result<Type, NvsTypeError> {
    let name = encoding.to_string();
    Ok(match name.as_str() {
        "u8" => Type::U8,
        "i8" => Type::I8,
        "u16le" => Type::U16,
        "i16le" => Type::I16,
        "u32le" => Type::U32,
        "i32le" => Type::I32,
        "u64le" => Type::U64,
        "i64le" => Type::I64,
        text if text.starts_with("cstr:") => Type::String,
        bytes if bytes.starts_with("bytes:") && !bytes.ends_with(":reversed") => Type::Blob,
        other => {
            let why = match other {
                "u16be" | "u32be" | "u64be" | "i16be" | "i32be" | "i64be" => "its numbers are little-endian",
                text if text.starts_with("ascii:") => {
                    "its texts end with a NUL (cstr:N), its blobs are bytes (bytes:N)"
                }
                _ => "it has u8, u16le, u32le, u64le, the same with i, cstr:N for text, and bytes:N for blobs",
            };
            return Err(NvsTypeError { encoding: name, why });
        }
    })
}

impl NvsKey {
    pub(super) fn new(namespace: String, key: String) -> Self {
        Self { namespace, key, partition: None }
    }

    pub(super) fn within(self, partition: Span) -> Self {
        Self { partition: Some(partition), ..self }
    }

    /// The namespace.
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// The key.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Where the partition lies; nothing when that is all of the image.
    pub fn partition(&self) -> Option<Span> {
        self.partition
    }

    /// Where the partition lies in `image`.
    pub(super) fn partition_of(&self, image: &dyn Container) -> Result<Span, KeyError> {
        self.partition.or(image.extent()).ok_or(KeyError::Empty)
    }

    /// What is wrong with the partition.
    pub(super) fn about(&self, partition: Span, error: NvsError) -> KeyError {
        KeyError::Partition { partition, error, whole: self.partition.is_none() }
    }

    /// Where the value lies.
    pub(super) fn find(&self, image: &dyn Container) -> Result<Span, Box<KeyError>> {
        let partition = self.partition_of(image)?;
        let bytes = bytes(partition, image)?;
        let nvs = Nvs::parse(&bytes).map_err(|error| self.about(partition, error))?;
        let part = self.part(&self.item(&nvs)?)?;
        Ok(span(partition, &part))
    }

    /// The value in the partition.
    pub(super) fn item<'n, 'f>(&self, nvs: &'n Nvs<'f>) -> Result<Item<'n, 'f>, KeyError> {
        let (namespace, key) = (self.namespace.clone(), self.key.clone());
        nvs.get(&namespace, &key).ok_or_else(|| {
            let shown = |names: &mut dyn Iterator<Item = &str>| names.take(SHOWN + 1).map(str::to_string).collect();
            if nvs.namespaces().any(|known| *known == namespace) {
                let own = nvs.items().filter(|item| item.namespace() == namespace).map(|item| item.key());
                return KeyError::NoKey { known: shown(&mut own.into_iter()), namespace, key };
            }
            KeyError::NoNamespace { known: shown(&mut nvs.namespaces()), namespace }
        })
    }

    /// The only part that a value has.
    pub(super) fn part(&self, item: &Item<'_, '_>) -> Result<Part, KeyError> {
        let mut parts = item.parts();
        match (parts.next(), parts.count()) {
            (Some(part), 0) => Ok(part),
            (first, more) => {
                let (namespace, key) = (self.namespace.clone(), self.key.clone());
                let parts = more + usize::from(first.is_some());
                Err(KeyError::Chunks { namespace, key, parts, len: item.len() })
            }
        }
    }

    /// Whether what `encoding` writes has the type and the length of the value, or is text that may be longer.
    pub(super) fn fits(&self, item: &Item<'_, '_>, encoding: &Encoding, may_be_short: bool) -> Result<(), KeyError> {
        let expected = nvs_type(encoding)?;
        let (namespace, key, found) = (self.namespace.clone(), self.key.clone(), item.kind());
        if found != expected {
            return Err(KeyError::Type { namespace, key, found, encoding: encoding.to_string(), expected });
        }
        let is_short_text = may_be_short && found == Type::String && item.len() < encoding.len();
        let (found, expected) = (item.len(), encoding.len());
        if found != expected && !is_short_text {
            return Err(KeyError::Len { namespace, key, found, encoding: encoding.to_string(), expected });
        }
        Ok(())
    }
}

/// Where the value's bytes in an entry lie.
pub(super) fn span(partition: Span, part: &Part) -> Span {
    let start = partition.start().saturating_add(width::wide(part.start));
    // It lies within the partition, which does not pass the end of the address space.
    Span::new(start, width::wide(part.len)).unwrap_or(partition)
}

/// The bytes of the partition: of a unit, secrets.
pub(super) fn bytes(partition: Span, image: &dyn Container) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let len = usize::try_from(partition.len()).ok().filter(|_| partition.len() <= MOST);
    let len = len.ok_or(KeyError::TooLong { partition })?;
    let place = image.locate(partition).map_err(|error| KeyError::Gap { partition, error })?;
    let mut bytes = Zeroizing::new(vec![0; len]);
    place.get(image.file(), &mut bytes);
    Ok(bytes)
}
