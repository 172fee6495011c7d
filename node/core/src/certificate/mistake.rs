//! Why a certificate, a chain or a key is not accepted.

/// Why a certificate, a chain or a key is not accepted; the text follows the name of the field. None repeats a key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Mistake {
    /// Not PEM, or not PEM alone.
    #[error(
        "is not PEM; give the text from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----, and nothing else"
    )]
    NotPem,
    /// So many certificates where one belongs.
    #[error(
        "holds {0} certificates; give its own alone, and those of its issuers as the chain of the certificate"
    )]
    Several(usize),
    /// No certificate, or one of an old version.
    #[error("is not an X.509 certificate of version 3")]
    Unreadable,
    /// Its issuer is nameless.
    #[error("does not name its issuer; have it issued with the name of the authority")]
    NoIssuer,
    /// It is for nobody.
    #[error(
        "names no domain and no address; have it issued with a subject alternative name of its website"
    )]
    Nameless,
    /// Its public key is of another kind.
    #[error(
        "has a public key that is none of RSA of 1024, 2048, 3072 or 4096 bits, P-256, P-384 and P-521"
    )]
    Algorithm,
    /// An RSA key that is signed with an elliptic curve, or the other way round.
    #[error(
        "has a key of another kind than its issuer signs with; RSA and elliptic curves do not go together"
    )]
    Mixed,
    /// The URL where its revocation is asked for is too long.
    #[error(
        "has the URL of an OCSP server of more than 1000 characters; have it issued with a shorter one"
    )]
    LongUrl,
    /// Its signature is of another kind.
    #[error(
        "is signed in a way that is not known here; RSA and ECDSA with SHA-256, SHA-384 and SHA-512 are"
    )]
    Signature,
    /// The certificate of the chain with this number, from 1, has not issued the one before it.
    #[error(
        "does not lead from the certificate: number {0} has not issued the one before it; give the issuer's certificate first, then that of its issuer, and so on"
    )]
    Broken(usize),
    /// The key is not PEM.
    #[error(
        "is not PEM; give the text from -----BEGIN PRIVATE KEY----- to -----END PRIVATE KEY-----, and nothing else"
    )]
    KeyNotPem,
    /// The key needs a passphrase.
    #[error("is encrypted; give it without passphrase, as `openssl pkey -in FILE` prints it")]
    KeyEncrypted,
    /// The key is of another kind than certificates have here.
    #[error("is neither an RSA key nor one of P-256, P-384 or P-521")]
    KeyAlgorithm,
    /// The key is another's, or damaged.
    #[error("does not belong to the certificate; give the key that it was issued for")]
    NotItsKey,
}

impl Mistake {
    /// Whether it is one of the private key, and not of the certificate beside it.
    #[must_use]
    pub fn is_of_key(&self) -> bool {
        matches!(
            self,
            Self::KeyNotPem | Self::KeyEncrypted | Self::KeyAlgorithm | Self::NotItsKey
        )
    }
}
