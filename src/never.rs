//! Fallbacks that are never taken: where the types cannot say so, a reason does.

/// What is there, where it always is.
///
/// A build with debug assertions, as those of tests and fuzzers are, stops where it is not. Any other goes on with
/// the default and is the same code as `unwrap_or_default`: nothing panics in a program that was released.
pub(crate) trait OrNever<T: Default> {
    /// What is there; `why` that cannot be otherwise.
    fn or_never(self, why: &str) -> T;
}

impl<T: Default> OrNever<T> for Option<T> {
    #[inline]
    #[track_caller]
    fn or_never(self, why: &str) -> T {
        debug_assert!(self.is_some(), "nothing there, which was thought never to be so: {why}");
        self.unwrap_or_default()
    }
}

impl<T: Default, E> OrNever<T> for Result<T, E> {
    #[inline]
    #[track_caller]
    fn or_never(self, why: &str) -> T {
        debug_assert!(self.is_ok(), "an error, which was thought never to be so: {why}");
        self.unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_is_given() {
        assert_eq!(Some(5_u8).or_never("it is there"), 5);
        assert_eq!(u8::try_from(200_u32).or_never("below 256"), 200);
    }

    #[test]
    #[cfg(debug_assertions)]
    #[should_panic(expected = "nothing there, which was thought never to be so: it is there")]
    fn nothing_stops_a_test() {
        let _: u8 = None.or_never("it is there");
    }

    #[test]
    #[cfg(debug_assertions)]
    #[should_panic(expected = "an error, which was thought never to be so: below 256")]
    fn an_error_stops_a_test() {
        let _ = u8::try_from(300_u32).or_never("below 256");
    }
}
