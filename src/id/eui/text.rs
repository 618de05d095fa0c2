//! The four forms, both ways.

use core::fmt;

use crate::digits::{self, Case};
use crate::never::OrNever;

/// The longest form: an EUI-64 with a separator between its octets.
const LONGEST: usize = 23;

macro_rules! forms {
    ($($name:ident $doc:literal $group:literal $separator:literal $case:ident),* $(,)?) => {$(
        #[doc = $doc]
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct $name<const N: usize>(pub(super) [u8; N]);

        impl<const N: usize> $name<N> {
            const LEN: usize = 2 * N + $separator.len() * (N / $group - 1);

            /// How many characters.
            pub const fn text_len(self) -> usize {
                Self::LEN
            }

            /// Writes the characters to the begin of `out`; how many, or nothing when there is no room.
            #[inline]
            pub fn text_into(self, out: &mut [u8]) -> Option<usize> {
                let text = out.get_mut(..Self::LEN)?;
                let separator = $separator.as_bytes();
                for (to, group) in text.chunks_mut(2 * $group + separator.len()).zip(self.0.chunks($group)) {
                    let (digits, end) = to.split_at_mut_checked(2 * group.len())?;
                    for (to, octet) in digits.chunks_exact_mut(2).zip(group) {
                        to.copy_from_slice(&digits::pair(*octet, Case::$case));
                    }
                    end.iter_mut().zip(separator).for_each(|(to, c)| *to = *c);
                }
                Some(Self::LEN)
            }

            /// Reads this form, in either letter case.
            pub(super) fn read(text: &[u8]) -> Option<[u8; N]> {
                if text.len() != Self::LEN {
                    return None;
                }
                let mut octets = [0; N];
                let separator = $separator.as_bytes();
                for (group, from) in octets.chunks_mut($group).zip(text.chunks(2 * $group + separator.len())) {
                    let (digits, end) = from.split_at_checked(2 * group.len())?;
                    if !end.is_empty() && end != separator {
                        return None;
                    }
                    for (octet, pair) in group.iter_mut().zip(digits.chunks_exact(2)) {
                        *octet = digits::byte(pair.try_into().ok()?)?;
                    }
                }
                Some(octets)
            }
        }

        impl<const N: usize> fmt::Display for $name<N> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let mut text = [0; LONGEST];
                let len = self.text_into(&mut text).or_never("there is room for the longest");
                let text = text.get(..len).and_then(|text| core::str::from_utf8(text).ok());
                f.pad(text.or_never("digits and separators"))
            }
        }
    )*};
}

forms! {
    Hyphens "Writes an EUI as `34-56-78-9A-BC-DE`." 1 "-" Upper,
    Colons "Writes an EUI as `34:56:78:9a:bc:de`." 1 ":" Lower,
    Dots "Writes an EUI as `3456.789a.bcde`." 2 "." Lower,
    Bare "Writes an EUI as `3456789ABCDE`." 1 "" Upper,
}
