//! Rules as compiled: tests that look at borrowed text, in the order of priority.

use std::sync::Arc;

use super::GroupView;

/// A rule.
#[derive(Debug)]
pub struct RuleView {
    /// Id, `rule-…`.
    pub id: String,
    /// Priority; the lowest that matches wins.
    pub priority: u32,
    /// Method, with case; `None` for any.
    pub method: Option<String>,
    /// Test on the path.
    pub path: Option<PathTest>,
    /// Tests on headers.
    pub headers: Vec<HeaderTest>,
    /// What happens.
    pub action: ActionView,
}

/// A test on the path.
#[derive(Debug)]
pub struct PathTest {
    /// The test.
    pub test: TextTest,
    /// Whether with case.
    pub case_sensitive: bool,
}

/// A test on one header.
#[derive(Debug)]
pub struct HeaderTest {
    /// Name.
    pub name: http::HeaderName,
    /// The test on a value.
    pub test: TextTest,
    /// Whether with case.
    pub case_sensitive: bool,
}

/// A test on a text.
#[derive(Debug)]
pub enum TextTest {
    /// The whole text.
    Exact(String),
    /// Its beginning.
    Prefix(String),
    /// Any part.
    Contains(String),
}

impl TextTest {
    /// Whether `text` passes. Without case means without ASCII case. No allocation.
    #[must_use]
    pub fn passes(&self, text: &[u8], case_sensitive: bool) -> bool {
        let equal = |a: &[u8], b: &[u8]| {
            if case_sensitive {
                a == b
            } else {
                a.eq_ignore_ascii_case(b)
            }
        };
        match self {
            Self::Exact(exact) => equal(text, exact.as_bytes()),
            Self::Prefix(prefix) => text
                .get(..prefix.len())
                .is_some_and(|start| equal(start, prefix.as_bytes())),
            Self::Contains(part) => {
                part.is_empty() || text.windows(part.len()).any(|w| equal(w, part.as_bytes()))
            }
        }
    }
}

/// What a listener or rule does.
#[derive(Debug)]
pub enum ActionView {
    /// Forward to one of the groups.
    Forward {
        /// The groups, with weights above 0.
        groups: Vec<WeightedGroup>,
        /// Sum of the weights; 0 where no group can be chosen.
        total: u64,
    },
    /// Answer with this status.
    Fixed(u16),
}

/// A group with its share.
#[derive(Debug)]
pub struct WeightedGroup {
    /// The group.
    pub group: Arc<GroupView>,
    /// Its weight.
    pub weight: u32,
}
