//! What a command says while it works: lines for a person, or one JSON object for a script, written as it comes. Nothing
//! is built that is not asked for, and nothing is kept that was said.
//!
//! | | for a person | for a script |
//! |---|---|---|
//! | [`say`](Report::say) | a line | |
//! | [`entry`](Report::entry) | | a key and its value |
//! | [`list`](Report::list) | a line for each | a key and a list |
//! | [`open`](Report::open), [`item`](Report::item) | | a key, and the members of its list one by one |
//! | [`end`](Report::end) | | `"ok"`, the last key of every object |

use std::fmt::Display;
use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value;

use crate::failure::Failure;

/// What a command says.
pub struct Report<'w> {
    out: &'w mut dyn Write,
    json: bool,
    /// Whether a key was written.
    begun: bool,
    /// How many members the list has that is open.
    open: Option<u64>,
    /// What writing failed with first; nothing is written behind that.
    written: io::Result<()>,
}

impl std::fmt::Debug for Report<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "report as {}", if self.json { "JSON" } else { "text" })
    }
}

impl<'w> Report<'w> {
    /// A report into `out`: one JSON object, or text.
    pub fn new(out: &'w mut dyn Write, json: bool) -> Self {
        Self { out, json, begun: false, open: None, written: Ok(()) }
    }

    /// Whether it is JSON.
    pub fn is_json(&self) -> bool {
        self.json
    }

    fn put(&mut self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) {
        if self.written.is_ok() {
            self.written = write(self.out);
        }
    }

    /// A line for a person.
    pub fn say(&mut self, line: impl Display) {
        if !self.json {
            self.put(|out| writeln!(out, "{line}"));
        }
    }

    fn key(&mut self, key: &str) {
        self.close();
        let before = if self.begun { "," } else { "{" };
        self.begun = true;
        self.put(|out| {
            out.write_all(before.as_bytes())?;
            serde_json::to_writer(&mut *out, key)?;
            out.write_all(b":")
        });
    }

    /// A key and its value for a script.
    pub fn entry(&mut self, key: &str, value: impl Serialize) {
        if self.json {
            self.key(key);
            self.put(|out| Ok(serde_json::to_writer(out, &value)?));
        }
    }

    /// A line for each to a person, a list to a script.
    pub fn list<T: Display + Serialize>(&mut self, key: &str, values: impl IntoIterator<Item = T>) {
        if self.json {
            return self.values(key, values);
        }
        for value in values {
            self.say(value);
        }
    }

    /// Begins a list for a script; the next key ends it.
    pub fn open(&mut self, key: &str) {
        if self.json {
            self.key(key);
            self.open = Some(0);
            self.put(|out| out.write_all(b"["));
        }
    }

    /// A member of the list that is open, which is made for a script only.
    pub fn item<T: Serialize>(&mut self, value: impl FnOnce() -> T) {
        if let Some(count) = self.open {
            self.open = Some(count + 1);
            self.put(|out| {
                out.write_all(if count > 0 { b"," } else { b"" })?;
                Ok(serde_json::to_writer(out, &value())?)
            });
        }
    }

    fn close(&mut self) {
        if self.open.take().is_some() {
            self.put(|out| out.write_all(b"]"));
        }
    }

    /// A list for a script.
    pub fn values<T: Serialize>(&mut self, key: &str, values: impl IntoIterator<Item = T>) {
        self.open(key);
        if self.json {
            values.into_iter().for_each(|value| self.item(|| value));
        }
        self.close();
    }

    /// The keys of an object that was built, but for its `ok`, which [`end`](Self::end) writes.
    pub fn entries(&mut self, object: &Value) {
        for (key, value) in object.as_object().into_iter().flatten().filter(|(key, _)| *key != "ok") {
            self.entry(key, value);
        }
    }

    /// What failed, for a script; whatever was said before stands in the same object.
    pub fn fail(&mut self, failure: &Failure) {
        self.entry("error", failure.to_string());
        if let Some(kind) = failure.kind() {
            self.entry("kind", kind);
        }
        self.entry("exit", failure.exit().code());
    }

    /// Ends the report with whether all is well.
    ///
    /// # Errors
    /// With what writing failed with first, now or before.
    pub fn end(mut self, ok: bool) -> io::Result<()> {
        self.entry("ok", ok);
        let close = if self.json { "}\n" } else { "" };
        self.put(|out| {
            out.write_all(close.as_bytes())?;
            out.flush()
        });
        self.written
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Exit;

    fn said(json: bool, say: impl FnOnce(&mut Report<'_>), ok: bool) -> String {
        let mut out = Vec::new();
        let mut report = Report::new(&mut out, json);
        say(&mut report);
        assert!(report.end(ok).is_ok());
        String::from_utf8(out).unwrap_or_default()
    }

    #[test]
    fn one_of_two() {
        let say = |report: &mut Report<'_>| {
            report.say("a line");
            report.entry("a \"key\"", [1, 2]);
            report.list("list", ["x", "y"]);
            report.values("none", [0; 0]);
            report.open("open");
            report.item(|| 1);
            report.item(|| 2);
            report.entries(&serde_json::json!({ "b": null, "ok": false }));
        };
        assert_eq!(said(false, say, true), "a line\nx\ny\n");
        let object = r#"{"a \"key\"":[1,2],"list":["x","y"],"none":[],"open":[1,2],"b":null,"ok":true}"#;
        assert_eq!(said(true, say, true), object.to_owned() + "\n");
        let failed = said(true, |report| report.fail(&Failure::new(Exit::Io, "no")), false);
        assert_eq!(failed, "{\"error\":\"no\",\"exit\":1,\"ok\":false}\n");
        let failure = Failure::refused("no").of_kind("unknown-unit");
        let failed = said(true, |report| report.fail(&failure), false);
        assert_eq!(failed, "{\"error\":\"no\",\"kind\":\"unknown-unit\",\"exit\":3,\"ok\":false}\n");
    }

    /// A million lines are kept nowhere.
    #[test]
    fn what_was_said_is_not_kept() {
        for json in [false, true] {
            let used = allocation_counter::measure(|| {
                let mut sink = io::sink();
                let mut report = Report::new(&mut sink, json);
                report.list("n", 0..1_000_000);
                assert!(report.end(true).is_ok());
            });
            assert!(used.bytes_max < 1000, "{}", used.bytes_max);
        }
    }
}
