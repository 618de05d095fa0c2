//! Fallbacks that are never taken: where the types cannot say so, a reason does.

/// What is there, where it always is.
pub(crate) trait OrNever<T: Default> {
    /// What is there; `why` that cannot be otherwise. A build with debug assertions stops where it is not, any other
    /// goes on with the default.
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
