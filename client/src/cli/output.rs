//! Prints data: tables for people, JSON and YAML for programs, names for scripts.

use std::io::{ErrorKind, Write as _};

use comfy_table::Table;
use comfy_table::presets::NOTHING;
use serde_json::{Map, Value, json};
use trellis_client::kind;
use trellis_proto::v1;

use super::connection::Format;
use super::failure::Failure;

/// Fields that name a resource, in the order of preference.
const NAMES: &[&str] = &["name", "userName", "roleName", "node", "id"];

/// Writes a line to stdout.
pub(crate) fn line(text: &str) -> Result<(), Failure> {
    bytes(format!("{text}\n").as_bytes())
}

/// Writes bytes to stdout. A reader that went away, such as `head`, is no failure.
pub(crate) fn bytes(bytes: &[u8]) -> Result<(), Failure> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => Ok(written?),
    }
}

/// Writes a line to stderr.
pub(crate) fn note(text: &str) {
    // Nobody is left to tell that stderr is closed.
    drop(writeln!(std::io::stderr().lock(), "{text}"));
}

/// Prints one thing.
pub(crate) fn one(format: Format, thing: &Value) -> Result<(), Failure> {
    line(&render_one(format, thing)?)
}

/// Prints many things in the columns at these paths; `around` stands beside `items` in JSON and YAML.
pub(crate) fn many(
    format: Format,
    items: Vec<Value>,
    columns: &[&str],
    around: Map<String, Value>,
) -> Result<(), Failure> {
    let text = render_many(format, items, columns, around)?;
    if text.is_empty() { Ok(()) } else { line(&text) }
}

fn render_one(format: Format, thing: &Value) -> Result<String, Failure> {
    match format {
        Format::Table => Ok(properties(thing)),
        Format::Json => pretty(thing),
        Format::Yaml => yaml(thing),
        Format::Name => Ok(name(thing)),
    }
}

fn render_many(
    format: Format,
    items: Vec<Value>,
    columns: &[&str],
    mut around: Map<String, Value>,
) -> Result<String, Failure> {
    match format {
        Format::Table => Ok(table(&items, columns)),
        Format::Name => Ok(items.iter().map(name).collect::<Vec<_>>().join("\n")),
        Format::Json | Format::Yaml => {
            around.insert("items".to_owned(), Value::Array(items));
            let document = Value::Object(around);
            if format == Format::Json {
                pretty(&document)
            } else {
                yaml(&document)
            }
        }
    }
}

fn pretty(value: &Value) -> Result<String, Failure> {
    serde_json::to_string_pretty(value).map_err(|error| Failure::Other(error.to_string()))
}

fn yaml(value: &Value) -> Result<String, Failure> {
    // Each value on one line, so that `grep` finds ARNs and policies.
    let options = serde_saphyr::ser_options! { prefer_block_scalars: false };
    let text = serde_saphyr::to_string_with_options(value, options);
    let text = text.map_err(|error| Failure::Other(error.to_string()))?;
    Ok(text.trim_end().to_owned())
}

/// A resource as one flat object with the names of VPC Lattice's API; absent fields are left out.
pub(crate) fn flat(resource: &v1::Resource) -> Result<Value, Failure> {
    let broken = |error: serde_json::Error| Failure::Other(error.to_string());
    let mut flat = Map::new();
    if let Some(spec) = &resource.spec
        && let Value::Object(spec) = serde_json::to_value(spec).map_err(broken)?
        && let Some((kind, Value::Object(spec))) = spec.into_iter().next()
    {
        let mut letters = kind.chars();
        let first = letters.next().map(|first| first.to_ascii_uppercase());
        let kind: String = first.into_iter().chain(letters).collect();
        if let Some(kind) = kind::by_manifest(&kind) {
            flat.insert("kind".to_owned(), json!(kind.manifest));
        }
        flat.extend(spec);
    }
    if let Some(list) = flat.get_mut("targets").and_then(Value::as_object_mut) {
        let items = list.remove("items").unwrap_or_default();
        flat.insert("targets".to_owned(), items);
    }
    if let Some(metadata) = &resource.metadata
        && let Value::Object(mut metadata) = serde_json::to_value(metadata).map_err(broken)?
    {
        if let Some(name) = metadata.remove("dnsName").filter(|name| name != "") {
            metadata.insert("dnsEntry".to_owned(), json!({"domainName": name}));
        }
        metadata.retain(|_, value| !is_absent(value));
        flat.extend(metadata);
    }
    let mut flat = Value::Object(flat);
    prune(&mut flat);
    Ok(flat)
}

/// Removes what says nothing: null, empty text, empty mappings and lists. A list of targets or of
/// matches may be empty on purpose, but then its absence says the same.
fn prune(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.values_mut().for_each(prune);
            fields.retain(|_, field| !is_absent(field));
        }
        Value::Array(items) => items.iter_mut().for_each(prune),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn is_absent(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

fn name(thing: &Value) -> String {
    NAMES
        .iter()
        .find_map(|field| thing.get(field))
        .map(cell)
        .unwrap_or_default()
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}

fn at<'v>(thing: &'v Value, path: &str) -> &'v Value {
    path.split('.').fold(thing, |thing, step| &thing[step])
}

/// One line for each property.
fn properties(thing: &Value) -> String {
    let mut table = plain_table();
    for (field, value) in thing.as_object().into_iter().flatten() {
        table.add_row([field.clone(), cell(value)]);
    }
    shown(table)
}

fn table(items: &[Value], columns: &[&str]) -> String {
    let mut table = plain_table();
    table.set_header(columns.iter().map(|column| heading(column)));
    for item in items {
        table.add_row(columns.iter().map(|column| cell(at(item, column))));
    }
    shown(table)
}

fn plain_table() -> Table {
    let mut table = Table::new();
    table.load_style(NOTHING);
    table
}

/// Columns two spaces apart, never wrapped.
fn shown(mut table: Table) -> String {
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    table.trim_fmt()
}

/// `config.vpcIdentifier` is headed `VPC-IDENTIFIER`.
fn heading(path: &str) -> String {
    let last = path.rsplit('.').next().unwrap_or(path);
    let mut heading = String::new();
    for letter in last.chars() {
        if letter.is_ascii_uppercase() {
            heading.push('-');
        }
        heading.push(letter.to_ascii_uppercase());
    }
    heading
}

#[cfg(test)]
mod tests;
