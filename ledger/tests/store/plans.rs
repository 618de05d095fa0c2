//! No question reads a whole table: the plan of every statement of the store, as its source has it.

use std::fs;
use std::path::Path;

use crate::bench::Bench;

/// Tables that are read whole: few rows, which are all needed.
const SMALL: [&str; 5] = ["SCAN pool", "SCAN folder", "SCAN sqlite_master", "SCAN sqlite_schema", "SCAN pragma_"];

/// The statements in a source: string literals that begin like one.
fn statements(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in source.match_indices('"') {
        let rest = &source[at + 1..];
        if !["SELECT ", "INSERT ", "UPDATE ", "DELETE "].iter().any(|begin| rest.starts_with(begin)) {
            continue;
        }
        let literal = &rest[..rest.find('"').unwrap()];
        // A line that ends in a backslash goes on after the spaces of the next one.
        found.push(literal.split("\\\n").map(str::trim_start).collect());
    }
    found
}

fn plan(connection: &rusqlite::Connection, sql: &str) -> Vec<String> {
    let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
    let rows = statement.raw_query().mapped(|row| row.get::<_, String>(3)).map(Result::unwrap).collect();
    rows
}

#[test]
fn no_statement_reads_a_table() {
    let bench = Bench::new();
    let connection = rusqlite::Connection::open(bench.ledger()).unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/sqlite");
    let mut count = 0;
    for name in crate::bench::names(&folder) {
        let source = fs::read_to_string(folder.join(&name)).unwrap();
        let source = source.split("#[cfg(test)]").next().unwrap().replace("\\'", "'");
        for sql in statements(&source) {
            // The check compares all rows, in the order of their keys, of copies that nobody waits for.
            let is_check = name == "audit.rs" && sql.contains("FROM") && !sql.starts_with("INSERT");
            let plan = plan(&connection, &sql.replace("\\\\", "\\"));
            let scans = plan.iter().filter(|step| step.contains("SCAN"));
            let large: Vec<_> = scans.filter(|step| !SMALL.iter().any(|small| step.starts_with(small))).collect();
            assert!(is_check || large.is_empty(), "{name}: {sql}: {plan:?}");
            assert!(!plan.iter().any(|step| step.contains("TEMP B-TREE")), "{name}: {sql}: {plan:?}");
            count += 1;
        }
    }
    assert!(count > 45, "{count}");
    // A scan would be found.
    assert!(plan(&connection, "SELECT * FROM identity WHERE value=?1 AND state<6")[0].starts_with("SCAN identity"));
}
