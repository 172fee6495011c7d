//! The keys of identity providers: those that their records give, or those that were fetched.
//!
//! A token of anybody makes this node look keys up, so it does that seldom: fetched keys are good for [`KEYS_AGE`], and
//! whatever a token names, a provider is asked once in [`PAUSE`] at most. A fetch goes on when whoever caused it leaves,
//! so that nobody can keep one from ending, and whoever has a token of a known key does not wait for it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use rustls::RootCertStore;
use tokio::sync::OwnedMutexGuard;
use tokio::time::Instant;
use tokio_util::task::TaskTracker;
use trellis_core::model::{Meta, OidcProvider, Record};
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
    /// By id of the provider, with the revision of its record; those that are gone are forgotten when another is asked
    /// for the first time.
    cells: Mutex<HashMap<String, (u64, Arc<Cell>)>>,
    /// The system's certificate authorities, read once.
    roots: OnceLock<Arc<RootCertStore>>,
    fetches: TaskTracker,
}

/// The keys of a provider.
#[derive(Debug, Default)]
struct Cell {
    known: Mutex<Known>,
    /// Held by whoever fetches them.
    fetching: Arc<tokio::sync::Mutex<()>>,
}

/// What is known of the keys of a provider.
#[derive(Debug, Default)]
struct Known {
    /// The keys, and when they were fetched.
    keys: Option<(Arc<Keys>, Instant)>,
    /// When they were last asked for.
    tried: Option<Instant>,
}

impl Cell {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn usable(&self, now: Instant) -> Option<&Arc<Keys>> {
        let (keys, fetched) = self.keys.as_ref()?;
        (now.duration_since(*fetched) < KEYS_AGE).then_some(keys)
    }

    /// The keys, if they have the one that a token names.
    fn fit(&self, key_id: Option<&str>, now: Instant) -> Option<&Arc<Keys>> {
        self.usable(now).filter(|keys| keys.knows(key_id))
    }

    /// Whether to fetch them, for a token that names a key.
    fn is_due(&self, key_id: Option<&str>, now: Instant) -> bool {
        let tried = self.tried.map(|tried| now.duration_since(tried));
        tried.is_none_or(|since| since >= PAUSE) && self.fit(key_id, now).is_none()
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
        let cell = self.cell(state, provider.meta());
        let fit = cell.known().fit(key_id, clock::moment()).cloned();
        if let Some(keys) = fit {
            return Ok(keys);
        }
        let fetching = cell.fetching.clone().lock_owned().await;
        let is_due = cell.known().is_due(key_id, clock::moment());
        if is_due {
            let fetch = fetched(cell.clone(), provider.clone(), self.roots(), fetching);
            // What went wrong is in the log; the keys say whether something did.
            let _ = self.fetches.spawn(fetch).await;
        }
        let keys = cell.known().usable(clock::moment()).cloned();
        keys.ok_or_else(|| Denial::Unreachable(provider.url()))
    }

    /// The keys of a provider, as its record is; nothing is known of those of an earlier one.
    fn cell(&self, state: &State, meta: &Meta) -> Arc<Cell> {
        let mut cells = self.cells.lock().unwrap_or_else(PoisonError::into_inner);
        if !cells.contains_key(&meta.id) {
            cells.retain(|id, _| state.get::<OidcProvider>(id).is_some());
        }
        let (revision, cell) = cells.entry(meta.id.clone()).or_default();
        if *revision != meta.revision {
            *revision = meta.revision;
            *cell = Arc::default();
        }
        cell.clone()
    }

    fn roots(&self) -> Arc<RootCertStore> {
        self.roots.get_or_init(fetch::system_roots).clone()
    }
}

/// Fetches the keys of a provider, and keeps the old ones where that fails.
async fn fetched(
    cell: Arc<Cell>,
    provider: OidcProvider,
    roots: Arc<RootCertStore>,
    _fetching: OwnedMutexGuard<()>,
) {
    let keys = fetch::keys(&provider, &roots).await;
    let now = clock::moment();
    let mut known = cell.known();
    known.tried = Some(now);
    match keys {
        Ok(keys) => known.keys = Some((Arc::new(keys), now)),
        Err(error) => tracing::warn!(
            provider = provider.url(),
            error = format!("{error:#}"),
            "keys of an identity provider not fetched"
        ),
    }
}

#[cfg(test)]
mod tests;
