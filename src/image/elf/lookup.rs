//! Names to bytes: symbols, sections, run-time addresses.

use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

use super::error::{Candidate, ElfError, LookupError, LookupErrorKind, VmaError, What};
use super::file::{Elf, Segment};
use super::known::Known;
use super::read::{self, Home, MOST_SEGMENTS, RawSection, RawSymbol};
use crate::addr::Span;
use crate::never::OrNever;
use crate::width;

/// How many candidates an error names.
const SHOWN: usize = 8;

/// Where a symbol or a section lies: in the file, at run time, and where it is loaded to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    what: What,
    name: Vec<u8>,
    file: Range<usize>,
    vma: u64,
    lma: Result<u64, LookupErrorKind>,
}

impl Location {
    /// Where its bytes lie in the file.
    pub fn file(&self) -> Range<usize> {
        self.file.clone()
    }

    /// How many bytes it has.
    pub fn len(&self) -> usize {
        self.file.len()
    }

    /// Never: what has no bytes is not found.
    pub fn is_empty(&self) -> bool {
        self.file.is_empty()
    }

    /// The address at which the program finds it, as the file counts: of an initialised variable, in RAM.
    pub fn vma(&self) -> u64 {
        self.vma
    }

    /// The load addresses: where it lies in flash, in HEX files and binaries.
    ///
    /// # Errors
    /// When no segment loads it.
    pub fn span(&self) -> Result<Span, LookupError> {
        self.part(0, width::wide(self.len()))
    }

    /// The load addresses of the `len` bytes from `offset` on.
    ///
    /// # Errors
    /// As [`span`](Self::span), and when it does not have so many.
    pub fn part(&self, offset: u64, len: u64) -> Result<Span, LookupError> {
        let error = |kind| LookupError::new(self.what, &self.name, kind);
        let lma = self.lma.clone().map_err(error)?;
        let found = width::wide(self.len());
        let fits = offset.checked_add(len).is_some_and(|end| end <= found);
        let span = lma.checked_add(offset).and_then(|start| Span::new(start, len).ok()).filter(|_| fits);
        span.ok_or_else(|| error(LookupErrorKind::TooShort { found, offset, needed: len }))
    }
}

/// A symbol of data, for a list of what could be stamped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol<'f> {
    /// Its name.
    pub name: &'f str,
    /// The source file that it is local to, if it is and that is UTF-8.
    pub file: Option<&'f str>,
    /// Where it lies at run time.
    pub vma: u64,
    /// Where it is loaded to.
    pub span: Span,
}

/// A section that is loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Its name, as far as it is UTF-8.
    pub name: String,
    /// Where it lies at run time.
    pub vma: u64,
    /// Where it is loaded to.
    pub span: Span,
}

fn text(name: &[u8]) -> String {
    String::from_utf8_lossy(name).into_owned()
}

impl<'f> Elf<'f> {
    /// The symbol of that name. One that several source files have is not told apart:
    /// [`symbol_in`](Self::symbol_in) does.
    ///
    /// ```
    /// use nameplate::image::Elf;
    ///
    /// let elf = Elf::parse(include_bytes!("../../../examples/firmware/firmware.elf"))?;
    /// let serial = elf.symbol("nameplate")?.part(4, 16)?;
    /// assert_eq!(serial.to_string(), "0x08001F04..0x08001F14");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When there is none or several, and when it has no bytes in the file that could be stamped: see
    /// [`LookupErrorKind`].
    pub fn symbol(&self, name: impl AsRef<[u8]>) -> Result<Location, LookupError> {
        self.find_symbol(name.as_ref(), None)
    }

    /// The symbol that is local to the source file of that name, as the compiler was given it, with or
    /// without its folders.
    ///
    /// # Errors
    /// As [`symbol`](Self::symbol).
    pub fn symbol_in(&self, file: impl AsRef<[u8]>, name: impl AsRef<[u8]>) -> Result<Location, LookupError> {
        self.find_symbol(name.as_ref(), Some(file.as_ref()))
    }

    /// The same file with the symbols of these names at hand, which one pass over the table finds: each of them would
    /// take one otherwise.
    ///
    /// ```
    /// use nameplate::image::Elf;
    ///
    /// let elf = Elf::parse(include_bytes!("../../../examples/firmware/firmware.elf"))?;
    /// let known = elf.clone().with_symbols(["nameplate", "main"])?;
    /// assert_eq!(known.symbol("nameplate"), elf.symbol("nameplate"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When the table cannot be read.
    pub fn with_symbols<N: AsRef<[u8]>>(mut self, names: impl IntoIterator<Item = N>) -> Result<Self, ElfError> {
        let names = names.into_iter().map(|name| name.as_ref().to_vec()).collect();
        self.known = Known::find(names, self.file, self.tables.bits)?;
        Ok(self)
    }

    fn find_symbol(&self, name: &[u8], file: Option<&[u8]>) -> Result<Location, LookupError> {
        let error = |kind| LookupError::new(What::Symbol, name, kind);
        // Aliases are symbols of the same bytes.
        let same = |a: &RawSymbol<'_>, b: &RawSymbol<'_>| (a.home, a.value, a.len) == (b.home, b.value, b.len);
        let (mut distinct, mut undefined) = (Vec::<RawSymbol<'f>>::new(), None);
        let mut any = false;
        let mut each = |symbol: RawSymbol<'f>| {
            any = true;
            if symbol.name != name || file.is_some_and(|file| !is_file(symbol.file, file)) {
                return;
            }
            if symbol.home == Home::Undefined {
                undefined = Some(symbol);
            } else if distinct.len() <= SHOWN && !distinct.iter().any(|other| same(other, &symbol)) {
                distinct.push(symbol);
            }
        };
        match self.known.of(name) {
            Some(found @ [_, ..]) => found.iter().for_each(|symbol| each(*symbol)),
            // What else there is says why.
            _ => self.each_symbol(&mut each).map_err(|damage| error(damage.into()))?,
        }
        // What is undefined here may be defined by another symbol of the name.
        if distinct.is_empty() {
            distinct.extend(undefined);
        }
        match distinct.as_slice() {
            [] => Err(error(LookupErrorKind::NotFound { near: self.near(name), stripped: !any })),
            [symbol] => self.of_symbol(symbol).map_err(error),
            several => {
                let candidate = |symbol: &RawSymbol<'_>| Candidate {
                    file: symbol.file.map(text),
                    vma: symbol.value,
                    len: symbol.len,
                };
                let candidates = several.iter().take(SHOWN).map(candidate).collect();
                Err(error(LookupErrorKind::Ambiguous { candidates, more: several.len() > SHOWN }))
            }
        }
    }

    /// The section of that name.
    ///
    /// # Errors
    /// When there is none or several, and when the file does not have its bytes: see
    /// [`LookupErrorKind`].
    pub fn section(&self, name: impl AsRef<[u8]>) -> Result<Location, LookupError> {
        let name = name.as_ref();
        let error = |kind| LookupError::new(What::Section, name, kind);
        let mut sections = self.tables.sections.iter().filter(|section| section.name == name && !name.is_empty());
        match (sections.next(), sections.next()) {
            (None, _) => {
                let near = self.tables.sections.iter().map(|section| section.name);
                Err(error(LookupErrorKind::NotFound {
                    near: nearest(near.filter(|other| is_near(name, other))),
                    stripped: false,
                }))
            }
            (Some(section), None) => {
                if section.len == 0 {
                    return Err(error(LookupErrorKind::ZeroSize { vma: section.vma }));
                }
                self.of_section(section, 0, section.len, What::Section, name).map_err(error)
            }
            (Some(one), Some(two)) => {
                let mut all = [one, two].into_iter().chain(sections);
                let candidate = |section: &RawSection<'_>| Candidate { file: None, vma: section.vma, len: section.len };
                let candidates = all.by_ref().take(SHOWN).map(candidate).collect();
                Err(error(LookupErrorKind::Ambiguous { candidates, more: all.next().is_some() }))
            }
        }
    }

    /// The load addresses of run-time addresses `span`, both in bytes.
    ///
    /// # Errors
    /// When no segment has all of them, or several do, as overlays.
    pub fn vma(&self, span: Span) -> Result<Span, VmaError> {
        let mut found = self.segments().filter_map(|segment| {
            let vma = Span::new(self.in_bytes(segment.vma), segment.span.len()).ok()?;
            let skipped = span.start().checked_sub(vma.start()).filter(|_| vma.covers(span) && !span.is_empty())?;
            Span::new(segment.span.start().checked_add(skipped)?, span.len()).ok()
        });
        match (found.next(), found.next()) {
            (None, _) => {
                let room = |segment: &Segment| {
                    Span::new(self.in_bytes(segment.vma), segment.memory).is_ok_and(|all| all.covers(span))
                };
                Err(VmaError::Unmapped { span, zeroed: self.segments().any(|segment| room(&segment)) })
            }
            (Some(one), None) => Ok(one),
            (Some(one), Some(two)) => Err(VmaError::Aliased { span, first: one.start(), second: two.start() }),
        }
    }

    /// The symbols of data that could be stamped, in the order of the file's table; without those whose name is not
    /// UTF-8.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub fn symbols(&self) -> Result<Vec<Symbol<'f>>, ElfError> {
        let mut most = 0_usize;
        self.each_symbol(&mut |symbol| most += usize::from(symbol.data))?;
        let mut symbols = Vec::with_capacity(most);
        self.each_symbol(&mut |symbol| symbols.extend(self.listed(&symbol)))?;
        Ok(symbols)
    }

    fn listed(&self, symbol: &RawSymbol<'f>) -> Option<Symbol<'f>> {
        let utf8 = |name: &'f [u8]| core::str::from_utf8(name).ok();
        let name = utf8(symbol.name).filter(|_| symbol.data)?;
        let found = self.of_symbol(symbol).ok()?;
        let span = found.span().ok().filter(|&span| self.holds(span))?;
        Some(Symbol { name, file: symbol.file.and_then(utf8), vma: found.vma, span })
    }

    /// The sections that are loaded, in the order of the file's table.
    pub fn sections(&self) -> impl Iterator<Item = Section> {
        self.tables.sections.iter().filter_map(|section| {
            let all = self.of_section(section, 0, section.len, What::Section, section.name).ok()?;
            let span = all.span().ok().filter(|&span| section.alloc && self.holds(span))?;
            Some(Section { name: text(section.name), vma: all.vma, span })
        })
    }

    fn each_symbol(&self, each: &mut dyn FnMut(RawSymbol<'f>)) -> Result<(), ElfError> {
        read::symbols(self.file, self.tables.bits, each)
    }

    fn of_symbol(&self, symbol: &RawSymbol<'_>) -> Result<Location, LookupErrorKind> {
        let index = match symbol.home {
            Home::Undefined => return Err(LookupErrorKind::Undefined),
            Home::Absolute => return Err(LookupErrorKind::Absolute { value: symbol.value }),
            Home::Common => return Err(LookupErrorKind::Common),
            Home::ThreadLocal => return Err(LookupErrorKind::ThreadLocal),
            Home::Nowhere => return Err(LookupErrorKind::OutsideSection),
            Home::Section(index) => index,
        };
        let section = self.tables.sections.get(index).ok_or(LookupErrorKind::OutsideSection)?;
        let base = if self.tables.relocatable { 0 } else { section.vma };
        let offset = symbol.value.checked_sub(base).ok_or(LookupErrorKind::OutsideSection)?;
        let offset = offset.checked_mul(self.unit.bytes()).ok_or(LookupErrorKind::OutsideSection)?;
        if symbol.len == 0 {
            return Err(LookupErrorKind::ZeroSize { vma: symbol.value });
        }
        self.of_section(section, offset, symbol.len, What::Symbol, symbol.name)
    }

    /// The `len` bytes from `offset` on of a section.
    fn of_section(
        &self,
        section: &RawSection<'_>,
        offset: u64,
        len: u64,
        what: What,
        name: &[u8],
    ) -> Result<Location, LookupErrorKind> {
        if !section.bits {
            return Err(LookupErrorKind::NoBits { section: text(section.name) });
        }
        if section.compressed {
            return Err(LookupErrorKind::Compressed { section: text(section.name) });
        }
        if offset.checked_add(len).is_none_or(|end| end > section.len) {
            return Err(LookupErrorKind::OutsideSection);
        }
        let size = |n: u64| usize::try_from(n).ok();
        let at = section.at.checked_add(offset).and_then(size);
        let file = at.and_then(|at| Some(at..at.checked_add(size(len)?)?));
        let file = file.filter(|file| self.file.get(file.clone()).is_some()).ok_or(LookupErrorKind::OutsideFile)?;
        let lma = if section.alloc {
            self.loaded(&file)
        } else {
            Err(LookupErrorKind::NotLoaded { relocatable: self.tables.relocatable })
        };
        let vma = section.vma.wrapping_add(offset / self.unit.bytes());
        Ok(Location { what, name: name.to_vec(), file, vma, lma })
    }

    /// The load address of these bytes of the file.
    fn loaded(&self, file: &Range<usize>) -> Result<u64, LookupErrorKind> {
        let behind = self.parts.partition_point(|part| part.at <= file.start);
        let part = behind.checked_sub(1).and_then(|last| self.parts.get(last));
        if let Some(part) = part.filter(|part| file.end <= part.end() && !self.has_header(file)) {
            return Ok(part.address(file.start));
        }
        let before = self.shared.get(..self.shared.partition_point(|shared| shared.load.at < file.end));
        let mut shared = before.or_never("a place in the list, or its end").iter().rev().take(MOST_SEGMENTS);
        Err(match shared.find(|shared| file.start < shared.load.end()) {
            Some(shared) => LookupErrorKind::Conflict(shared.error.clone()),
            None => LookupErrorKind::NotLoaded { relocatable: self.tables.relocatable },
        })
    }

    /// Whether a header or its table lies in these bytes of the file.
    fn has_header(&self, file: &Range<usize>) -> bool {
        let of = |header: &Range<u64>| width::index(header.start)..width::index(header.end);
        self.tables.headers.iter().map(of).any(|header| header.start < file.end && file.start < header.end)
    }

    /// Whether every byte of `span` is memory.
    fn holds(&self, span: Span) -> bool {
        let loads = &self.loaded.loads;
        let first = loads.partition_point(|load| load.span.end() <= span.start());
        let mut at = span.start();
        for load in loads.iter().skip(first).take_while(|load| load.span.start() < span.end()) {
            if load.span.start() > at {
                return false;
            }
            at = load.span.end();
        }
        at >= span.end()
    }

    /// The first byte of an address of the file.
    fn in_bytes(&self, address: u64) -> u64 {
        address.saturating_mul(self.unit.bytes())
    }

    /// Names of symbols like `name`.
    fn near(&self, name: &[u8]) -> Vec<String> {
        let mut names: Vec<&[u8]> = Vec::new();
        let read = self.each_symbol(&mut |symbol| {
            if names.len() < SHOWN && is_near(name, symbol.name) {
                names.push(symbol.name);
            }
        });
        // Of a table that cannot be read, none.
        read.map_or_else(|_| Vec::new(), |()| nearest(names.into_iter()))
    }
}

/// Whether `found`, with or without its folders, is `name`.
fn is_file(found: Option<&[u8]>, name: &[u8]) -> bool {
    let base = |path: &[u8]| path.rsplit(|&c| c == b'/' || c == b'\\').next().map(<[u8]>::to_vec);
    found.is_some_and(|found| found == name || base(found).as_deref() == Some(name))
}

/// The first few of names that are like one, in the order of the alphabet.
fn nearest<'n>(names: impl Iterator<Item = &'n [u8]>) -> Vec<String> {
    let mut near: Vec<String> = names.take(SHOWN).map(text).collect();
    near.sort_unstable();
    near.dedup();
    near.truncate(3);
    near
}

/// Whether a mistyped `name` may mean `other`: letter case apart, two characters in a row differ at most, or
/// one is a part of the other.
fn is_near(name: &[u8], other: &[u8]) -> bool {
    const MOST: usize = 64;
    let good = |text: &[u8]| text.len() > 2 && text.len() <= MOST && text.iter().all(u8::is_ascii_graphic);
    if !good(name) || !good(other) {
        return false;
    }
    let alike = |pair: &(&u8, &u8)| pair.0.eq_ignore_ascii_case(pair.1);
    let front = name.iter().zip(other).take_while(alike).count();
    let back = name.iter().rev().zip(other.iter().rev()).take_while(alike).count();
    let shorter = name.len().min(other.len());
    let (long, short) = if name.len() < other.len() { (other, name) } else { (name, other) };
    let differ = long.len() - (front + back).min(shorter);
    let part = short.len() > 3 && long.windows(short.len()).any(|part| part.eq_ignore_ascii_case(short));
    differ <= 2 || part
}
