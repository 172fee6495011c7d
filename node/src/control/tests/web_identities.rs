//! Tokens of an identity provider are exchanged for sessions, over the wire and unsigned.

use aws_credential_types::Credentials;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use trellis_client::Class;
use trellis_proto::v1;
use trellis_proto::v1::resource::Spec;

use super::calls::{create, get};
use super::estate::resource;
use super::node::Node;
use crate::clock;

const PROVIDER: &str = "arn:aws:iam::111111111111:oidc-provider/id.example.com";

/// An identity provider.
struct Provider(Ed25519KeyPair);

impl Provider {
    fn new() -> Self {
        Self(Ed25519KeyPair::generate().unwrap())
    }

    fn jwks(&self) -> String {
        let x = URL_SAFE_NO_PAD.encode(self.0.public_key().as_ref());
        json!({ "keys": [{ "kty": "OKP", "crv": "Ed25519", "kid": "one", "x": x }] }).to_string()
    }

    fn token(&self, sub: &str) -> String {
        let exp = clock::now_ms() / 1_000 + 600;
        let claims =
            json!({ "iss": "https://id.example.com", "sub": sub, "aud": "sts", "exp": exp });
        let part = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
        let signed = format!(
            "{}.{}",
            part(&json!({ "alg": "EdDSA", "kid": "one" })),
            part(&claims)
        );
        let signature = self.0.sign(signed.as_bytes());
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.as_ref()))
    }
}

/// A node that knows the provider, and a role that trusts one of those whom it vouches for.
async fn node(provider: &Provider) -> Node {
    let node = Node::start().await;
    let root = node.root();
    create(&root, r#"{"service": {"name": "shop"}}"#)
        .await
        .unwrap();
    let trust = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow",
        "Principal": { "Federated": PROVIDER },
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": { "StringEquals": { "id.example.com:sub": "orders" } },
    }] });
    let may = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow",
        "Action": "vpc-lattice:GetService",
        "Resource": "*",
        "Condition": { "StringEquals": { "aws:FederatedProvider": PROVIDER } },
    }] });
    for spec in [
        Spec::OidcProvider(v1::OidcProvider {
            url: "https://id.example.com".into(),
            client_ids: vec!["sts".into()],
            jwks: Some(provider.jwks()),
            ..v1::OidcProvider::default()
        }),
        Spec::Role(v1::Role {
            role_name: "orders".into(),
            assume_role_policy_document: trust.to_string(),
            policies: [("own".to_owned(), may.to_string())].into(),
            ..v1::Role::default()
        }),
    ] {
        let request = v1::CreateRequest {
            resource: Some(resource(spec)),
            ..v1::CreateRequest::default()
        };
        root.create(request).await.unwrap();
    }
    node
}

/// What a node answers to an unsigned form.
async fn posted(node: &Node, form: &str) -> String {
    let mut stream = TcpStream::connect(&node.address).await.unwrap();
    let head = format!(
        "POST / HTTP/1.1\r\nhost: {}\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        node.address,
        form.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(form.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

fn exchange(token: &str) -> String {
    format!(
        "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn:aws:iam::111111111111:role/orders&RoleSessionName=pod&WebIdentityToken={token}"
    )
}

fn element<'a>(answer: &'a str, name: &str) -> &'a str {
    let (_, rest) = answer.split_once(&format!("<{name}>")).unwrap();
    rest.split_once("</").unwrap().0
}

#[tokio::test]
async fn a_token_is_exchanged_for_a_session_that_says_who_vouched_for_it() {
    let provider = Provider::new();
    let node = node(&provider).await;
    let answer = posted(&node, &exchange(&provider.token("orders"))).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert_eq!(element(&answer, "Provider"), PROVIDER);
    assert_eq!(element(&answer, "SubjectFromWebIdentityToken"), "orders");
    let session = node.client(Credentials::new(
        element(&answer, "AccessKeyId"),
        element(&answer, "SecretAccessKey"),
        Some(element(&answer, "SessionToken").to_owned()),
        None,
        "test",
    ));
    get(&session, v1::ResourceKind::Service, "shop")
        .await
        .unwrap();
    let refusal = create(&session, r#"{"service": {"name": "mine"}}"#).await;
    assert_eq!(refusal.unwrap_err().class, Class::Denied);
}

#[tokio::test]
async fn whoever_has_no_good_token_gets_nothing() {
    let provider = Provider::new();
    let node = node(&provider).await;
    let of_another = Provider::new().token("orders");
    let elsewhere = exchange(&provider.token("orders")).replace("111111111111", "222222222222");
    for (form, status, code) in [
        (exchange(&provider.token("carts")), 403, "AccessDenied"),
        (exchange(&of_another), 400, "InvalidIdentityToken"),
        (elsewhere, 400, "InvalidIdentityToken"),
        (
            "Action=GetCallerIdentity&Version=2011-06-15".to_owned(),
            403,
            "MissingAuthenticationToken",
        ),
        (
            "Action=ListUsers&Version=2010-05-08".to_owned(),
            403,
            "MissingAuthenticationToken",
        ),
    ] {
        let answer = posted(&node, &form).await;
        let expected = format!("HTTP/1.1 {status}");
        assert!(answer.starts_with(&expected), "{code}: {answer}");
        assert_eq!(element(&answer, "Code"), code, "{answer}");
    }
}
