//! Findings as one JSON document.

use crate::model::report::Report;
use crate::report::format::{Format, Style};
use crate::report::record;
use crate::report::visible::escaped;

/// Schema `runproof-lint/1`, published as `schemas/runproof-lint.schema.json`.
pub(super) const FORMAT: Format = Format {
    name: "json",
    summary: "One JSON document with everything that is known, by a published schema, for programs",
    write,
};

fn write(report: &Report, _: Style) -> String {
    let json = serde_json::to_string_pretty(&record::output(report)).expect("strings and numbers are always JSON");
    escaped(&json) + "\n"
}

#[cfg(test)]
mod tests {
    use crate::model::blessed::holds;
    use crate::report::json_lines::Line;
    use crate::report::record::Output;

    /// The schemas that are published are made from the types that are written.
    #[test]
    fn the_schemas_of_the_output_are_published() {
        let settings = || schemars::generate::SchemaSettings::draft2020_12().for_serialize();
        let schemas = [
            (
                "runproof-lint",
                settings().into_generator().into_root_schema_for::<Output<'static>>(),
            ),
            (
                "runproof-lint-line",
                settings().into_generator().into_root_schema_for::<Line<'static>>(),
            ),
        ];
        for (name, schema) in schemas {
            let made = format!("{:#}\n", schema.as_value());
            holds(&format!("schemas/{name}.schema.json"), &made);
        }
    }
}
