//! Texts with wildcards and variables, and how they are compared.
//!
//! A compiled pattern is bytes: UTF-8 and two marks that cannot occur in UTF-8, for `*` and `?`.
//! So a `*` that is an ordinary character (from `${*}`, or from the value of a variable) and one
//! that is a wildcard cannot be confused.
//!
//! Source: IAM user guide, "Policy variables and tags", "String condition operators".

use smallvec::SmallVec;

use super::evaluate::Context;
use super::key::Key;

/// Mark of `*`: any characters, also none.
const RUN: u8 = 0xff;
/// Mark of `?`: one character.
const ONE: u8 = 0xfe;

/// Bytes of a pattern with variables that are held without an allocation.
const EXPANDED_BYTES_INLINE: usize = 512;

/// A pattern with the values of its variables.
type Expanded = SmallVec<[u8; EXPANDED_BYTES_INLINE]>;

/// A text of a document, split into what it means.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Template(pub Vec<Piece>);

/// A part of a [`Template`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Ordinary characters.
    Text(String),
    /// `?`.
    One,
    /// `*`.
    Run,
    /// `${key}` or `${key, 'default'}`.
    Variable {
        /// Condition key with one value.
        key: Key,
        /// The text where the key has no value.
        default: Option<String>,
    },
}

impl Template {
    /// Reads a text. Without `variables`, `${…}` is ordinary text.
    ///
    /// # Errors
    /// What is wrong with a variable.
    pub fn parse(text: &str, variables: bool) -> Result<Self, String> {
        let mut template = Self::default();
        let mut rest = text;
        while let Some(letter) = rest.chars().next() {
            if variables && let Some(inner) = rest.strip_prefix("${") {
                rest = template.variable(inner)?;
                continue;
            }
            rest = &rest[letter.len_utf8()..];
            match letter {
                '*' => template.0.push(Piece::Run),
                '?' => template.0.push(Piece::One),
                plain => template.text(plain.encode_utf8(&mut [0; 4])),
            }
        }
        Ok(template)
    }

    /// Reads what follows `${`; answers with what follows `}`.
    fn variable<'t>(&mut self, inner: &'t str) -> Result<&'t str, String> {
        let (name, rest) = inner
            .split_once('}')
            .ok_or("a variable '${' without its '}'")?;
        if let "*" | "?" | "$" = name {
            self.text(name);
            return Ok(rest);
        }
        let (name, default) = match name.split_once(',') {
            Some((name, default)) => (name, Some(quoted(default.trim())?)),
            None => (name, None),
        };
        let key = Key::parse(name.trim())
            .ok_or_else(|| format!("'${{{name}}}' is no condition key; write ${{service:name}}"))?;
        self.0.push(Piece::Variable { key, default });
        Ok(rest)
    }

    fn text(&mut self, text: &str) {
        if let Some(Piece::Text(before)) = self.0.last_mut() {
            before.push_str(text);
        } else {
            self.0.push(Piece::Text(text.to_owned()));
        }
    }

    /// Whether it has variables.
    #[must_use]
    pub fn has_variables(&self) -> bool {
        let is_variable = |piece: &Piece| matches!(piece, Piece::Variable { .. });
        self.0.iter().any(is_variable)
    }

    /// Splits at colons of ordinary text into `most` parts, the last with the rest.
    pub(super) fn split_colons(&self, most: usize) -> Vec<Self> {
        let mut parts = vec![Self::default()];
        for piece in &self.0 {
            let Piece::Text(text) = piece else {
                last(&mut parts).0.push(piece.clone());
                continue;
            };
            let room = most.saturating_sub(parts.len());
            for (index, part) in text.splitn(room + 1, ':').enumerate() {
                if index > 0 {
                    parts.push(Self::default());
                }
                if !part.is_empty() {
                    last(&mut parts).text(part);
                }
            }
        }
        parts
    }

    /// The text, where it has neither wildcards nor variables.
    pub(super) fn plain(&self) -> Option<&str> {
        match self.0.as_slice() {
            [] => Some(""),
            [Piece::Text(text)] => Some(text),
            _ => None,
        }
    }
}

fn last(parts: &mut Vec<Template>) -> &mut Template {
    if parts.is_empty() {
        parts.push(Template::default());
    }
    let end = parts.len() - 1;
    &mut parts[end]
}

fn quoted(text: &str) -> Result<String, String> {
    let inner = text.strip_prefix('\'').and_then(|t| t.strip_suffix('\''));
    inner
        .map(str::to_owned)
        .ok_or_else(|| format!("the default {text} of a variable must stand in single quotes"))
}

/// Whether `*` and `?` are wildcards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wildcards {
    Yes,
    No,
}

/// A compiled [`Template`].
#[derive(Clone, Debug)]
pub(super) enum Pattern {
    /// Only `*`.
    Any,
    /// Marks, no variables.
    Fixed(Box<[u8]>),
    /// With variables.
    Parts(Box<[Part]>),
}

#[derive(Clone, Debug)]
pub(super) enum Part {
    Fixed(Box<[u8]>),
    Variable { key: Key, default: Option<Box<str>> },
}

impl Pattern {
    pub(super) fn new(template: &Template, wildcards: Wildcards) -> Self {
        if wildcards == Wildcards::Yes && template.0 == [Piece::Run] {
            return Self::Any;
        }
        let mut parts = Vec::new();
        let mut fixed = Vec::new();
        for piece in &template.0 {
            match piece {
                Piece::Text(text) => fixed.extend_from_slice(text.as_bytes()),
                Piece::One if wildcards == Wildcards::Yes => fixed.push(ONE),
                Piece::Run if wildcards == Wildcards::Yes => fixed.push(RUN),
                Piece::One => fixed.push(b'?'),
                Piece::Run => fixed.push(b'*'),
                Piece::Variable { key, default } => {
                    parts.push(Part::Fixed(std::mem::take(&mut fixed).into()));
                    parts.push(Part::Variable {
                        key: key.clone(),
                        default: default.as_deref().map(Into::into),
                    });
                }
            }
        }
        if parts.is_empty() {
            return Self::Fixed(fixed.into());
        }
        parts.push(Part::Fixed(fixed.into()));
        Self::Parts(parts.into())
    }

    /// Gives `test` the pattern with the values of its variables, as bytes with marks. False where
    /// a variable has no value: such a pattern matches nothing.
    pub(super) fn with(&self, context: &dyn Context, test: impl FnOnce(&[u8]) -> bool) -> bool {
        match self {
            Self::Any => test(&[RUN]),
            Self::Fixed(bytes) => test(bytes),
            Self::Parts(parts) => {
                let mut expanded = Expanded::new();
                parts.iter().all(|part| part.expand(context, &mut expanded)) && test(&expanded)
            }
        }
    }

    /// Whether the whole text matches.
    pub(super) fn matches(&self, text: &str, context: &dyn Context) -> bool {
        matches!(self, Self::Any) || self.with(context, |bytes| glob(bytes, text.as_bytes()))
    }

    /// Whether the whole text matches without ASCII case. The pattern is in lower case and has no
    /// variables.
    pub(super) fn matches_ignoring_case(&self, text: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Fixed(bytes) => glob_ignoring_case(bytes, text.as_bytes()),
            Self::Parts(_) => false,
        }
    }

    /// Whether all variables have values.
    pub(super) fn is_resolvable(&self, context: &dyn Context) -> bool {
        self.with(context, |_| true)
    }
}

impl Part {
    fn expand(&self, context: &dyn Context, out: &mut Expanded) -> bool {
        match self {
            Self::Fixed(bytes) => out.extend_from_slice(bytes),
            Self::Variable { key, default } => {
                let start = out.len();
                let mut values = 0;
                if !context.is_multivalued(key) {
                    context.any(key, &mut |value| {
                        values += 1;
                        out.extend_from_slice(value.as_bytes());
                        values > 1
                    });
                }
                match default {
                    _ if values == 1 => {}
                    Some(default) if values == 0 => out.extend_from_slice(default.as_bytes()),
                    _ => {
                        out.truncate(start);
                        return false;
                    }
                }
            }
        }
        true
    }
}

/// Whether a pattern with marks matches a whole text.
///
/// Cost: O(pattern × text) at worst, O(text) for the usual one wildcard; no allocation.
fn glob(pattern: &[u8], text: &[u8]) -> bool {
    glob_of(pattern, text, |byte| byte)
}

/// [`glob`] without ASCII case, for a pattern in lower case.
fn glob_ignoring_case(pattern: &[u8], text: &[u8]) -> bool {
    glob_of(pattern, text, |byte| byte.to_ascii_lowercase())
}

fn glob_of(pattern: &[u8], text: &[u8], fold: impl Fn(u8) -> u8) -> bool {
    let (mut at_pattern, mut at_text) = (0, 0);
    // Where to go on when the guess fails: behind the last `*`, and at the text it begins with.
    let mut retry: Option<(usize, usize)> = None;
    while at_text < text.len() {
        match pattern.get(at_pattern) {
            Some(&RUN) => {
                at_pattern += 1;
                retry = Some((at_pattern, at_text));
            }
            Some(&ONE) => {
                at_pattern += 1;
                at_text = next_character(text, at_text);
            }
            Some(byte) if *byte == fold(text[at_text]) => {
                at_pattern += 1;
                at_text += 1;
            }
            _ => {
                let Some((behind, start)) = retry else {
                    return false;
                };
                at_pattern = behind;
                at_text = next_character(text, start);
                retry = Some((behind, at_text));
            }
        }
    }
    pattern[at_pattern..].iter().all(|byte| *byte == RUN)
}

fn next_character(text: &[u8], at: usize) -> usize {
    let continuation = |byte: &u8| byte & 0xc0 == 0x80;
    let after = text[at + 1..].iter();
    at + 1 + after.take_while(|byte| continuation(byte)).count()
}

/// A pattern for ARNs.
#[derive(Clone, Debug)]
pub(super) enum ArnPattern {
    /// Begins with `arn:`. Compared part by part: a wildcard in one does not reach into the next.
    Parts(Box<[Pattern]>),
    /// Begins with a wildcard or a variable: compared as a whole.
    Whole(Pattern),
}

/// Parts of an ARN.
pub(super) const ARN_PARTS: usize = 6;

impl ArnPattern {
    pub(super) fn new(template: &Template) -> Self {
        let parts = template.split_colons(ARN_PARTS);
        if parts.first().and_then(Template::plain) != Some("arn") {
            return Self::Whole(Pattern::new(template, Wildcards::Yes));
        }
        let pattern = |part| Pattern::new(part, Wildcards::Yes);
        Self::Parts(parts.iter().map(pattern).collect())
    }

    pub(super) fn matches(&self, text: &str, context: &dyn Context) -> bool {
        let patterns = match self {
            Self::Whole(pattern) => return pattern.matches(text, context),
            Self::Parts(patterns) => patterns,
        };
        let mut parts = text.splitn(ARN_PARTS, ':');
        let part = |pattern: &Pattern| {
            parts
                .next()
                .is_some_and(|part| pattern.matches(part, context))
        };
        patterns.iter().all(part) && parts.next().is_none()
    }

    pub(super) fn is_resolvable(&self, context: &dyn Context) -> bool {
        match self {
            Self::Whole(pattern) => pattern.is_resolvable(context),
            Self::Parts(patterns) => patterns.iter().all(|part| part.is_resolvable(context)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, text: &str) -> bool {
        let context: &[(&str, &str)] = &[("aws:PrincipalTag/team", "b*e"), ("aws:userid", "é")];
        let template = Template::parse(pattern, true).unwrap();
        Pattern::new(&template, Wildcards::Yes).matches(text, &context)
    }

    #[test]
    fn wildcards_match_characters_and_runs() {
        for (pattern, yes, no) in [
            ("", vec![""], vec!["a"]),
            ("*", vec!["", "abc", "é"], vec![]),
            ("a*c", vec!["ac", "abc", "abcc"], vec!["ab", "bac", "acb"]),
            ("a?c", vec!["abc", "aéc"], vec!["ac", "abbc"]),
            ("*?", vec!["a", "é"], vec![""]),
            ("?*?", vec!["ab", "éé"], vec!["a", "é"]),
            ("*ab*ab", vec!["abab", "abxab"], vec!["ab", "aba"]),
            ("**", vec!["", "a"], vec![]),
        ] {
            for text in yes {
                assert!(matches(pattern, text), "{pattern} {text}");
            }
            for text in no {
                assert!(!matches(pattern, text), "{pattern} {text}");
            }
        }
    }

    /// The definition of wildcards, on characters.
    fn defined(pattern: &[char], text: &[char]) -> bool {
        match (pattern.split_first(), text.split_first()) {
            (None, None) => true,
            (Some(('*', rest)), None) => defined(rest, text),
            (Some(('*', rest)), Some((_, after))) => defined(rest, text) || defined(pattern, after),
            (Some(('?', rest)), Some((_, after))) => defined(rest, after),
            (Some((wanted, rest)), Some((is, after))) => wanted == is && defined(rest, after),
            (None, Some(_)) | (Some(_), None) => false,
        }
    }

    #[test]
    fn matching_is_what_wildcards_are_defined_to_be() {
        let letters = ['a', 'é', '*', '?', 'b'];
        let word = |mut number: usize, letters: &[char]| {
            let mut word = Vec::new();
            while number > 0 {
                number -= 1;
                word.push(letters[number % letters.len()]);
                number /= letters.len();
            }
            word
        };
        for pattern in (0..4_000).map(|number| word(number, &letters)) {
            let compiled: String = pattern.iter().collect();
            for text in (0..121).map(|number| word(number, &letters[..2])) {
                let given: String = text.iter().collect();
                let expected = defined(&pattern, &text);
                assert_eq!(matches(&compiled, &given), expected, "{compiled} {given}");
            }
        }
    }

    #[test]
    fn values_of_variables_are_ordinary_characters() {
        assert!(matches("x/${aws:PrincipalTag/Team}/*", "x/b*e/1"));
        assert!(!matches("x/${aws:PrincipalTag/Team}/*", "x/blue/1"));
        assert!(matches("${*}${?}${$}", "*?$"));
        assert!(!matches("${*}", "a"));
        assert!(matches("${aws:userid}?", "éé"));
    }

    #[test]
    fn a_variable_without_value_takes_its_default_or_matches_nothing() {
        assert!(matches("/${aws:username, 'public'}/", "/public/"));
        assert!(!matches("${aws:username}", ""));
        assert!(!matches("*${aws:username}*", "${aws:username}"));
    }

    #[test]
    fn without_variables_their_text_is_ordinary() {
        let template = Template::parse("${aws:userid}", false).unwrap();
        let pattern = Pattern::new(&template, Wildcards::Yes);
        assert!(pattern.matches("${aws:userid}", &()));
    }

    #[test]
    fn a_variable_must_be_whole() {
        for text in ["${", "${}", "${team}", "${aws:}", "${aws:a, b}", "a${aws:a"] {
            assert!(Template::parse(text, true).is_err(), "{text}");
        }
    }

    #[test]
    fn a_wildcard_does_not_cross_the_parts_of_an_arn() {
        let arn = |pattern| ArnPattern::new(&Template::parse(pattern, true).unwrap());
        let text = "arn:aws:iam::111122223333:role/a:b";
        assert!(arn("arn:aws:iam::*:role/*").matches(text, &()));
        assert!(arn("arn:*:*:*:*:*").matches(text, &()));
        assert!(!arn("arn:aws:iam:*:role/a:b").matches(text, &()));
        assert!(!arn("arn:aws:*").matches(text, &()));
        let account: &[(&str, &str)] = &[("aws:PrincipalAccount", "111122223333")];
        let own = arn("arn:aws:iam::${aws:PrincipalAccount}:*");
        assert!(own.matches(text, &account));
        assert!(!own.matches(text, &()));
    }
}
