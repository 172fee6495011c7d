//! Answers as XML.

use std::io;

use quick_xml::Writer;
use quick_xml::escape::escape;
use quick_xml::events::{BytesText, Event};
use serde_json::Value;

use super::Operation;
use crate::shape::Shape;

/// The answer to an operation that was done.
pub(super) fn success(
    namespace: &str,
    operation: &Operation,
    members: Option<&Value>,
    request_id: &str,
) -> String {
    let Operation { name, output, .. } = operation;
    document(&format!("{name}Response"), namespace, |writer| {
        if let (Some(output), Some(members)) = (output, members) {
            writer
                .create_element(format!("{name}Result").as_str())
                .write_inner_content(|writer| content(writer, "member", output, members))?;
        }
        writer
            .create_element("ResponseMetadata")
            .write_inner_content(|writer| text(writer, "RequestId", request_id))?;
        Ok(())
    })
}

/// The answer of EC2 to an operation that was done.
pub(super) fn ec2_success(
    namespace: &str,
    operation: &Operation,
    members: &Value,
    request_id: &str,
) -> String {
    let Operation { name, output, .. } = operation;
    document(&format!("{name}Response"), namespace, |writer| {
        text(writer, "requestId", request_id)?;
        match output {
            Some(output) => content(writer, "item", output, members),
            None => text(writer, "return", "true"),
        }
    })
}

/// The answer of EC2 where there is no result.
pub(super) fn ec2_failure(code: &str, message: &str, request_id: &str) -> String {
    element("Response", &[], |writer| {
        writer
            .create_element("Errors")
            .write_inner_content(|writer| {
                let error = writer.create_element("Error");
                error.write_inner_content(|writer| {
                    text(writer, "Code", code)?;
                    text(writer, "Message", message)
                })?;
                Ok(())
            })?;
        text(writer, "RequestID", request_id)
    })
}

/// The answer where there is no result.
pub(super) fn failure(
    namespace: &str,
    code: &str,
    message: &str,
    is_of_sender: bool,
    request_id: &str,
) -> String {
    document("ErrorResponse", namespace, |writer| {
        writer
            .create_element("Error")
            .write_inner_content(|writer| {
                let fault = if is_of_sender { "Sender" } else { "Receiver" };
                text(writer, "Type", fault)?;
                text(writer, "Code", code)?;
                text(writer, "Message", message)
            })?;
        text(writer, "RequestId", request_id)
    })
}

fn document(
    name: &str,
    namespace: &str,
    write: impl FnOnce(&mut Writer<Vec<u8>>) -> io::Result<()>,
) -> String {
    element(name, &[("xmlns", namespace)], write)
}

fn element(
    name: &str,
    attributes: &[(&str, &str)],
    write: impl FnOnce(&mut Writer<Vec<u8>>) -> io::Result<()>,
) -> String {
    let mut writer = Writer::new(Vec::new());
    let written = writer
        .create_element(name)
        .with_attributes(attributes.iter().copied())
        .write_inner_content(write);
    // Writing to memory does not fail, and what is written is UTF-8.
    match written {
        Ok(writer) => String::from_utf8_lossy(writer.get_ref()).into_owned(),
        Err(_) => String::new(),
    }
}

fn text(writer: &mut Writer<Vec<u8>>, name: &str, content: &str) -> io::Result<()> {
    let element = writer.create_element(name);
    element.write_text_content(escaped(content)).map(drop)
}

/// A text, of which readers of XML read the same. What XML has no way to write is told as a replacement character.
///
/// Source: XML 1.0, "Characters" and "End-of-Line Handling".
fn escaped(content: &str) -> BytesText<'static> {
    let is_legal = |letter: char| match letter {
        '\t' | '\n' | '\r' => true,
        _ => letter >= ' ' && !matches!(letter, '\u{fffe}' | '\u{ffff}'),
    };
    let legal = content.replace(|letter| !is_legal(letter), "\u{fffd}");
    BytesText::from_escaped(escape(legal).replace('\r', "&#13;"))
}

/// What is inside the element of a value, in which an item of a list has this name.
fn content(
    writer: &mut Writer<Vec<u8>>,
    item_name: &str,
    shape: &Shape,
    value: &Value,
) -> io::Result<()> {
    let mut inner = |name: &str, shape: &Shape, value: &Value| {
        let element = writer.create_element(name);
        element
            .write_inner_content(|writer| content(writer, item_name, shape, value))
            .map(drop)
    };
    match (shape, value) {
        (Shape::Structure(fields) | Shape::Union(fields), Value::Object(members)) => {
            for field in *fields {
                if let Some(value) = members.get(field.name).filter(|it| !it.is_null()) {
                    inner(field.name, field.shape, value)?;
                }
            }
        }
        (Shape::List { of, .. }, Value::Array(items)) => {
            for item in items {
                inner(item_name, of, item)?;
            }
        }
        (Shape::Map { value: of, .. }, Value::Object(entries)) => {
            for (key, value) in entries {
                writer
                    .create_element("entry")
                    .write_inner_content(|writer| {
                        text(writer, "key", key)?;
                        let element = writer.create_element("value");
                        element
                            .write_inner_content(|writer| content(writer, item_name, of, value))
                            .map(drop)
                    })?;
            }
        }
        (_, Value::String(text)) => writer.write_event(Event::Text(escaped(text)))?,
        (_, value) => writer.write_event(Event::Text(escaped(&value.to_string())))?,
    }
    Ok(())
}
