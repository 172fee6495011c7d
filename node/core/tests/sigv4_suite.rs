//! SigV4 and SigV4A against AWS's own signing vectors, against the Rust SDK's signer, and against
//! a hundred thousand damaged requests.
//!
//! Source: the vectors come with the package `aws-sigv4` (`aws-signing-test-suite`, Apache-2.0).

#![expect(
    clippy::unwrap_used,
    reason = "a test stops where its data is not as it says"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_lc_rs::digest::{SHA256, digest};
use aws_sigv4::http_request::{
    PayloadChecksumKind, SignableBody, SignableRequest, SignatureLocation, SigningSettings, sign,
};
use aws_sigv4::sign::v4;
use http::header::{HOST, HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;
use trellis_core::decide::sigv4::{
    Caller, Found, Head, KeyError, Keys, Refusal, Scope, Secret, SigningKeys, authenticate,
};
use trellis_core::decide::target::{RequestTarget, query_pairs};

/// The vector whose session token is added after signing: a token that is present must be signed.
const TOKEN_AFTER_SIGNING: &str = "post-sts-header-after";

/// One key, long-term or of a session.
struct OneKey {
    id: String,
    secret: String,
    token: Option<String>,
}

impl Keys for OneKey {
    type Principal = ();

    fn find(
        &self,
        id: &str,
        token: Option<&str>,
        _now: SystemTime,
    ) -> Result<Found<'_, ()>, KeyError> {
        if id != self.id {
            return Err(KeyError::Unknown);
        }
        if token != self.token.as_deref() {
            return Err(KeyError::InvalidToken);
        }
        Ok(Found {
            secret: Secret::Kept(&self.secret),
            principal: (),
        })
    }
}

/// A request as a listener would hold it.
#[derive(Clone, Debug)]
struct Request {
    method: String,
    target: String,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Request {
    /// Reads a vector file: LF line ends, folded lines unfolded.
    fn read(path: &Path) -> Request {
        let text = std::fs::read_to_string(path).unwrap().replace('\r', "");
        let (head, body) = text.split_once("\n\n").unwrap_or((&text, ""));
        let unfolded = head.replace("\n ", " ");
        let mut lines = unfolded.lines();
        let (method, rest) = lines.next().unwrap().split_once(' ').unwrap();
        let (target, _) = rest.rsplit_once(' ').unwrap();
        let mut headers = HeaderMap::new();
        for line in lines {
            let (name, value) = line.split_once(':').unwrap();
            let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
            headers.append(
                name,
                HeaderValue::from_bytes(value.trim().as_bytes()).unwrap(),
            );
        }
        Request {
            method: method.into(),
            target: target.into(),
            headers,
            body: body.into(),
        }
    }

    fn judge(
        &self,
        keys: &OneKey,
        scope: &Scope<'_>,
        memo: &mut SigningKeys,
    ) -> Result<(), Refusal> {
        #[cfg(feature = "seeded-bugs")]
        {
            let name = std::env::var(trellis_core::seeded_bugs::VARIABLE).unwrap_or_default();
            trellis_core::seeded_bugs::choose_named(Some(&name)).unwrap();
        }
        let body_sha256: [u8; 32] = digest(&SHA256, &self.body).as_ref().try_into().unwrap();
        let head = Head {
            http2: false,
            method: &self.method,
            target: &self.target,
            authority: self.headers[HOST].to_str().unwrap(),
            headers: &self.headers,
            body_sha256: Some(body_sha256),
        };
        match authenticate(&head, keys, scope, memo)? {
            Caller::Signed(_) => Ok(()),
            Caller::Anonymous => Err(Refusal::Missing("signature")),
        }
    }
}

fn scope<'s>(regions: &'s [&'s str], services: &'s [&'s str], now: SystemTime) -> Scope<'s> {
    Scope {
        regions,
        services,
        now,
        max_skew: Duration::from_secs(300),
        strict_unsigned_payload: false,
        verbatim_path: false,
    }
}

/// The vectors in the sources of the signer, which cargo has unpacked to compile this test.
///
/// `cargo metadata` would tell the folder too, but only where the packages of every member and
/// every platform have been downloaded.
fn vectors() -> PathBuf {
    let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../Cargo.lock");
    let lock = std::fs::read_to_string(lock).unwrap();
    let (_, entry) = lock
        .split_once("name = \"aws-sigv4\"\nversion = \"")
        .unwrap();
    let (version, _) = entry.split_once('"').unwrap();
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home =
        home.unwrap_or_else(|| PathBuf::from(std::env::var_os("HOME").unwrap()).join(".cargo"));
    let sources = home.join("registry/src");
    let registries = std::fs::read_dir(&sources).unwrap();
    registries
        .map(|registry| {
            registry
                .unwrap()
                .path()
                .join(format!("aws-sigv4-{version}"))
        })
        .map(|package| package.join("aws-signing-test-suite"))
        .find(|folder| folder.is_dir())
        .unwrap_or_else(|| panic!("no aws-sigv4-{version} in {}", sources.display()))
}

/// Runs every case of one version in one form and answers with the number of cases.
fn run_suite(version: &str, form: &str) -> usize {
    let mut memo = SigningKeys::new(8);
    let mut cases = 0;
    for folder in std::fs::read_dir(vectors().join(version)).unwrap() {
        let folder = folder.unwrap().path();
        // Two folders are additions of the Rust SDK without credentials: no case can be made of them.
        let Ok(context) = std::fs::read_to_string(folder.join("context.json")) else {
            continue;
        };
        let context: Value = serde_json::from_str(&context).unwrap();
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let keys = OneKey {
            id: text(&context["credentials"]["access_key_id"]).unwrap(),
            secret: text(&context["credentials"]["secret_access_key"]).unwrap(),
            token: text(&context["credentials"]["token"]),
        };
        let now: jiff::Timestamp = context["timestamp"].as_str().unwrap().parse().unwrap();
        let (regions, services) = ([context["region"].as_str().unwrap()], ["service"]);
        let scope = Scope {
            verbatim_path: !context["normalize"].as_bool().unwrap(),
            ..scope(&regions, &services, now.into())
        };
        let request = Request::read(&folder.join(format!("{form}-signed-request.txt")));
        let verdict = request.judge(&keys, &scope, &mut memo);
        let name = folder.file_name().unwrap().to_str().unwrap();
        match (name, form) {
            (TOKEN_AFTER_SIGNING, "header") => {
                assert_eq!(
                    verdict,
                    Err(Refusal::UnsignedHeader("x-amz-security-token".into()))
                );
            }
            (TOKEN_AFTER_SIGNING, _) => assert_eq!(verdict, Err(Refusal::Mismatch)),
            _ => assert_eq!(verdict, Ok(()), "{version} {form} {name}"),
        }
        cases += 1;
    }
    cases
}

#[test]
fn every_aws_vector_verifies_but_the_one_with_an_unsigned_token() {
    for version in ["v4", "v4a"] {
        for form in ["header", "query"] {
            assert_eq!(run_suite(version, form), 38, "{version} {form}");
        }
    }
}

/// A small seeded generator (SplitMix64), so that a failure can be repeated.
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit as u64).unwrap()
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    fn words(&mut self, most: usize, from: &[&str]) -> String {
        (0..self.below(most + 1)).map(|_| self.pick(from)).collect()
    }
}

const HOST_NAME: &str = "orders-0a1b.7d67968.vpc-lattice-svcs.eu-west-1.trellis.internal";

fn signed_at() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_392_000)
}

fn session_key() -> OneKey {
    OneKey {
        id: "ASIAEXAMPLE".into(),
        secret: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY".into(),
        token: Some("IQoJb3JpZ2lu//wEaCXVz+token/with=chars==".into()),
    }
}

/// Signs with the Rust SDK's signer.
fn signed(mut request: Request, key: &OneKey, presigned: bool, unsigned_payload: bool) -> Request {
    let identity = Credentials::new(&*key.id, &*key.secret, key.token.clone(), None, "test").into();
    let mut settings = SigningSettings::default();
    settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
    if presigned {
        settings.payload_checksum_kind = PayloadChecksumKind::NoHeader;
        settings.signature_location = SignatureLocation::QueryParams;
        settings.expires_in = Some(Duration::from_secs(900));
    }
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region("eu-west-1")
        .name("vpc-lattice-svcs")
        .time(signed_at())
        .settings(settings)
        .build()
        .unwrap()
        .into();
    let url = format!("http://{HOST_NAME}{}", request.target);
    let headers = request.headers.clone();
    let headers = headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.to_str().unwrap()));
    let body = request.body.clone();
    let body = if unsigned_payload {
        SignableBody::UnsignedPayload
    } else {
        SignableBody::Bytes(&body)
    };
    let signable = SignableRequest::new(&request.method, url, headers, body).unwrap();
    let (instructions, _) = sign(signable, &params).unwrap().into_parts();
    for (name, value) in instructions.headers() {
        let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
        request.headers.insert(name, value.parse().unwrap());
    }
    let mut separator = if request.target.contains('?') {
        '&'
    } else {
        '?'
    };
    for (name, value) in instructions.params() {
        request.target.push(separator);
        request.target.push_str(name);
        request.target.push('=');
        request.target.push_str(&escaped(value));
        separator = '&';
    }
    request
}

fn escaped(value: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let escape = |byte| {
        if plain(byte) {
            char::from(byte).into()
        } else {
            format!("%{byte:02X}")
        }
    };
    value.bytes().map(escape).collect()
}

fn random_request(draw: &mut Draw) -> Request {
    // Not ending in a dot segment: there signers disagree about a final slash.
    let segments = [
        "/a",
        "/caf%C3%A9",
        "/x%20y",
        "/b;v=1",
        "/@c",
        "/d/",
        "/../e",
        "/./f",
        "//",
    ];
    let path = draw.words(6, &segments);
    let query = draw.words(
        5,
        &[
            "a=1&",
            "b=%20&",
            "a&",
            "a[]=2&",
            "B=3&",
            "c=x%2By&",
            "%C3%A9=%c3%a9&",
        ],
    );
    let target = match query.trim_end_matches('&') {
        "" => format!("/{path}"),
        query => format!("/{path}?{query}"),
    };
    let mut headers = HeaderMap::new();
    headers.insert(HOST, HeaderValue::from_static(HOST_NAME));
    for name in ["x-custom", "x-amz-meta-role", "content-type", "x_under"] {
        let words = ["v1", " ", "  ", ",", "v2=\"a  b\"", "Z"];
        for _ in 0..draw.below(2) {
            headers.append(name, draw.words(5, &words).trim().parse().unwrap());
        }
    }
    let method = draw.pick(&["GET", "POST", "DELETE", "PATCH"]).to_owned();
    Request {
        method,
        target,
        headers,
        body: draw.words(3, &["one", "two", "\r\n"]).into_bytes(),
    }
}

#[test]
fn what_the_rust_sdk_signs_is_accepted_and_nothing_else() {
    let mut draw = Draw(1);
    let mut memo = SigningKeys::new(4);
    let scope = scope(
        &["us-east-1", "eu-west-1"],
        &["vpc-lattice-svcs"],
        signed_at(),
    );
    for round in 0..3_000 {
        let mut key = session_key();
        if draw.below(2) == 0 {
            key = OneKey {
                id: "AKIAEXAMPLE".into(),
                token: None,
                ..key
            };
        }
        let (presigned, unsigned_payload) = (draw.below(3) == 0, draw.below(2) == 0);
        let original = random_request(&mut draw);
        let request = signed(original, &key, presigned, unsigned_payload);
        assert_eq!(
            request.judge(&key, &scope, &mut memo),
            Ok(()),
            "{round} {request:#?}"
        );
        let mut other = request.clone();
        other
            .headers
            .append("x-amz-target", HeaderValue::from_static("A.B"));
        assert!(
            other.judge(&key, &scope, &mut memo).is_err(),
            "{round} header added"
        );
        let rotated = OneKey {
            secret: format!("{}x", key.secret),
            ..key
        };
        assert_eq!(
            request.judge(&rotated, &scope, &mut memo),
            Err(Refusal::Mismatch),
            "{round}"
        );
    }
}

/// Flips one bit of one signed byte; `None` where no HTTP parser would let the result through.
fn flipped(request: &Request, draw: &mut Draw) -> Option<Request> {
    let flip = |text: &[u8], draw: &mut Draw| {
        let mut bytes = text.to_vec();
        let at = draw.below(bytes.len());
        bytes[at] ^= 1 << draw.below(8);
        bytes
    };
    let mut result = request.clone();
    let names: Vec<HeaderName> = request.headers.keys().cloned().collect();
    match draw.below(names.len() * 2 + 3) {
        0 => result.method = String::from_utf8(flip(request.method.as_bytes(), draw)).ok()?,
        1 | 2 => result.target = String::from_utf8(flip(request.target.as_bytes(), draw)).ok()?,
        n if n % 4 == 0 => {
            let name = &names[(n - 3) / 2];
            let renamed = HeaderName::from_bytes(&flip(name.as_str().as_bytes(), draw)).ok()?;
            if renamed == *name || name == HOST {
                return None;
            }
            let value = result.headers.remove(name)?;
            result.headers.append(renamed, value);
        }
        n => {
            let name = &names[(n - 3) / 2];
            let value =
                HeaderValue::from_bytes(&flip(request.headers[name].as_bytes(), draw)).ok()?;
            value.to_str().ok()?;
            result.headers.insert(name.clone(), value);
        }
    }
    RequestTarget::parse(&result.target).ok()?;
    Some(result)
}

/// A query as its receiver understands it: `%2f` and `%2F` are the same.
fn meaning(request: &Request) -> (String, BTreeMap<String, Vec<String>>) {
    let (path, query) = request
        .target
        .split_once('?')
        .unwrap_or((&request.target, ""));
    let mut values: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, value) in query_pairs(query) {
        values.entry(name.into()).or_default().push(value.into());
    }
    (path.to_owned(), values)
}

#[test]
fn no_one_bit_change_of_what_is_signed_is_accepted() {
    let key = session_key();
    let scope = scope(&["eu-west-1"], &["vpc-lattice-svcs"], signed_at());
    let mut memo = SigningKeys::new(4);
    let mut draw = Draw(2);
    let mut headers = HeaderMap::new();
    headers.insert(HOST, HeaderValue::from_static(HOST_NAME));
    headers.insert("x-custom", HeaderValue::from_static("a b"));
    headers.insert("x-amz-meta-role", HeaderValue::from_static("reader"));
    let target = "/orders/caf%C3%A9;v=1/42?b=2&a=1&q=x%20y&e=".to_owned();
    let plain = Request {
        method: "POST".into(),
        target,
        headers,
        body: b"{}".to_vec(),
    };
    let bases = [
        signed(plain.clone(), &key, false, true),
        signed(plain.clone(), &key, false, false),
        signed(plain, &key, true, true),
    ];
    let mut judged = 0;
    for _ in 0..50_000 {
        for base in &bases {
            let Some(damaged) = flipped(base, &mut draw) else {
                continue;
            };
            if damaged.target != base.target && meaning(&damaged) == meaning(base) {
                continue;
            }
            judged += 1;
            let verdict = damaged.judge(&key, &scope, &mut memo);
            assert!(
                verdict.is_err(),
                "accepted: {damaged:#?}\ninstead of {base:#?}"
            );
        }
    }
    for base in &bases {
        assert_eq!(base.judge(&key, &scope, &mut memo), Ok(()));
    }
    assert!(judged >= 100_000, "{judged}");
}
