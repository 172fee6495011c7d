//! Manifests: resources written as YAML (or JSON), one document each.
//!
//! ```yaml
//! kind: Service
//! name: orders-api
//! authType: AWS_IAM
//! ---
//! kind: AuthPolicy
//! resourceIdentifier: orders-api
//! policy: {Version: '2012-10-17', Statement: [...]}
//! ```
//!
//! `kind` and the properties of VPC Lattice's API, flat. Policies are mappings or JSON strings; the
//! `targets` of a target group are a list. What the registry says of a resource (`arn`, `createdAt`,
//! …) is read over, so that the output of `get -o yaml` can be changed and applied.
//!
//! Pure: text in, resources or mistakes out.

mod read;
mod spec;
mod tree;

use std::fmt;

use trellis_proto::v1;

use crate::kind::{self, Kind};
pub use tree::Position;
pub use tree::Tree;
use tree::Value;

/// Bytes of one manifest file. Source: our own; a thousand resources of 4 KiB.
pub const BYTES_MAX: usize = 4 << 20;

/// Mistakes of one manifest: the first of each document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct ManifestError {
    /// What the text is called: a path, `stdin`.
    pub source_name: String,
    /// The mistakes in the order of the text.
    pub mistakes: Vec<Mistake>,
}

impl fmt::Display for ManifestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, mistake) in self.mistakes.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{}:{mistake}", self.source_name)?;
        }
        Ok(())
    }
}

/// One mistake in a document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mistake {
    /// Where it is, if that is known.
    pub at: Option<Position>,
    /// The document, counted from 1; 0 where the text is no YAML.
    pub document: usize,
    /// Path of the field, such as `defaultAction.forward`; empty for the document itself.
    pub field: String,
    /// What is wrong.
    pub message: String,
    /// What to write instead; empty where nothing better than the message is known.
    pub hint: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(at) = self.at {
            write!(f, "{}:{}:", at.line, at.column)?;
        }
        if self.document > 0 {
            write!(f, " document {}:", self.document)?;
        }
        if !self.field.is_empty() {
            write!(f, " {}:", self.field)?;
        }
        write!(f, " {}", self.message)?;
        if !self.hint.is_empty() {
            write!(f, "; {}", self.hint)?;
        }
        Ok(())
    }
}

/// Reads every document of a text; empty documents are skipped.
///
/// # Errors
/// [`ManifestError`] with the first mistake of each document.
pub fn parse(text: &str, source_name: &str) -> Result<Vec<v1::Resource>, ManifestError> {
    let failed = |mistakes| ManifestError {
        source_name: source_name.to_owned(),
        mistakes,
    };
    let documents = tree::documents(text).map_err(|mistake| failed(vec![mistake]))?;
    let mut resources = Vec::with_capacity(documents.len());
    let mut mistakes = Vec::new();
    for (index, document) in documents.into_iter().enumerate() {
        match resource(document) {
            Ok(resource) => resources.push(resource),
            Err(mistake) => mistakes.push(Mistake {
                document: index + 1,
                ..mistake
            }),
        }
    }
    if mistakes.is_empty() {
        Ok(resources)
    } else {
        Err(failed(mistakes))
    }
}

/// Reads a single document as properties, without a kind; an empty text has none.
///
/// # Errors
/// [`ManifestError`] if the text is no YAML or holds several documents.
pub fn parse_tree(text: &str, source_name: &str) -> Result<Tree, ManifestError> {
    let failed = |mistake| ManifestError {
        source_name: source_name.to_owned(),
        mistakes: vec![mistake],
    };
    let mut documents = tree::documents(text).map_err(failed)?;
    match (documents.pop(), documents.is_empty()) {
        (None, _) => Ok(Tree::empty()),
        (Some(document), true) => Ok(document),
        (Some(document), false) => Err(failed(Mistake {
            at: Some(document.at),
            message: "one document is expected here".to_owned(),
            hint: "use `trellis apply` for several".to_owned(),
            ..Mistake::default()
        })),
    }
}

/// Turns the properties of a resource of a known kind into the resource.
///
/// A `kind` among the properties must be this one.
///
/// # Errors
/// The first [`Mistake`].
pub fn resource_of(kind: &Kind, mut properties: Tree) -> Result<v1::Resource, Mistake> {
    if let Some(named) = properties.take("kind")
        && named.text().and_then(kind::by_manifest) != Some(kind)
    {
        return Err(Mistake {
            at: Some(named.at),
            field: "kind".to_owned(),
            message: format!("a {} is expected here", kind.manifest),
            ..Mistake::default()
        });
    }
    spec::read_over_metadata(kind.kind, &mut properties);
    Ok(v1::Resource {
        metadata: None,
        spec: Some(spec::spec(kind.kind, &properties)?),
    })
}

fn resource(mut document: Tree) -> Result<v1::Resource, Mistake> {
    if !matches!(document.value, Value::Map(_)) {
        return Err(Mistake {
            at: Some(document.at),
            message: "a resource is a mapping with `kind`".to_owned(),
            hint: "begin with a line such as `kind: Service`".to_owned(),
            ..Mistake::default()
        });
    }
    let Some(named) = document.take("kind") else {
        return Err(Mistake {
            at: Some(document.at),
            message: "`kind` is missing".to_owned(),
            hint: "begin with a line such as `kind: Service`".to_owned(),
            ..Mistake::default()
        });
    };
    let name = named.text().unwrap_or_default();
    let Some(kind) = kind::by_manifest(name) else {
        return Err(unknown_kind(name, named.at));
    };
    resource_of(kind, document)
}

fn unknown_kind(name: &str, at: Position) -> Mistake {
    let names = || kind::KINDS.iter().map(|kind| kind.manifest);
    let hint = match kind::nearest(name, names()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("kinds are {}", names().collect::<Vec<_>>().join(", ")),
    };
    Mistake {
        at: Some(at),
        field: "kind".to_owned(),
        message: format!("there is no kind `{name}`"),
        hint,
        ..Mistake::default()
    }
}
