//! The JSON Schemas of the settings and of the files beside them, made from their types: no key but those of a type may stand in its file.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::Value;

use crate::config::Config;

/// The JSON Schema of the settings file.
pub(crate) fn schema() -> Value {
    closed_schema::<Config>()
}

/// The JSON Schema of a file that may hold no other keys than those of its type.
pub(crate) fn closed_schema<T: JsonSchema>() -> Value {
    let generator = SchemaSettings::draft07().into_generator();
    let mut schema = Value::from(generator.into_root_schema_for::<T>());
    if let Some(object) = schema.as_object_mut() {
        object.insert("additionalProperties".to_owned(), Value::Bool(false));
        for definition in object
            .get_mut("definitions")
            .and_then(Value::as_object_mut)
            .into_iter()
            .flat_map(|map| map.values_mut())
        {
            if let Some(definition) = definition
                .as_object_mut()
                .filter(|definition| definition.contains_key("properties"))
            {
                definition.insert("additionalProperties".to_owned(), Value::Bool(false));
            }
        }
    }
    schema
}

/// The schema that a `$ref` leads to, optional types unwrapped.
pub(super) fn resolve<'schema>(schema: &'schema Value, root: &'schema Value) -> &'schema Value {
    let mut schema = schema;
    for _ in 0..4 {
        if let Some(name) = schema
            .get("$ref")
            .and_then(Value::as_str)
            .and_then(|name| name.strip_prefix("#/definitions/"))
        {
            schema = root
                .get("definitions")
                .and_then(|definitions| definitions.get(name))
                .unwrap_or(&Value::Null);
        } else if let Some(all) = schema.get("allOf").and_then(Value::as_array).and_then(|all| all.first()) {
            schema = all;
        } else {
            break;
        }
    }
    schema
}
