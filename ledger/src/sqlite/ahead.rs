//! What is free ahead of the numbers that were drawn. In a batch numbers and their texts come one after the other, in their
//! order, and one look-up tells it of all that follow.

/// Stretches that no table has anything of, as long as nothing is written into these.
#[derive(Debug, Default)]
pub(super) struct Ahead {
    numbers: Vec<Numbers>,
    texts: Vec<Texts>,
}

/// Numbers of a pool.
#[derive(Debug)]
struct Numbers {
    pool: i64,
    /// The last number that was asked for, and that no table had.
    last: i64,
    /// The first number of those that no table has, and the one after them.
    free: (i64, i64),
}

/// Texts of a namespace, in the order of their bytes.
#[derive(Debug)]
struct Texts {
    namespace: String,
    /// The last text that was asked for, and that no table had.
    last: String,
    /// Whether no table has a text after `last` and before `end`.
    is_free: bool,
    /// Where there is no such text: to the last of all.
    end: Option<String>,
}

impl Ahead {
    fn of_pool(&mut self, pool: i64) -> Option<&mut Numbers> {
        self.numbers.iter_mut().find(|stretch| stretch.pool == pool)
    }

    fn of_namespace(&mut self, namespace: &str) -> Option<&mut Texts> {
        self.texts.iter_mut().find(|stretch| stretch.namespace == namespace)
    }

    /// Whether no table has the number.
    pub(super) fn is_number_free(&mut self, pool: i64, number: i64) -> bool {
        let stretch = self.of_pool(pool).filter(|stretch| (stretch.free.0..stretch.free.1).contains(&number));
        stretch.map(|stretch| stretch.last = number).is_some()
    }

    /// No table had the number. Whether it is worth to look further: the one before it was none either.
    pub(super) fn misses_number(&mut self, pool: i64, number: i64) -> bool {
        if let Some(stretch) = self.of_pool(pool) {
            let follows = stretch.last.checked_add(1) == Some(number);
            stretch.last = number;
            return follows;
        }
        self.numbers.push(Numbers { pool, last: number, free: (0, 0) });
        false
    }

    /// No table has a number from `first` on, up to the one before `end`.
    pub(super) fn free_numbers(&mut self, pool: i64, first: i64, end: i64) {
        if let Some(stretch) = self.of_pool(pool) {
            stretch.free = (first, end);
        }
    }

    /// Whether no table has the text.
    pub(super) fn is_text_free(&mut self, namespace: &str, text: &str) -> bool {
        let is_in = |stretch: &&mut Texts| {
            stretch.is_free && *stretch.last < *text && stretch.end.as_ref().is_none_or(|end| **end > *text)
        };
        let stretch = self.of_namespace(namespace).filter(is_in);
        stretch.map(|stretch| text.clone_into(&mut stretch.last)).is_some()
    }

    /// No table had the text. Whether it is worth to look further: one before it was none either.
    pub(super) fn misses_text(&mut self, namespace: &str, text: &str) -> bool {
        if let Some(stretch) = self.of_namespace(namespace) {
            let follows = *stretch.last < *text;
            text.clone_into(&mut stretch.last);
            stretch.is_free = false;
            return follows;
        }
        self.texts.push(Texts { namespace: namespace.to_owned(), last: text.to_owned(), is_free: false, end: None });
        false
    }

    /// No table has a text after the last one that was missed, and before `end`.
    pub(super) fn free_texts(&mut self, namespace: &str, end: Option<String>) {
        if let Some(stretch) = self.of_namespace(namespace) {
            (stretch.is_free, stretch.end) = (true, end);
        }
    }

    /// Something is written into the tables.
    pub(super) fn forget(&mut self) {
        self.numbers.iter_mut().for_each(|stretch| stretch.free = (0, 0));
        self.texts.iter_mut().for_each(|stretch| stretch.is_free = false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_follow() {
        let mut ahead = Ahead::default();
        assert!(!ahead.is_number_free(1, 5) && !ahead.misses_number(1, 5));
        assert!(!ahead.misses_number(2, 6), "of another pool");
        assert!(ahead.misses_number(1, 6) && !ahead.misses_number(1, 8));
        assert!(ahead.misses_number(1, 9));
        ahead.free_numbers(1, 9, 12);
        for (number, is_free) in [(8, false), (9, true), (11, true), (12, false), (i64::MAX, false)] {
            assert_eq!(ahead.is_number_free(1, number), is_free, "{number}");
        }
        assert!(!ahead.is_number_free(2, 10));
        ahead.forget();
        assert!(!ahead.is_number_free(1, 10) && ahead.misses_number(1, 12), "the last one that was free is known");
        assert!(!ahead.misses_number(1, i64::MAX) && !ahead.misses_number(1, i64::MIN));
    }

    #[test]
    fn texts_that_follow() {
        let mut ahead = Ahead::default();
        assert!(!ahead.is_text_free("n", "a2") && !ahead.misses_text("n", "a2"));
        assert!(!ahead.misses_text("m", "a3"), "of another namespace");
        assert!(ahead.misses_text("n", "a3") && !ahead.misses_text("n", "a1") && !ahead.misses_text("n", "a1"));
        assert!(ahead.misses_text("n", "a4"));
        ahead.free_texts("n", Some("a9".to_owned()));
        for (text, is_free) in
            [("a4", false), ("a5", true), ("a5", false), ("a7", true), ("a6", false), ("a9", false), ("b", false)]
        {
            assert_eq!(ahead.is_text_free("n", text), is_free, "{text}");
        }
        assert!(!ahead.is_text_free("m", "a8"));
        ahead.forget();
        assert!(!ahead.is_text_free("n", "a8") && ahead.misses_text("n", "a8"));
        ahead.free_texts("n", None);
        assert!(ahead.is_text_free("n", "zz"));
        // What a table was asked for is the new beginning.
        assert!(!ahead.misses_text("n", "a0") && !ahead.is_text_free("n", "zzz"));
    }
}
