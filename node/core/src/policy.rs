//! Skeleton.
/// Kinds.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// Auth.
    Auth,
    /// Identity.
    Identity,
}
/// A document.
#[derive(Debug)]
pub struct Document;
/// A compiled policy.
#[derive(Debug)]
pub struct Compiled;
/// Parses.
///
/// # Errors
/// Always.
pub fn parse(_text: &str, _kind: Kind) -> Result<Document, String> {
    Err(String::new())
}
/// Compiles.
#[must_use]
pub fn compile(_document: &Document) -> Compiled {
    Compiled
}
