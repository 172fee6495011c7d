//! What AWS's own STS answered to a `GetCallerIdentity`.
//!
//! Source: STS API, `GetCallerIdentity` and "Common errors"; Smithy, "AWS query protocol" (read 2026-11).

use quick_xml::Reader;
use quick_xml::events::Event;

/// Longest code of an error that is told, characters.
const CODE_CHARS_MAX: usize = 64;

/// Whom STS named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Account.
    pub account: String,
    /// ARN, of the session for a role.
    pub arn: String,
    /// Unique id.
    pub user_id: String,
}

impl Named {
    /// Reads an answer; `None` where it is none that STS gives.
    #[must_use]
    pub fn read(document: &str) -> Option<Self> {
        let result = |member| {
            text_at(
                document,
                &[
                    "GetCallerIdentityResponse",
                    "GetCallerIdentityResult",
                    member,
                ],
            )
        };
        Some(Self {
            account: result("Account")?,
            arn: result("Arn")?,
            user_id: result("UserId")?,
        })
    }
}

/// The code of an error; `None` where there is none that may be told on.
#[must_use]
pub fn error_code(document: &str) -> Option<String> {
    let code = text_at(document, &["ErrorResponse", "Error", "Code"])?;
    let is_word = (1..=CODE_CHARS_MAX).contains(&code.len())
        && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_word.then_some(code)
}

/// The text of the element at a path of names from the root. `None` where there are none or several, where it is not
/// plain text, and for documents that are not well-formed or define a type.
fn text_at(document: &str, path: &[&str]) -> Option<String> {
    let mut reader = Reader::from_str(document);
    let mut open: Vec<String> = Vec::new();
    let mut found = None;
    loop {
        let event = reader.read_event().ok()?;
        let is_there = open == path;
        match event {
            Event::Start(tag) => open.push(tag.name().into_inner().to_owned()),
            Event::End(_) => drop(open.pop()),
            Event::Text(text) if is_there => {
                if found.replace(text.xml10_content().into_owned()).is_some() {
                    return None;
                }
            }
            Event::CData(_) | Event::GeneralRef(_) if is_there => return None,
            Event::DocType(_) => return None,
            Event::Eof => return found.filter(|_| open.is_empty()),
            Event::Text(_)
            | Event::Empty(_)
            | Event::CData(_)
            | Event::Comment(_)
            | Event::Decl(_)
            | Event::PI(_)
            | Event::GeneralRef(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANSWER: &str = r#"<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <GetCallerIdentityResult>
    <Arn>arn:aws:iam::123456789012:user/anna</Arn>
    <UserId>AIDAEXAMPLE</UserId>
    <Account>123456789012</Account>
  </GetCallerIdentityResult>
  <ResponseMetadata><RequestId>01234567-89ab-cdef-0123-456789abcdef</RequestId></ResponseMetadata>
</GetCallerIdentityResponse>
"#;

    #[test]
    fn an_answer_names_one_identity() {
        let named = Named::read(ANSWER).unwrap();
        assert_eq!(named.account, "123456789012");
        assert_eq!(named.arn, "arn:aws:iam::123456789012:user/anna");
        assert_eq!(named.user_id, "AIDAEXAMPLE");
    }

    #[test]
    fn an_answer_that_is_not_as_plain_names_nobody() {
        let account = "<Account>123456789012</Account>";
        for (before, after) in [
            (account, ""),
            (account, "<Account></Account>"),
            (account, "<Account/>"),
            (account, "<x:Account>123456789012</x:Account>"),
            (
                account,
                "<Account>123456789012</Account><Account>1</Account>",
            ),
            (account, "<Account>123<!-- -->456789012</Account>"),
            (account, "<Account>123&#52;56789012</Account>"),
            (account, "<Account><![CDATA[123456789012]]></Account>"),
            (account, "<Account><b>123456789012</b></Account>"),
            ("GetCallerIdentityResult", "AssumeRoleResult"),
            ("</GetCallerIdentityResponse>", ""),
            ("</GetCallerIdentityResult>", ""),
            (
                "<GetCallerIdentityResponse ",
                "<!DOCTYPE x><GetCallerIdentityResponse ",
            ),
            (ANSWER, r#"{"GetCallerIdentityResponse": {}}"#),
            (ANSWER, ""),
        ] {
            let document = ANSWER.replace(before, after);
            assert_eq!(Named::read(&document), None, "{document}");
        }
    }

    #[test]
    fn the_code_of_an_error_is_a_word() {
        let error = |code: &str| {
            format!(
                "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code>\
                 <Message>a &lt; b</Message></Error></ErrorResponse>"
            )
        };
        let told = error_code(&error("InvalidClientTokenId"));
        assert_eq!(told.as_deref(), Some("InvalidClientTokenId"));
        assert_eq!(error_code(&error("a b")), None);
        assert_eq!(error_code(&error(&"a".repeat(65))), None);
        assert_eq!(error_code(ANSWER), None);
    }
}
