//! The keys of identity providers: those that their records give, or those that were fetched.
//!
//! A token of anybody makes this node look keys up, so it does that seldom: fetched keys are good for [`KEYS_AGE`], and
//! whatever a token names, a provider is asked once in [`PAUSE`] at most. A fetch goes on when whoever caused it leaves,
//! so that nobody can keep one from ending.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use rustls::RootCertStore;
use tokio::sync::OwnedMutexGuard;
use tokio::time::Instant;
use tokio_util::task::TaskTracker;
use trellis_core::model::{OidcProvider, Record};
use trellis_core::oidc::{Denial, Keys};
use trellis_core::registry::State;

use super::fetch;
use crate::clock;

/// How long fetched keys are good. Source: our own; providers announce keys days before they use them.
const KEYS_AGE: Duration = Duration::from_secs(3_600);
/// Shortest time between two fetches from one provider. Source: our own.
const PAUSE: Duration = Duration::from_secs(10);

/// The keys of identity providers, as far as they were asked for.
#[derive(Debug, Default)]
pub struct ProviderKeys {
    /// By id of the provider; those that are gone are forgotten when another is asked for the first time.
    known: Mutex<HashMap<String, Arc<tokio::sync::Mutex<Known>>>>,
    /// The system's certificate authorities, read once.
    roots: OnceLock<Arc<RootCertStore>>,
    fetches: TaskTracker,
}

/// What is known of the keys of a provider.
#[derive(Debug, Default)]
struct Known {
    /// Revision of the record that they belong to.
    revision: u64,
    /// The keys, and when they were fetched.
    keys: Option<(Arc<Keys>, Instant)>,
    /// When they were last asked for.
    tried: Option<Instant>,
}

impl Known {
    fn usable(&self, now: Instant) -> Option<&Arc<Keys>> {
        let (keys, fetched) = self.keys.as_ref()?;
        (now.duration_since(*fetched) < KEYS_AGE).then_some(keys)
    }

    /// Whether to fetch them, for a token that names a key.
    fn is_due(&self, key_id: Option<&str>, now: Instant) -> bool {
        let is_rested = self
            .tried
            .is_none_or(|tried| now.duration_since(tried) >= PAUSE);
        is_rested && !self.usable(now).is_some_and(|keys| keys.knows(key_id))
    }
}

impl ProviderKeys {
    /// The keys that a provider's tokens may be signed with; `key_id` is the one that a token names.
    ///
    /// # Errors
    /// [`Denial::Unreachable`] where there are none and they cannot be had.
    pub(super) async fn of(
        &self,
        state: &State,
        provider: &OidcProvider,
        key_id: Option<&str>,
    ) -> Result<Arc<Keys>, Denial> {
        if !provider.jwks.is_empty() {
            let given = Keys::parse(&provider.jwks).map(Arc::new);
            return given.map_err(Denial::Invalid);
        }
        let unreachable = || Denial::Unreachable(provider.url());
        let mut known = self.known(state, &provider.meta().id).lock_owned().await;
        if known.revision != provider.meta().revision {
            *known = Known {
                revision: provider.meta().revision,
                ..Known::default()
            };
        }
        if known.is_due(key_id, clock::moment()) {
            let fetch = refreshed(known, provider.clone(), self.roots());
            let fetched = self.fetches.spawn(fetch).await;
            known = fetched.map_err(|_| unreachable())?;
        }
        known
            .usable(clock::moment())
            .cloned()
            .ok_or_else(unreachable)
    }

    fn known(&self, state: &State, id: &str) -> Arc<tokio::sync::Mutex<Known>> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if !known.contains_key(id) {
            known.retain(|id, _| state.get::<OidcProvider>(id).is_some());
        }
        known.entry(id.to_owned()).or_default().clone()
    }

    fn roots(&self) -> Arc<RootCertStore> {
        self.roots.get_or_init(fetch::system_roots).clone()
    }
}

/// Fetches the keys of a provider, and keeps the old ones where that fails.
async fn refreshed(
    mut known: OwnedMutexGuard<Known>,
    provider: OidcProvider,
    roots: Arc<RootCertStore>,
) -> OwnedMutexGuard<Known> {
    let fetched = fetch::keys(&provider, &roots).await;
    let now = clock::moment();
    known.tried = Some(now);
    match fetched {
        Ok(keys) => known.keys = Some((Arc::new(keys), now)),
        Err(error) => tracing::warn!(
            provider = provider.url(),
            error = format!("{error:#}"),
            "keys of an identity provider not fetched"
        ),
    }
    known
}

#[cfg(test)]
mod tests;
