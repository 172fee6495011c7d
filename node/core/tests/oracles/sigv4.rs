//! SigV4 requests as raw HTTP/1.1 bytes, valid and damaged.
//!
//! A request is *valid* if it authenticates as somebody and its body is the signed one; anonymous
//! counts as not valid. Rows of the `lattice` profile must have the same verdict in strict mode.

#![expect(
    clippy::unwrap_used,
    reason = "a test stops where its data is not as it says"
)]

use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use trellis_core::decide::sigv4::{
    Caller, Found, Head, KeyError, Keys, Payload, Scope, Secret, SigningKeys, authenticate,
};

/// Requests that an HTTP parser may refuse: then any verdict but a crash is right.
const MAY_BE_REFUSED: [&str; 3] = ["obs-fold", "raw-utf8-target", "non-rfc3986-target"];

#[test]
fn every_sigv4_row_has_its_verdict() {
    let mut memo = SigningKeys::default();
    super::files::run("sigv4", |row| verdict(row, &mut memo));
}

/// `None` for disputed rows.
fn verdict(row: &Value, memo: &mut SigningKeys) -> Option<Result<(), String>> {
    let expected = match row["expect"].as_str()? {
        "valid" => true,
        "invalid" => false,
        _ => return None,
    };
    let has = |list: &str, item: &str| row[list].as_array().unwrap().iter().any(|x| x == item);
    let raw = STANDARD.decode(row["raw_b64"].as_str()?).unwrap();
    let Ok(request) = Request::parse(&raw) else {
        let tolerated = MAY_BE_REFUSED.iter().any(|tag| has("tags", tag));
        return Some(if expected && !tolerated {
            Err("refused with 400".into())
        } else {
            Ok(())
        });
    };
    let modes: &[bool] = if has("profiles", "lattice") {
        &[false, true]
    } else {
        &[false]
    };
    for &strict in modes {
        let actual = judge(&request, &row["server"], strict, memo);
        if actual.is_ok() != expected {
            return Some(Err(format!(
                "strict={strict}: expected {expected}, {actual:?}"
            )));
        }
    }
    Some(Ok(()))
}

fn judge(
    request: &Request,
    server: &Value,
    strict: bool,
    memo: &mut SigningKeys,
) -> Result<(), String> {
    let text = |field: &str| server[field].as_str().unwrap();
    let now: jiff::Timestamp = text("now").parse().unwrap();
    let scope = Scope {
        regions: &[text("region")],
        services: &[text("service")],
        now: now.into(),
        max_skew: Duration::from_secs(server["max_skew_seconds"].as_u64().unwrap_or(300)),
        strict_unsigned_payload: strict,
        verbatim_path: false,
    };
    let body_sha256: [u8; 32] = digest(&SHA256, &request.body).as_ref().try_into().unwrap();
    let head = |body_sha256| Head {
        http2: false,
        method: &request.method,
        target: &request.target,
        authority: request.headers["host"].to_str().unwrap(),
        headers: &request.headers,
        body_sha256,
    };
    let keys = ServerKeys(&server["credentials"]);
    let early = authenticate(&head(None), &keys, &scope, memo);
    let late = authenticate(&head(Some(body_sha256)), &keys, &scope, memo);
    if let (Ok(Caller::Signed(early)), true) = (&early, late.is_err()) {
        assert!(
            early.payload != Payload::Unsigned,
            "a body cannot make an unsigned payload wrong"
        );
    }
    match late {
        Ok(Caller::Signed(_)) => Ok(()),
        other => Err(format!("{other:?}")),
    }
}

/// What the row's server knows.
struct ServerKeys<'a>(&'a Value);

impl Keys for ServerKeys<'_> {
    type Principal = ();

    fn find(
        &self,
        id: &str,
        token: Option<&str>,
        _now: std::time::SystemTime,
    ) -> Result<Found<'_, ()>, KeyError> {
        let known = self
            .0
            .as_array()
            .unwrap()
            .iter()
            .find(|key| key["accessKeyId"] == id);
        let known = known.ok_or(KeyError::Unknown)?;
        if known["sessionToken"].as_str() != token {
            return Err(KeyError::InvalidToken);
        }
        let secret = Secret::Kept(known["secretAccessKey"].as_str().unwrap());
        Ok(Found {
            secret,
            principal: (),
        })
    }
}

/// A parsed HTTP/1.1 request.
struct Request {
    method: String,
    target: String,
    headers: http::HeaderMap,
    body: Vec<u8>,
}

impl Request {
    /// Parses as our listeners do: no folded lines, one host; `Err` is a 400.
    fn parse(raw: &[u8]) -> Result<Request, &'static str> {
        let end = raw
            .windows(4)
            .position(|bytes| bytes == b"\r\n\r\n")
            .ok_or("no end of head")?;
        let (head, body) = (&raw[..end], &raw[end + 4..]);
        let mut lines = head
            .split(|byte| *byte == b'\n')
            .map(|line| line.trim_ascii_end());
        let first = lines
            .next()
            .and_then(|line| std::str::from_utf8(line).ok())
            .ok_or("target")?;
        let (method, rest) = first.split_once(' ').ok_or("request line")?;
        let (target, _) = rest.rsplit_once(' ').ok_or("request line")?;
        let mut headers = http::HeaderMap::new();
        for line in lines {
            let colon = line
                .iter()
                .position(|byte| *byte == b':')
                .ok_or("header without colon")?;
            let name = http::HeaderName::from_bytes(&line[..colon]).map_err(|_| "header name")?;
            let value = line[colon + 1..].trim_ascii();
            let value = http::HeaderValue::from_bytes(value).map_err(|_| "header value")?;
            headers.append(name, value);
        }
        if headers.get_all("host").iter().count() != 1 {
            return Err("not one host");
        }
        let chunked = headers
            .get("transfer-encoding")
            .is_some_and(|value| value == "chunked");
        let body = if chunked {
            unchunk(body)
        } else {
            body.to_vec()
        };
        Ok(Request {
            method: method.into(),
            target: target.into(),
            headers,
            body,
        })
    }
}

/// Joins the chunks of a body.
fn unchunk(mut raw: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(line) = raw.windows(2).position(|bytes| bytes == b"\r\n") {
        let size = std::str::from_utf8(&raw[..line]).unwrap();
        let size = usize::from_str_radix(size, 16).unwrap();
        if size == 0 {
            break;
        }
        body.extend_from_slice(&raw[line + 2..line + 2 + size]);
        raw = &raw[line + 4 + size..];
    }
    body
}
