//! Pages, whose tokens are good for a quarter of an hour.

use serde_json::Value;

use super::{Call, fault, invalid};
use crate::failure::Fault;
use crate::registry::Registry;

/// How long a token is good, milliseconds. Source: API model, `PaginationTokenExpiredException`.
const TOKEN_MS: u64 = 15 * 60 * 1_000;
/// Keys or values of a page. Source: our own, AWS publishes none.
const PAGE: usize = 100;

impl<R: Registry> Call<'_, R> {
    /// The item that the page of the request's token begins after; empty for the first page.
    ///
    /// # Errors
    /// Where the token is not one of this list, or too old.
    pub(super) fn start(&self, list: &str) -> Result<String, Fault> {
        let token = self.input.get("PaginationToken").and_then(Value::as_str);
        let token = token.unwrap_or_default();
        let opened = self.registry.page_start(self.caller, list, token);
        let opened = opened.map_err(|_| {
            invalid("PaginationToken is none of this list; ask for the first page again")
        })?;
        let Some((issued_ms, after)) = opened.split_once(' ') else {
            return Ok(String::new());
        };
        let issued_ms: u64 = issued_ms.parse().unwrap_or_default();
        if self.place.now_ms.saturating_sub(issued_ms) > TOKEN_MS {
            let message = "PaginationToken is older than 15 minutes; ask for the first page again";
            return Err(Fault::of_sender("PaginationTokenExpiredException", message));
        }
        Ok(after.to_owned())
    }

    /// The token of the page that begins after an item; empty where there is none.
    pub(super) fn token(&self, list: &str, after: Option<&str>) -> Result<String, Fault> {
        let Some(after) = after else {
            return Ok(String::new());
        };
        let content = format!("{} {after}", self.place.now_ms);
        let token = self.registry.page_token(self.caller, list, &content);
        token.map_err(|failure| fault(&failure))
    }

    /// The page of the request's token of a sorted list of texts, and the token of the next.
    pub(super) fn page(
        &self,
        list: &str,
        texts: impl IntoIterator<Item = String>,
    ) -> Result<(Vec<String>, String), Fault> {
        let after = self.start(list)?;
        let rest = texts.into_iter().filter(|text| *text > after);
        let mut page: Vec<String> = rest.take(PAGE + 1).collect();
        let has_more = page.len() > PAGE;
        page.truncate(PAGE);
        let last = page.last().filter(|_| has_more);
        let token = self.token(list, last.map(String::as_str))?;
        Ok((page, token))
    }
}
