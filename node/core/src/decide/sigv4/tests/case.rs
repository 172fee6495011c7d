//! A request that a test changes and signs, and the keys that it may be signed with.

use http::{HeaderMap, HeaderName, HeaderValue};

use super::super::keys::derive_hmac;
use super::super::*;
use super::{NOW, SCOPE, SECRET};

/// Knows `AKIA1`, a key of whose session is over, and a disabled one.
pub(super) struct Store(pub(super) &'static str);

impl Keys for Store {
    type Principal = &'static str;

    fn find(
        &self,
        id: &str,
        token: Option<&str>,
        _now: SystemTime,
    ) -> Result<Found<'_, &'static str>, KeyError> {
        match (id, token) {
            ("AKIA1", None) => Ok(Found {
                secret: Secret::Kept(self.0),
                principal: "alice",
            }),
            ("ASIA1", Some("token")) => {
                let secret = Secret::Unsealed(Zeroizing::new(self.0.to_owned()));
                Ok(Found {
                    secret,
                    principal: "session",
                })
            }
            ("ASIA2", Some(_)) => Err(KeyError::ExpiredToken),
            ("AKIA2", _) => Err(KeyError::Inactive),
            ("AKIA1" | "ASIA1", _) => Err(KeyError::InvalidToken),
            _ => Err(KeyError::Unknown),
        }
    }
}

#[derive(Clone)]
pub(super) struct Case {
    pub(super) target: String,
    pub(super) authority: &'static str,
    pub(super) headers: HeaderMap,
    pub(super) body_sha256: Option<[u8; 32]>,
    pub(super) now: u64,
    pub(super) strict: bool,
}

impl Case {
    /// An anonymous `GET`.
    pub(super) fn get(target: &str) -> Case {
        let case = Case {
            target: target.to_owned(),
            authority: "orders.test",
            headers: HeaderMap::new(),
            body_sha256: None,
            now: NOW,
            strict: false,
        };
        case.with("host", "orders.test")
    }

    /// A header-signed `GET`, unsigned payload.
    pub(super) fn signed() -> Case {
        let case = Case::get("/orders").with("x-amz-content-sha256", "UNSIGNED-PAYLOAD");
        case.with("x-amz-date", "20260315T120000Z")
            .sign("AKIA1", SCOPE)
    }

    pub(super) fn with(mut self, name: &'static str, value: &str) -> Case {
        self.headers.append(
            HeaderName::from_static(name),
            HeaderValue::from_str(value).unwrap(),
        );
        self
    }

    pub(super) fn without(mut self, name: &str) -> Case {
        self.headers.remove(name);
        self
    }

    pub(super) fn replace(self, name: &'static str, value: &str) -> Case {
        self.without(name).with(name, value)
    }

    pub(super) fn head(&self) -> Head<'_> {
        let (target, headers) = (self.target.as_str(), &self.headers);
        Head {
            http2: false,
            method: "GET",
            target,
            authority: self.authority,
            headers,
            body_sha256: self.body_sha256,
        }
    }

    /// Signs `host` and all `x-amz-…` headers.
    pub(super) fn sign(self, id: &str, scope: &str) -> Case {
        let case = self.without("authorization");
        let mut names: Vec<_> = case.headers.keys().map(HeaderName::as_str).collect();
        names.retain(|name| *name == "host" || name.starts_with("x-amz-"));
        names.sort_unstable();
        let names = names.join(";");
        let authorization = |signature: &str| {
            format!(
                "AWS4-HMAC-SHA256 Credential={id}/{scope}, SignedHeaders={names}, Signature={signature}"
            )
        };
        let draft = case.clone().with("authorization", &authorization("00"));
        let parts = Parts::of(&draft.head()).unwrap().unwrap();
        let mut memo = SigningKeys::new(1);
        canonical::write_head(&draft.head(), &parts, false, memo.buffers()).unwrap();
        let declared = parse::declared_payload(&draft.head(), false).unwrap();
        let body = case.body_sha256.unwrap_or(EMPTY_SHA256);
        canonical::write_payload(declared.unwrap_or(Payload::Sha256(body)), memo.buffers());
        let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &memo.buffers().canonical);
        let text = format!(
            "AWS4-HMAC-SHA256\n{}\n{scope}\n{}",
            parts.date,
            hex::encode(hash)
        );
        let tag = aws_lc_rs::hmac::sign(&derive_hmac(scope, SECRET), text.as_bytes());
        let authorization = authorization(&hex::encode(tag));
        drop(parts);
        case.with("authorization", &authorization)
    }

    pub(super) fn judge(&self) -> Result<Caller<'static, &'static str>, Refusal> {
        self.judge_with(&Store(SECRET), &mut SigningKeys::new(1))
    }

    pub(super) fn judge_with(
        &self,
        store: &Store,
        memo: &mut SigningKeys,
    ) -> Result<Caller<'static, &'static str>, Refusal> {
        let scope = Scope {
            regions: &["eu-west-1", "us-east-1"],
            services: &["vpc-lattice-svcs"],
            now: SystemTime::UNIX_EPOCH + Duration::from_secs(self.now),
            max_skew: Duration::from_secs(300),
            strict_unsigned_payload: self.strict,
            verbatim_path: false,
        };
        authenticate(&self.head(), store, &scope, memo)
    }

    #[track_caller]
    pub(super) fn refused(&self, text: &str) {
        let refusal = self.judge().unwrap_err();
        assert!(
            refusal.public_text().starts_with(text),
            "{refusal:?} {}",
            refusal.public_text()
        );
    }
}
