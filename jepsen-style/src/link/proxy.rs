//! Accepts the connections to one node and leads them there.

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::pump::Pump;
use super::rule::{Passage, Rules, Way};
use super::{Shared, origin};

/// Longest time to connect to a node.
const CONNECT_DEADLINE: Duration = Duration::from_secs(2);

/// Serves until it is dropped; its connections end with it.
pub(super) async fn serve(
    shared: Arc<Shared>,
    listener: TcpListener,
    position: usize,
    target: SocketAddr,
) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => {
                    connections.spawn(lead(shared.clone(), stream, peer, position, target));
                }
                // Out of descriptors, most likely; they come back.
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            },
            Some(_) = connections.join_next(), if !connections.is_empty() => {}
        }
    }
}

/// Leads one connection to its end. How it ended is told to both ends by how their sockets close.
async fn lead(
    shared: Arc<Shared>,
    mut caller: TcpStream,
    peer: SocketAddr,
    position: usize,
    target: SocketAddr,
) {
    let Ok(local) = caller.local_addr() else {
        return;
    };
    let processes = || {
        let processes = shared.processes.lock();
        processes.unwrap_or_else(PoisonError::into_inner).clone()
    };
    // Nobody but the nodes has a way to a node.
    let Some(from) = origin::find(peer, local, processes).await else {
        return;
    };
    let there = (from, position);
    let number = shared.connections.fetch_add(1, Ordering::Relaxed);
    let mut rules = shared.rules.subscribe();
    if reset_at_close(&caller).is_err() || !opened(&mut rules, there).await {
        return;
    }
    let Ok(Ok(mut callee)) =
        tokio::time::timeout(CONNECT_DEADLINE, TcpStream::connect(target)).await
    else {
        return;
    };
    if reset_at_close(&callee).is_err() {
        return;
    }
    // Not the owned halves: these would close the stream politely when they are dropped.
    let (caller_read, caller_write) = caller.split();
    let (callee_read, callee_write) = callee.split();
    let pump = |way: Way| Pump::new(way, number, rules.clone(), shared.seed);
    let flow = async {
        tokio::try_join!(
            pump(there).run(caller_read, callee_write),
            pump(back(there)).run(callee_read, caller_write)
        )
    };
    tokio::select! {
        // An error has reset the connection: both sockets are dropped here.
        _ = flow => {}
        () = refused(rules.clone(), there) => {}
    }
}

/// Lets the socket's close be a reset, unless it was shut down before.
fn reset_at_close(stream: &TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    stream.set_zero_linger()
}

fn back((from, to): Way) -> Way {
    (to, from)
}

/// Waits until bytes pass both ways, as the beginning of a connection needs; `false` where it is
/// refused.
async fn opened(rules: &mut watch::Receiver<Rules>, way: Way) -> bool {
    let both = |rules: &Rules| rules.of(way).passage.max(rules.of(back(way)).passage);
    match rules.wait_for(|rules| both(rules) != Passage::Silent).await {
        Ok(rules) => both(&rules) == Passage::Open,
        Err(_) => false,
    }
}

/// Waits until connections are refused in either direction.
async fn refused(mut rules: watch::Receiver<Rules>, way: Way) {
    let refused = |rules: &Rules| {
        rules.of(way).passage == Passage::Refused || rules.of(back(way)).passage == Passage::Refused
    };
    // An error means that the links are gone.
    drop(rules.wait_for(refused).await);
}
