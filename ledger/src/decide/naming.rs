//! How numbers are written.

use alloc::string::String;

/// How the numbers of a pool are written. Asked for the next numbers of pools, and for what a board shows.
pub trait Naming {
    /// The text of a number, exactly as on the device; `None` if it has none.
    fn text(&self, pool: &str, number: u64) -> Option<String>;
}

impl<F: Fn(&str, u64) -> Option<String>> Naming for F {
    fn text(&self, pool: &str, number: u64) -> Option<String> {
        self(pool, number)
    }
}
