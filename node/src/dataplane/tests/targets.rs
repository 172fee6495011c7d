//! Targets: the echo, and raw ones that behave as a test needs it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, TcpStream};

use crate::dev::echo;

/// An echo target.
pub(super) async fn echo() -> SocketAddr {
    let listener = echo::bind(([127, 0, 0, 1], 0).into()).await.expect("bind");
    let address = listener.local_addr().expect("address");
    tokio::spawn(echo::serve(listener, "echo".into()));
    address
}

/// A target that gives each connection, with its number from 0, to `serve`; answers how many there
/// were, too.
pub(super) async fn raw<F>(
    serve: impl Fn(usize, TcpStream) -> F + Send + 'static,
) -> (SocketAddr, Arc<AtomicUsize>)
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("bind");
    let address = listener.local_addr().expect("address");
    let count = Arc::new(AtomicUsize::new(0));
    let counted = count.clone();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.expect("accept");
            let number = counted.fetch_add(1, Ordering::SeqCst);
            tokio::spawn(serve(number, stream));
        }
    });
    (address, count)
}

/// Reads up to and with `end`; `None` where the connection closes before.
pub(super) async fn read_until(stream: &mut TcpStream, end: &str) -> Option<String> {
    let mut text = Vec::new();
    while !text.ends_with(end.as_bytes()) {
        let mut byte = [0];
        if stream.read(&mut byte).await.unwrap_or(0) == 0 {
            return None;
        }
        text.push(byte[0]);
    }
    Some(String::from_utf8(text).expect("text"))
}
