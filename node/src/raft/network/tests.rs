//! Connections that fall silent are given up, whoever used them.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::watch;
use tower::service_fn;
use trellis_core::registry::State;

use super::channels::{Dial, LinkError};
use super::*;

/// Ways on which nothing is ever answered; counts them.
#[derive(Default)]
struct Silent(AtomicUsize);

impl Dial for Silent {
    fn dial(&self, _: u64, _: &str) -> io::Result<Link> {
        self.0.fetch_add(1, Ordering::Relaxed);
        let silence = service_fn(|_| std::future::pending::<Result<_, LinkError>>());
        Ok(Link::new(silence))
    }
}

#[tokio::test(start_paused = true)]
async fn votes_give_up_a_silent_connection_though_each_election_has_a_client_of_its_own() {
    let silent = Arc::new(Silent::default());
    let (_states, states) = watch::channel(State::default());
    let mut network = Network {
        member: 1,
        channels: Arc::new(Channels::new(silent.clone(), states)),
        config: Config::default(),
    };
    let option = RPCOption::new(Duration::from_millis(200));
    let start = clock::moment();
    while silent.0.load(Ordering::Relaxed) < 2 {
        let node = BasicNode::new("127.0.0.1:1");
        let mut election = network.new_client(2, &node).await;
        let request = VoteRequest::new(Vote::new(1, 1), None);
        let vote = election.vote(request, option.clone()).await;
        assert!(matches!(vote, Err(RPCError::Timeout(_))), "{vote:?}");
        assert!(start.elapsed() < Duration::from_secs(3), "never given up");
    }
    let silence_max = Config::default().quorum_silence_max();
    assert!(start.elapsed() >= silence_max, "{:?}", start.elapsed());
}
