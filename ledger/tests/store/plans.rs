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
    let mut steps = Vec::new();
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next().unwrap() {
        steps.push(row.get(3).unwrap());
    }
    steps
}

/// Whether the plan is kept when other values are bound.
fn is_made_once(connection: &rusqlite::Connection, sql: &str) -> bool {
    for value in 0..3_i64 {
        let mut statement = connection.prepare_cached(sql).unwrap();
        for at in 1..=statement.parameter_count() {
            statement.raw_bind_parameter(at, value).unwrap();
        }
        let mut rows = statement.raw_query();
        while rows.next().unwrap().is_some() {}
        drop(rows);
        if value == 2 {
            return statement.get_status(rusqlite::StatementStatus::RePrepare) == 0;
        }
    }
    false
}

#[test]
fn no_statement_reads_a_table() {
    let bench = Bench::new();
    let connection = rusqlite::Connection::open(bench.ledger()).unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/sqlite");
    let (mut count, mut made_again) = (0, Vec::new());
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
            if sql.starts_with("SELECT") && !is_made_once(&connection, &sql.replace("\\\\", "\\")) {
                made_again.push(sql);
            }
            count += 1;
        }
    }
    assert!(made_again.is_empty(), "{made_again:#?}");
    assert!(count > 45, "{count}");
    // A scan would be found, and a plan that is made again.
    assert!(!is_made_once(&connection, "SELECT 1 FROM range WHERE pool=?1 AND first<=?2 ORDER BY first DESC LIMIT 1"));
    assert!(plan(&connection, "SELECT * FROM identity WHERE value=?1 AND state<6")[0].starts_with("SCAN identity"));
}
