//! What readers of text files tell of a file, by kind.

use std::collections::HashMap;

use nameplate::image::{hex, srec, ti_txt};

/// A kind of thing found in a text file: the first one, and how many there are.
#[derive(Debug)]
pub struct Found {
    /// The first one.
    pub first: Told,
    /// How many.
    pub times: usize,
}

/// Something that was tolerated in a text file, or is unusual about it, and where.
#[derive(Debug)]
pub struct Told {
    /// The line, counted from 1.
    pub line: usize,
    /// The column, in bytes counted from 1.
    pub column: usize,
    /// What it is.
    pub what: String,
    /// Whether strict reading refuses it.
    pub tolerated: bool,
}

impl std::fmt::Display for Told {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}, column {}: {}", self.line, self.column, self.what)
    }
}

impl std::fmt::Display for Found {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.times {
            1 => write!(f, "{}", self.first),
            times => write!(f, "{} ({times} times)", self.first),
        }
    }
}

/// What the readers of text files tell.
pub trait Diagnostic {
    /// What it is.
    type Kind: std::fmt::Display;

    /// What it is.
    fn kind(&self) -> &Self::Kind;

    /// Its line, its column, and whether strict reading refuses it.
    fn place(&self) -> (usize, usize, bool);
}

macro_rules! diagnostics {
    ($($format:ident)+) => {$(
        impl Diagnostic for $format::Diagnostic {
            type Kind = $format::DiagnosticKind;

            fn kind(&self) -> &Self::Kind {
                self.kind()
            }

            fn place(&self) -> (usize, usize, bool) {
                (self.line(), self.column(), self.kind().is_tolerated())
            }
        }
    )+};
}

diagnostics! { hex srec ti_txt }

/// One of each kind, in the order of the first ones.
pub fn by_kind<D: Diagnostic>(diagnostics: impl Iterator<Item = D>) -> Vec<Found> {
    let (mut all, mut known) = (Vec::<Found>::new(), HashMap::new());
    for found in diagnostics {
        let kind = std::mem::discriminant(found.kind());
        if let Some(found) = known.get(&kind).and_then(|index: &usize| all.get_mut(*index)) {
            found.times += 1;
        } else {
            let _ = known.insert(kind, all.len());
            let (line, column, tolerated) = found.place();
            all.push(Found { first: Told { line, column, what: found.kind().to_string(), tolerated }, times: 1 });
        }
    }
    all
}
