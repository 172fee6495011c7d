//! X.509 certificates as they are imported: what one says, whose key it is, where its chain leads.
//!
//! | file | holds |
//! |---|---|
//! | `pem` | the text that certificates and keys are written in |
//! | `facts` | what a certificate says |
//! | `chain` | whether each certificate of a chain has issued the one before it |
//! | `key` | whether a private key is a certificate's |
//! | `mistake` | why one is not accepted |
//!
//! Pure: the time comes in as an argument. Nothing here trusts an authority: whoever imports a certificate says whose it
//! is, and clients decide whether to believe it.
//!
//! Source: ACM user guide, "Prerequisites for importing certificates" and "Reimport a certificate"; ACM API model
//! 2015-12-08; RFC 5280, 5915, 7468, 8017 (read 2026-11).

mod chain;
mod facts;
mod key;
mod mistake;
mod pem;

pub use chain::check_chain;
pub use facts::{Facts, KeyAlgorithm, Purpose, read};
pub use key::check_key;
pub use mistake::Mistake;
pub use pem::normal;

#[cfg(test)]
mod tests;
