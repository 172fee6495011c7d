//! The way to a node, which can be cut without a word: what is sent then arrives after it is mended.

use std::net::SocketAddr;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// The way to one node.
pub(super) struct Proxy {
    /// Where it begins.
    pub(super) address: SocketAddr,
    open: watch::Sender<bool>,
}

impl Proxy {
    /// Leads to a node.
    pub(super) async fn to(node: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (open, way) = watch::channel(true);
        tokio::spawn(async move {
            while let Ok((caller, _)) = listener.accept().await {
                tokio::spawn(carry(caller, node, way.clone()));
            }
        });
        Self { address, open }
    }

    /// Cuts it.
    pub(super) fn cut(&self) {
        self.open.send_replace(false);
    }

    /// Mends it.
    pub(super) fn mend(&self) {
        self.open.send_replace(true);
    }
}

async fn carry(caller: TcpStream, node: SocketAddr, mut way: watch::Receiver<bool>) {
    if way.wait_for(|open| *open).await.is_err() {
        return;
    }
    // A caller whose node is not there is turned away, as it would be without a proxy.
    let Ok(node) = TcpStream::connect(node).await else {
        return;
    };
    drop((caller.set_nodelay(true), node.set_nodelay(true)));
    let (from_caller, to_caller) = caller.into_split();
    let (from_node, to_node) = node.into_split();
    tokio::select! {
        () = pass(from_caller, to_node, way.clone()) => {}
        () = pass(from_node, to_caller, way) => {}
    }
}

async fn pass(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    mut way: watch::Receiver<bool>,
) {
    let mut buffer = vec![0; 64 << 10];
    loop {
        let Ok(length @ 1..) = from.read(&mut buffer).await else {
            return;
        };
        if way.wait_for(|open| *open).await.is_err()
            || to.write_all(&buffer[..length]).await.is_err()
        {
            return;
        }
    }
}
