//! What was read back of a device, beside what its unit has.

use nameplate::Value;
use nameplate::plan::Reading;

/// Everything that is wrong: fields that have not the unit's value, checksums. Secrets are compared in constant time.
pub(crate) fn wrong<'v>(
    values: impl IntoIterator<Item = &'v (&'v str, Value<'v>)>,
    reading: &Reading<'_>,
) -> Vec<String> {
    let mut wrong = Vec::new();
    for (name, value) in values {
        match reading.field(name) {
            Some(field) if field.matches(value) => {}
            Some(field) if field.is_erased() => {
                wrong.push(format!("field `{name}` at {} is erased", field.span()));
            }
            Some(field) => wrong.push(format!("field `{name}` at {} is not what the unit has", field.span())),
            None => wrong.push(format!("field `{name}` was not read")),
        }
    }
    for check in reading.checks().filter(|check| !check.is_right()) {
        let why = match (check.numbers(), check.unreadable()) {
            (Some((stored, computed)), _) => format!(": the image holds {stored}, computed is {computed}"),
            (_, Some(error)) => format!(": {error}"),
            _ => String::new(),
        };
        wrong.push(format!("checksum `{}` is wrong{why}", check.name()));
    }
    wrong
}
