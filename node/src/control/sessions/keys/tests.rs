//! Keys are fetched over TLS from the provider's own host, seldom, and only as they should be.

use std::sync::atomic::{AtomicUsize, Ordering};

use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::*;

const KEYS: &str = r#"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"KID","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#;

/// An identity provider on a loopback port, with a certificate authority of its own.
struct Provider {
    record: OidcProvider,
    /// Documents by path.
    documents: Mutex<HashMap<String, String>>,
    asked: AtomicUsize,
}

impl Provider {
    async fn start(path: &str) -> Arc<Self> {
        let authority = rcgen::KeyPair::generate().unwrap();
        let mut parameters = rcgen::CertificateParams::default();
        parameters.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let certificate = parameters.self_signed(&authority).unwrap();
        let ca_certificates = certificate.pem();
        let issuer = rcgen::Issuer::new(parameters, authority);
        let key = rcgen::KeyPair::generate().unwrap();
        let own = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        let own = own.signed_by(&key, &issuer).unwrap();
        let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
        let config = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![own.der().clone()], key)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let authority = format!("localhost:{}", listener.local_addr().unwrap().port());
        let record = OidcProvider {
            meta: Some(Meta {
                id: "oidc-00000000000000001".into(),
                name: format!("{authority}{path}"),
                revision: 1,
                ..Meta::default()
            }),
            ca_certificates,
            ..OidcProvider::default()
        };
        let provider = Arc::new(Self {
            record,
            documents: Mutex::default(),
            asked: AtomicUsize::new(0),
        });
        let server = provider.clone();
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (acceptor, server) = (acceptor.clone(), server.clone());
                tokio::spawn(async move {
                    let Ok(mut stream) = acceptor.accept(stream).await else {
                        return;
                    };
                    let mut head = vec![0; 4_096];
                    let length = stream.read(&mut head).await.unwrap();
                    let head = String::from_utf8_lossy(&head[..length]).into_owned();
                    let answer = server.answer(head.split(' ').nth(1).unwrap());
                    stream.write_all(answer.as_bytes()).await.unwrap();
                    let _ = stream.shutdown().await;
                });
            }
        });
        provider
    }

    fn answer(&self, path: &str) -> String {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let documents = self.documents.lock().unwrap();
        match documents.get(path).map(String::as_str) {
            None => "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n".to_owned(),
            Some("moved") => format!(
                "HTTP/1.1 302 Found\r\nlocation: {}\r\ncontent-length: 0\r\n\r\n",
                self.record.url()
            ),
            Some(document) => format!(
                "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{document}",
                document.len()
            ),
        }
    }

    fn put(&self, path: &str, document: impl Into<String>) {
        let mut documents = self.documents.lock().unwrap();
        documents.insert(path.to_owned(), document.into());
    }

    fn configure(&self, path: &str, issuer: &str, jwks_uri: &str) {
        let path = format!("{path}/.well-known/openid-configuration");
        let document = serde_json::json!({ "issuer": issuer, "jwks_uri": jwks_uri });
        self.put(&path, document.to_string());
    }

    fn asked(&self) -> usize {
        self.asked.swap(0, Ordering::Relaxed)
    }

    fn authority(&self) -> &str {
        self.record.meta().name.split('/').next().unwrap()
    }
}

/// A provider whose keys can be had.
async fn fit() -> Arc<Provider> {
    let provider = Provider::start("/realm").await;
    let keys = format!("https://{}/keys", provider.authority());
    provider.configure("/realm", &provider.record.url(), &keys);
    provider.put("/keys", KEYS);
    provider
}

async fn had(known: &ProviderKeys, record: &OidcProvider, key_id: &str) -> Result<bool, Denial> {
    let keys = known.of(&State::default(), record, Some(key_id)).await?;
    Ok(keys.knows(Some(key_id)))
}

/// Lets time go by at once.
async fn pass(time: Duration) {
    tokio::time::pause();
    tokio::time::advance(time).await;
    tokio::time::resume();
}

fn unreachable(record: &OidcProvider) -> Result<bool, Denial> {
    Err(Denial::Unreachable(record.url()))
}

#[tokio::test]
async fn keys_are_fetched_from_the_provider_and_kept() {
    let (provider, known) = (fit().await, ProviderKeys::default());
    assert_eq!(had(&known, &provider.record, "KID").await, Ok(true));
    assert_eq!(provider.asked(), 2);
    // A key that nobody knows is asked for once in a while.
    for key_id in ["KID", "new", "new"] {
        let had = had(&known, &provider.record, key_id).await;
        assert_eq!(had, Ok(key_id == "KID"), "{key_id}");
    }
    assert_eq!(provider.asked(), 0);
    provider.put("/keys", KEYS.replace("KID", "new"));
    pass(PAUSE).await;
    assert_eq!(had(&known, &provider.record, "new").await, Ok(true));
    assert_eq!(had(&known, &provider.record, "KID").await, Ok(false));
    assert_eq!(provider.asked(), 2);
    // A change of the record forgets them.
    let mut changed = provider.record.clone();
    changed.meta_mut().revision = 2;
    changed.ca_certificates.clear();
    assert_eq!(had(&known, &changed, "new").await, unreachable(&changed));
    assert_eq!(provider.asked(), 0);
}

#[tokio::test]
async fn keys_grow_old_and_go_on_while_they_are_good() {
    let (provider, known) = (fit().await, ProviderKeys::default());
    assert_eq!(had(&known, &provider.record, "KID").await, Ok(true));
    provider.put("/keys", "gone");
    pass(PAUSE).await;
    assert_eq!(had(&known, &provider.record, "new").await, Ok(false));
    assert_eq!(had(&known, &provider.record, "KID").await, Ok(true));
    pass(KEYS_AGE).await;
    let record = &provider.record;
    assert_eq!(had(&known, record, "KID").await, unreachable(record));
    assert_eq!(had(&known, record, "KID").await, unreachable(record));
    provider.put("/keys", KEYS);
    pass(PAUSE).await;
    assert_eq!(had(&known, record, "KID").await, Ok(true));
}

#[tokio::test]
async fn a_fetch_ends_when_whoever_caused_it_has_left() {
    let (provider, known) = (fit().await, ProviderKeys::default());
    let asking = had(&known, &provider.record, "KID");
    let left = tokio::time::timeout(Duration::from_millis(0), asking).await;
    assert!(left.is_err(), "left before the keys were there");
    assert_eq!(had(&known, &provider.record, "KID").await, Ok(true));
    assert_eq!(provider.asked(), 2);
}

#[tokio::test]
async fn keys_are_taken_as_they_should_be_or_not_at_all() {
    let roots = fetch::system_roots();
    let provider = fit().await;
    let (url, authority) = (provider.record.url(), provider.authority());
    let (keys, large) = (format!("https://{authority}/keys"), " ".repeat(70_000));
    let cases = [
        (
            "https://other.example.com",
            keys.clone(),
            KEYS,
            "the configuration is of",
        ),
        (
            &url,
            "https://localhost/keys".to_owned(),
            KEYS,
            "is not on localhost:",
        ),
        (
            &url,
            keys.replace("https", "http"),
            KEYS,
            "is not on localhost:",
        ),
        (
            &url,
            format!("https://{authority}.example.com/keys"),
            KEYS,
            "is not on",
        ),
        (
            &url,
            format!("https://{authority}@127.0.0.1/keys"),
            KEYS,
            "is not on",
        ),
        (
            &url,
            format!("https://{authority}/none"),
            KEYS,
            "answers 404",
        ),
        (&url, keys.clone(), "moved", "answers 302"),
        (&url, keys.clone(), "{}", "is no JSON Web Key Set"),
        (&url, keys.clone(), &large, "length limit exceeded"),
    ];
    for (issuer, uri, document, expected) in cases {
        provider.configure("/realm", issuer, &uri);
        provider.put("/keys", document);
        let error = fetch::keys(&provider.record, &roots).await.unwrap_err();
        let error = format!("{error:#}");
        assert!(error.contains(expected), "{uri}: {error}");
    }
    // Neither the system nor the record knows who vouches for the server; and the name is another's.
    let mut other = provider.record.clone();
    other.ca_certificates = Provider::start("").await.record.ca_certificates.clone();
    let error = fetch::keys(&other, &roots).await.unwrap_err();
    assert!(
        format!("{error:#}").contains("invalid peer certificate"),
        "{error:#}"
    );
    let mut other = provider.record.clone();
    let name = &mut other.meta_mut().name;
    *name = name.replace("localhost", "127.0.0.1");
    let error = fetch::keys(&other, &roots).await.unwrap_err();
    assert!(format!("{error:#}").contains("TLS"), "{error:#}");
}

#[tokio::test]
async fn a_provider_that_never_answers_is_not_waited_for() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut record = fit().await.record.clone();
    let port = listener.local_addr().unwrap().port();
    record.meta_mut().name = format!("localhost:{port}");
    let roots = fetch::system_roots();
    // Time goes by at once while there is nothing to do.
    tokio::time::pause();
    let error = fetch::keys(&record, &roots).await.unwrap_err();
    assert_eq!(error.to_string(), "no answer within 5s");
}

#[tokio::test]
async fn keys_that_are_given_are_not_fetched() {
    let (provider, known) = (fit().await, ProviderKeys::default());
    let mut given = provider.record.clone();
    given.jwks = KEYS.replace("KID", "given");
    assert_eq!(had(&known, &given, "given").await, Ok(true));
    assert_eq!(had(&known, &given, "KID").await, Ok(false));
    assert_eq!(provider.asked(), 0);
}
