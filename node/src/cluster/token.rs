//! The join token as text: `trellis-join-` and base64url of a JSON object.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

const PREFIX: &str = "trellis-join-";
/// Longest token that is read, bytes.
const BYTES_MAX: usize = 4096;

/// What a joining node needs to know.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Token {
    /// `host:port` of cluster listeners to try, in order.
    pub addresses: Vec<String>,
    /// SHA-256 of the cluster CA certificate (DER), hex.
    pub ca_sha256: String,
    /// Id of the token in the registry.
    pub id: String,
    /// Secret, 32 bytes, hex.
    pub secret: String,
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Token")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// The text is not a join token.
#[derive(Debug, thiserror::Error)]
#[error(
    "this is not a join token (expected {PREFIX}…); make one with `trellis cluster join-token`"
)]
pub struct NotAToken;

impl Token {
    /// The token as text.
    ///
    /// # Errors
    /// Never in practice: the fields are plain text.
    pub fn print(&self) -> Result<String, serde_json::Error> {
        Ok(format!(
            "{PREFIX}{}",
            URL_SAFE_NO_PAD.encode(serde_json::to_vec(self)?)
        ))
    }

    /// Reads a token.
    ///
    /// # Errors
    /// [`NotAToken`] for any other text.
    pub fn parse(text: &str) -> Result<Self, NotAToken> {
        let body = text.trim().strip_prefix(PREFIX).ok_or(NotAToken)?;
        if body.len() > BYTES_MAX {
            return Err(NotAToken);
        }
        let json = URL_SAFE_NO_PAD.decode(body).map_err(|_| NotAToken)?;
        serde_json::from_slice(&json).map_err(|_| NotAToken)
    }
}

#[cfg(test)]
mod tests {
    use super::Token;

    #[test]
    fn a_token_survives_printing_and_parsing() {
        let token = Token {
            addresses: vec!["127.0.0.1:7601".into()],
            ca_sha256: "ab".repeat(32),
            id: "join-00123456789abcdef".into(),
            secret: "cd".repeat(32),
        };
        assert_eq!(Token::parse(&token.print().unwrap()).unwrap(), token);
    }

    #[test]
    fn anything_else_is_refused_with_the_way_out() {
        for text in [
            "",
            "trellis-join-",
            "trellis-join-!!",
            "x",
            "trellis-join-e30",
        ] {
            let error = Token::parse(text).unwrap_err().to_string();
            assert!(
                error.contains("trellis cluster join-token"),
                "{text}: {error}"
            );
        }
    }
}
