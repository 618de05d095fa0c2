//! The serials of a scheme: number in, text out, and back.

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;
use core::ops::Range;

use super::error::SerialError;
use super::token::{Cell, Scope, Token};
use crate::check::character::{Alphabet, System};
use crate::digits::{self, Escaped};
use crate::id::date::Date;
use crate::never::OrNever;
use crate::value::{INLINE, Source, Value, ValueKind, View};
use crate::width;

/// Why each covered character has a value.
const COVERED: &str = "a scheme covers only what its system does";

/// Text of at most 64 characters.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Inline {
    len: usize,
    bytes: [u8; INLINE],
}

impl Inline {
    fn extend(&mut self, more: &[u8]) {
        if let Some(to) = self.bytes.get_mut(self.len..self.len + more.len()) {
            to.copy_from_slice(more);
            self.len += more.len();
        }
    }

    fn as_str(&self) -> &str {
        self.bytes.get(..self.len).and_then(|text| core::str::from_utf8(text).ok()).or_never("only printable ASCII")
    }
}

/// The serials of one scheme on one date: number in, text out, and back.
#[derive(Clone, PartialEq, Eq)]
pub struct Serials {
    /// The text of number 0.
    text: Inline,
    /// The characters of the number, the last first.
    wheels: Vec<Wheel>,
    /// Where they lie, when they are decimal digits side by side.
    decimal: Option<Range<usize>>,
    last: u64,
    check: Option<Box<Check>>,
}

#[derive(Clone, PartialEq, Eq)]
struct Wheel {
    at: usize,
    alphabet: Alphabet,
}

/// What of a check does not depend on the number is settled once: all before the first wheel, and all
/// behind the last one.
#[derive(Clone, PartialEq, Eq)]
struct Check {
    system: System,
    /// Where the check characters lie.
    at: Range<usize>,
    /// The state before the first wheel.
    start: u8,
    /// What is covered from the first wheel to before the last one: where it lies, and how much is covered behind it.
    middle: Vec<(usize, usize)>,
    /// The check characters by the state before the last wheel and the place of its symbol, which has `size`.
    ends: Vec<[u8; 2]>,
    size: usize,
}

impl Check {
    /// Of the check of `system` at `at`, which covers the characters at `covered` of `text`, among them
    /// those of all wheels.
    fn new(system: System, at: Range<usize>, covered: &[usize], text: &Inline, wheels: &[Wheel]) -> Option<Self> {
        let (last, first) = (wheels.first()?, wheels.last()?.at);
        let value = |symbol: Option<&u8>| symbol.and_then(|symbol| system.covers().value_of(*symbol)).or_never(COVERED);
        let places = || covered.iter().rev().enumerate().map(|(right, at)| (*at, right)).rev();
        let walk = |state, places: &mut dyn Iterator<Item = (usize, usize)>| {
            places.fold(state, |state, (at, right)| system.step(state, value(text.bytes.get(at)), right))
        };
        let (_, right) = places().find(|(at, _)| *at == last.at)?;
        let states = 0..u8::try_from(system.states()).ok()?;
        let end = |state, symbol| {
            let state = system.step(state, value(Some(symbol)), right);
            system.finish(walk(state, &mut places().filter(|(at, _)| *at > last.at))).symbols
        };
        let symbols = last.alphabet.as_bytes();
        Some(Self {
            system,
            at,
            start: walk(0, &mut places().filter(|(at, _)| *at < first)),
            middle: places().filter(|(at, _)| (first..last.at).contains(at)).collect(),
            ends: states.flat_map(|state| symbols.iter().map(move |symbol| end(state, symbol))).collect(),
            size: symbols.len(),
        })
    }

    /// The check characters of a text by the symbol that its last wheel shows.
    #[inline]
    fn row(&self, text: &[u8; INLINE]) -> &[[u8; 2]] {
        let state = self.middle.iter().fold(self.start, |state, &(at, right)| {
            let value = text.get(at).and_then(|symbol| self.system.covers().value_of(*symbol));
            self.system.step(state, value.or_never(COVERED), right)
        });
        let at = usize::from(state) * self.size;
        self.ends.get(at..at + self.size).or_never("a row for each state")
    }

    #[inline]
    fn put(&self, [first, second]: [u8; 2], text: &mut [u8; INLINE]) {
        if let Some(to) = text.get_mut(self.at.start) {
            *to = first;
        }
        if let Some(to) = text.get_mut(self.at.start + 1).filter(|_| second != 0) {
            *to = second;
        }
    }
}

impl Serials {
    /// Of tokens that go together, as a [`Scheme`](super::Scheme) has made sure.
    pub(super) fn new(tokens: &[Token], date: Date) -> Self {
        let mut text = Inline { len: 0, bytes: [0; INLINE] };
        let (mut wheels, mut covered, mut check) = (Vec::new(), Vec::new(), None);
        let everything = Scope(None);
        let scope = tokens.iter().find_map(|token| if let Token::Check(_, scope) = token { Some(scope) } else { None });
        for token in tokens {
            let start = text.len;
            match token {
                Token::Literal(literal) | Token::Given(_, literal) => text.extend(literal.as_bytes()),
                Token::Date(part) => {
                    let mut digits = [0; 4];
                    let (digits, _) = digits.split_at_mut(part.len());
                    // Two digits hold what is below 100, four what is below 10,000.
                    let _ = digits::decimal(part.of(date).into(), digits);
                    text.extend(digits);
                }
                Token::Seq(cells) => {
                    for cell in cells {
                        match cell {
                            Cell::Fixed(c) => text.extend(&[*c]),
                            Cell::Wheel(alphabet) => {
                                wheels.push(Wheel { at: text.len, alphabet: *alphabet });
                                text.extend(
                                    alphabet.as_bytes().get(..1).or_never("an alphabet has at least two symbols"),
                                );
                            }
                        }
                    }
                }
                Token::Check(system, _) => {
                    text.extend(b"00".get(..system.check_len()).or_never("one check character or two"));
                    check = Some((*system, start..text.len));
                    continue;
                }
            }
            if scope.unwrap_or(&everything).has(token) {
                covered.extend(start..text.len);
            }
        }
        wheels.reverse();
        let is_decimal = wheels.iter().all(|wheel| wheel.alphabet == Alphabet::DECIMAL);
        let decimal = wheels.last().zip(wheels.first()).map(|(first, last)| first.at..last.at + 1);
        let decimal = decimal.filter(|range| is_decimal && range.len() == wheels.len());
        let capacity = wheels.iter().fold(1_u128, |n, wheel| n.saturating_mul(u128::from(wheel.alphabet.size())));
        let last = u64::try_from(capacity.saturating_sub(1)).or_never("at most 2 to the 64 numbers");
        let is_symbol = |at: &usize| text.bytes.get(*at).is_some_and(u8::is_ascii_alphanumeric);
        covered.retain(|at| is_symbol(at) || wheels.iter().any(|wheel| wheel.at == *at));
        let check = check.and_then(|(system, at)| Check::new(system, at, &covered, &text, &wheels));
        let mut serials = Self { text, wheels, decimal, last, check: check.map(Box::new) };
        serials.text = serials.nth(0).map_or(text, |serial| serial.0);
        serials
    }

    /// Characters in each serial.
    pub fn text_len(&self) -> usize {
        self.text.len
    }

    /// The serial of number `n`. Allocates nothing.
    ///
    /// # Errors
    /// When `n` is behind the last number.
    #[inline]
    pub fn nth(&self, n: u64) -> Result<Serial, SerialError> {
        if n > self.last {
            return Err(SerialError::Exhausted { n, last: self.last });
        }
        let mut text = self.text;
        self.turn(n, &mut text.bytes);
        if let Some(check) = &self.check {
            let end = check.row(&text.bytes).get(self.digit(n)).copied();
            check.put(end.or_never("an end for each symbol of the last wheel"), &mut text.bytes);
        }
        Ok(Serial(text))
    }

    /// The place of the last wheel's symbol in its alphabet.
    #[inline]
    fn digit(&self, n: u64) -> usize {
        let digit = match (&self.decimal, self.wheels.first()) {
            (Some(_), _) => n % 10,
            (None, Some(wheel)) => n % u64::from(wheel.alphabet.size()),
            (None, None) => 0,
        };
        width::index(digit)
    }

    /// Turns the wheels to a number that there is.
    #[inline]
    fn turn(&self, mut n: u64, text: &mut [u8; INLINE]) {
        if let Some(range) = &self.decimal {
            let _ = digits::decimal(n, text.get_mut(range.clone()).or_never("the wheels lie in the text"));
            return;
        }
        for wheel in &self.wheels {
            let size = u64::from(wheel.alphabet.size());
            let symbol = usize::try_from(n % size).ok().and_then(|digit| wheel.alphabet.as_bytes().get(digit));
            if let (Some(to), Some(symbol)) = (text.get_mut(wheel.at), symbol) {
                *to = *symbol;
            }
            n /= size;
        }
    }

    /// The last number that has a serial.
    pub fn last(&self) -> u64 {
        self.last
    }

    /// How many numbers have a serial.
    pub fn capacity(&self) -> u128 {
        u128::from(self.last) + 1
    }

    /// The number of a serial: exactly the texts that [`nth`](Self::nth) gives are read, nothing is
    /// corrected.
    ///
    /// # Errors
    /// With the position at which the text is not a serial of this scheme and date. When all else is
    /// right, but not the check characters, that is an error of its own.
    pub fn parse(&self, text: &str) -> Result<u64, SerialError> {
        let template = self.text.as_str();
        let length = || SerialError::Length { found: text.chars().count(), expected: template.len() };
        let check = self.check.as_ref().map_or(0..0, |check| check.at.clone());
        let mut n = 0_u64;
        for (at, (found, expected)) in text.chars().zip(template.chars()).enumerate() {
            let wheel = self.wheels.iter().find(|wheel| wheel.at == at);
            let right = match wheel.map(|wheel| (wheel.alphabet.size(), wheel.alphabet.value(found))) {
                Some((size, Some(value))) => {
                    // As many numbers as 64 bits count at most.
                    n = n.wrapping_mul(size.into()).wrapping_add(value.into());
                    true
                }
                Some((_, None)) => false,
                None => found == expected || check.contains(&at),
            };
            if !right {
                if text.chars().count() != template.len() {
                    return Err(length());
                }
                let found = Escaped(found.encode_utf8(&mut [0; 4]).as_bytes()).to_string();
                let alphabet = wheel.map(|wheel| wheel.alphabet).filter(|alphabet| *alphabet != Alphabet::DECIMAL);
                return Err(match alphabet {
                    Some(alphabet) => SerialError::Symbol { found, alphabet: alphabet.to_string(), at: at + 1 },
                    None => SerialError::Character { found, expected: wheel.is_none().then_some(expected), at: at + 1 },
                });
            }
        }
        if text.chars().count() != template.len() {
            return Err(length());
        }
        match (&self.check, self.nth(n)?) {
            (Some(check), serial) if serial.as_str() != text => {
                let found: String = text.chars().skip(check.at.start).take(check.at.len()).collect();
                let symbols = serial.0.bytes.get(check.at.clone()).or_never("the check lies in the text");
                let mut expected = crate::check::character::Check { symbols: [0; 2] };
                expected.symbols.iter_mut().zip(symbols).for_each(|(to, symbol)| *to = *symbol);
                Err(SerialError::Check { found, expected, at: check.at.start + 1, system: check.system.to_string() })
            }
            _ => Ok(n),
        }
    }
}

impl Source for Serials {
    type Error = SerialError;

    fn value(&self, n: u64) -> Result<Value<'static>, SerialError> {
        self.nth(n).map(Value::from)
    }

    fn run_into(&self, first: u64, out: &mut [[u8; INLINE]]) -> Option<(ValueKind, usize)> {
        let last = u64::try_from(out.len()).ok()?.checked_sub(1)?.checked_add(first)?;
        if last > self.last {
            return None;
        }
        let wheel = self.wheels.first()?;
        let symbols = wheel.alphabet.as_bytes();
        let (mut text, mut n, mut rest) = (self.text.bytes, first, out);
        let mut digit = self.digit(n);
        while !rest.is_empty() {
            // Numbers in a row differ in the last wheel and the check characters, until that is round.
            self.turn(n, &mut text);
            let symbols = symbols.get(digit..)?;
            let (now, later) = rest.split_at_mut(symbols.len().min(rest.len()));
            if let Some(check) = &self.check {
                let ends = check.row(&text).get(digit..)?;
                for ((to, &symbol), &end) in now.iter_mut().zip(symbols).zip(ends) {
                    *to = text;
                    *to.get_mut(wheel.at)? = symbol;
                    check.put(end, to);
                }
            } else {
                for (to, &symbol) in now.iter_mut().zip(symbols) {
                    *to = text;
                    *to.get_mut(wheel.at)? = symbol;
                }
            }
            n = n.wrapping_add(u64::try_from(now.len()).ok()?);
            (rest, digit) = (later, 0);
        }
        Some((ValueKind::Text, self.text.len))
    }

    fn number(&self, value: View<'_>) -> Option<u64> {
        match value {
            View::Text(text) => self.parse(text).ok(),
            _ => None,
        }
    }

    fn last(&self) -> u64 {
        self.last
    }
}

/// The first serial and the last number.
impl fmt::Debug for Serials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, numbers 0 to {}", self.text.as_str(), self.last)
    }
}

/// One serial: printable ASCII, at most 64 characters.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Serial(Inline);

impl Serial {
    /// The text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl AsRef<str> for Serial {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for Serial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Serial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl From<Serial> for Value<'_> {
    fn from(serial: Serial) -> Self {
        // At most 64 characters, so there always is a value.
        Value::text(serial.as_str()).unwrap_or(Value::from(""))
    }
}
