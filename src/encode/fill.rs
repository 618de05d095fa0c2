//! What takes the place that a value leaves.

/// What follows a UTF-16 text that is shorter than its field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fill {
    /// Nothing: a text has exactly the field's length.
    Exact,
    /// Zeros to the field's end.
    Nul,
}

/// What the nibble holds that an odd number of BCD digits leaves over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PadNibble {
    /// There is none: the number of digits is even.
    None,
    /// 0, before the first digit.
    Left0,
    /// F, behind the last digit.
    RightF,
}
