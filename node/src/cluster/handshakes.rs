//! Unfinished TLS handshakes, so many and no more: strangers that open sockets and say nothing
//! never keep a member out.
//!
//! A new connection is always let in. Where its source, or the listener, has too many unfinished
//! handshakes, the oldest makes room: a peer that speaks is done long before it is the oldest.

use std::collections::VecDeque;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio_util::sync::CancellationToken;

/// Unfinished handshakes of one source. Source: our own; a node opens a few connections to another.
const PER_SOURCE_MAX: usize = 16;
/// Unfinished handshakes in total. Source: our own; bounds memory and file descriptors.
const TOTAL_MAX: usize = 256;

/// The unfinished handshakes of a listener, the oldest first.
#[derive(Default)]
pub(super) struct Handshakes {
    pending: Mutex<VecDeque<Pending>>,
}

struct Pending {
    source: IpAddr,
    given_up: CancellationToken,
}

/// A place among the unfinished handshakes, given back when dropped.
pub(super) struct Place {
    handshakes: Arc<Handshakes>,
    given_up: CancellationToken,
}

impl Handshakes {
    /// Lets a connection in; an older one loses its place where there are too many.
    pub(super) fn begin(self: &Arc<Self>, address: IpAddr) -> Place {
        let source = source(address);
        let mut pending = self.lock();
        let same = pending.iter().filter(|other| other.source == source);
        let victim = if same.count() >= PER_SOURCE_MAX {
            pending.iter().position(|other| other.source == source)
        } else {
            (pending.len() >= TOTAL_MAX).then_some(0)
        };
        if let Some(oldest) = victim.and_then(|index| pending.remove(index)) {
            oldest.given_up.cancel();
        }
        let given_up = CancellationToken::new();
        pending.push_back(Pending {
            source,
            given_up: given_up.clone(),
        });
        Place {
            handshakes: self.clone(),
            given_up,
        }
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Pending>> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place {
    /// Ends when the place is taken by a newer connection.
    pub(super) async fn lost(&self) {
        self.given_up.cancelled().await;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // Who has lost its place is in the list no more.
        self.given_up.cancel();
        let mut pending = self.handshakes.lock();
        pending.retain(|other| !other.given_up.is_cancelled());
    }
}

/// What counts as one source: an IPv4 address, or the /64 that one IPv6 host has to itself.
fn source(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)))
        }
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};
    use std::sync::Arc;

    use super::{Handshakes, PER_SOURCE_MAX, Place, TOTAL_MAX};

    fn lost(places: &[Place]) -> Vec<usize> {
        let all = places.iter().enumerate();
        all.filter(|(_, place)| place.given_up.is_cancelled())
            .map(|(index, _)| index)
            .collect()
    }

    fn begin(handshakes: &Arc<Handshakes>, addresses: &[IpAddr]) -> Vec<Place> {
        let places = addresses.iter().map(|address| handshakes.begin(*address));
        places.collect()
    }

    #[test]
    fn a_flood_from_one_source_displaces_only_its_own_oldest() {
        let handshakes = Arc::default();
        let member = begin(&handshakes, &["10.0.0.1".parse().unwrap()]);
        let flood = begin(
            &handshakes,
            &["10.0.0.2".parse().unwrap(); PER_SOURCE_MAX + 3],
        );
        assert_eq!(lost(&member), [0_usize; 0]);
        assert_eq!(lost(&flood), [0, 1, 2]);
    }

    #[test]
    fn addresses_of_one_ipv6_host_are_one_source() {
        let handshakes = Arc::default();
        let addresses: Vec<IpAddr> = (0..=PER_SOURCE_MAX)
            .map(|host| format!("2001:db8::{host:x}").parse().unwrap())
            .collect();
        let flood = begin(&handshakes, &addresses);
        assert_eq!(lost(&flood), [0]);
    }

    #[test]
    fn a_flood_from_many_sources_displaces_the_oldest_and_what_is_done_makes_room() {
        let handshakes = Arc::default();
        let addresses: Vec<IpAddr> = (0..TOTAL_MAX)
            .map(|host| Ipv4Addr::from_bits(u32::try_from(host).unwrap()).into())
            .collect();
        let mut flood = begin(&handshakes, &addresses);
        assert_eq!(lost(&flood), [0_usize; 0]);
        drop(flood.pop());
        let _first = handshakes.begin("10.0.0.1".parse().unwrap());
        assert_eq!(lost(&flood), [0_usize; 0], "there was room");
        let _second = handshakes.begin("10.0.0.1".parse().unwrap());
        assert_eq!(lost(&flood), [0]);
    }
}
