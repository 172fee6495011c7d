//! Links do what their rules say, to connections that exist and to new ones.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, timeout};

use super::{Links, Rule};
use crate::seed::Seed;

/// Longer than anything takes that is not held up.
const SOON: Duration = Duration::from_millis(300);
/// Node 0 is this process; it connects to node 1, which it also is.
const THERE: (usize, usize) = (0, 1);
const BACK: (usize, usize) = (1, 0);

struct Pair {
    links: Links,
    proxy: std::net::SocketAddr,
    target: TcpListener,
}

impl Pair {
    async fn new() -> Self {
        let links = Links::new(2, Seed(1));
        links.set_process(0, Some(std::process::id()));
        let target = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let proxy = listener.local_addr().unwrap();
        links.serve(listener, 1, target.local_addr().unwrap());
        Self {
            links,
            proxy,
            target,
        }
    }

    /// Both ends of a new connection.
    async fn connect(&self) -> (TcpStream, TcpStream) {
        let caller = TcpStream::connect(self.proxy).await.unwrap();
        let (callee, _) = timeout(SOON, self.target.accept()).await.unwrap().unwrap();
        (caller, callee)
    }
}

/// What arrives soon; `None` where nothing does.
async fn heard(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut buffer = [0; 64];
    let read = timeout(SOON, stream.read(&mut buffer)).await.ok()?;
    Some(buffer[..read.unwrap()].to_vec())
}

async fn say(stream: &mut TcpStream, text: &[u8]) {
    stream.write_all(text).await.unwrap();
}

#[tokio::test]
async fn bytes_and_the_end_of_a_stream_pass_both_ways() {
    let pair = Pair::new().await;
    let (mut caller, mut callee) = pair.connect().await;
    say(&mut caller, b"ping").await;
    assert_eq!(heard(&mut callee).await.unwrap(), b"ping");
    caller.shutdown().await.unwrap();
    assert_eq!(heard(&mut callee).await.unwrap(), b"");
    say(&mut callee, b"pong").await;
    assert_eq!(heard(&mut caller).await.unwrap(), b"pong");
    assert_eq!(pair.links.connections(), 1);
}

#[tokio::test]
async fn a_cut_holds_bytes_and_ends_until_it_is_lifted() {
    let pair = Pair::new().await;
    let (mut caller, mut callee) = pair.connect().await;
    let cut = pair
        .links
        .lay([(THERE, Rule::silent()), (BACK, Rule::silent())]);
    say(&mut caller, b"held").await;
    drop(callee.write_all(b"held too").await);
    assert_eq!(heard(&mut callee).await, None);
    assert_eq!(heard(&mut caller).await, None);
    let _late = TcpStream::connect(pair.proxy).await.unwrap();
    assert!(
        timeout(SOON, pair.target.accept()).await.is_err(),
        "no new connection"
    );
    pair.links.lift(cut);
    assert_eq!(heard(&mut callee).await.unwrap(), b"held");
    assert_eq!(heard(&mut caller).await.unwrap(), b"held too");
    assert!(
        timeout(SOON, pair.target.accept()).await.is_ok(),
        "it arrives now"
    );
}

#[tokio::test]
async fn a_one_way_cut_lets_the_other_way_pass() {
    let pair = Pair::new().await;
    let (mut caller, mut callee) = pair.connect().await;
    pair.links.lay([(THERE, Rule::silent())]);
    say(&mut caller, b"lost").await;
    say(&mut callee, b"heard").await;
    assert_eq!(heard(&mut callee).await, None);
    assert_eq!(heard(&mut caller).await.unwrap(), b"heard");
}

#[tokio::test]
async fn a_refusing_link_resets_what_exists_and_what_comes() {
    let pair = Pair::new().await;
    let (mut caller, mut callee) = pair.connect().await;
    let refusal = pair.links.lay([(BACK, Rule::refused())]);
    for stream in [&mut caller, &mut callee] {
        let read = timeout(SOON, stream.read(&mut [0; 8])).await.unwrap();
        assert_eq!(
            read.unwrap_err().kind(),
            std::io::ErrorKind::ConnectionReset
        );
    }
    let mut late = TcpStream::connect(pair.proxy).await.unwrap();
    let read = timeout(SOON, late.read(&mut [0; 8])).await.unwrap();
    assert_eq!(
        read.unwrap_err().kind(),
        std::io::ErrorKind::ConnectionReset
    );
    pair.links.lift(refusal);
    pair.connect().await;
}

#[tokio::test]
async fn a_half_open_connection_stays_silent_and_its_successor_passes() {
    let pair = Pair::new().await;
    let (mut caller, mut callee) = pair.connect().await;
    pair.links.half_open([THERE, BACK]);
    say(&mut caller, b"into the void").await;
    assert_eq!(heard(&mut callee).await, None);
    let (mut caller, mut callee) = pair.connect().await;
    say(&mut caller, b"again").await;
    assert_eq!(heard(&mut callee).await.unwrap(), b"again");
}

#[tokio::test]
async fn latency_delays_each_chunk_and_layers_add_up() {
    let pair = Pair::new().await;
    let (mut caller, mut callee) = pair.connect().await;
    let slow = Rule {
        delay: Duration::from_millis(60),
        ..Rule::default()
    };
    pair.links.lay([(THERE, slow)]);
    let second = pair.links.lay([(THERE, slow)]);
    let start = Instant::now();
    say(&mut caller, b"late").await;
    assert_eq!(heard(&mut callee).await.unwrap(), b"late");
    assert!(
        start.elapsed() >= Duration::from_millis(120),
        "{:?}",
        start.elapsed()
    );
    pair.links.lift(second);
    let start = Instant::now();
    say(&mut caller, b"less late").await;
    assert_eq!(heard(&mut callee).await.unwrap(), b"less late");
    let elapsed = start.elapsed();
    assert!(
        elapsed >= Duration::from_millis(60) && elapsed < Duration::from_millis(119),
        "{elapsed:?}"
    );
}

#[tokio::test]
async fn corruption_flips_one_bit_of_a_chunk() {
    let pair = Pair::new().await;
    let (mut caller, mut callee) = pair.connect().await;
    pair.links.lay([(
        THERE,
        Rule {
            corruption: 1.0,
            ..Rule::default()
        },
    )]);
    say(&mut caller, &[0; 32]).await;
    let bytes = heard(&mut callee).await.unwrap();
    assert_eq!(bytes.len(), 32);
    assert_eq!(bytes.iter().map(|byte| byte.count_ones()).sum::<u32>(), 1);
}

#[tokio::test]
async fn a_lost_chunk_comes_late_and_a_break_resets() {
    let pair = Pair::new().await;
    let (mut caller, mut callee) = pair.connect().await;
    let lossy = pair.links.lay([(
        THERE,
        Rule {
            loss: 1.0,
            ..Rule::default()
        },
    )]);
    say(&mut caller, b"sent again").await;
    assert_eq!(heard(&mut callee).await, None);
    pair.links.lift(lossy);
    let (mut caller, mut callee) = pair.connect().await;
    pair.links.lay([(
        THERE,
        Rule {
            reset: 1.0,
            ..Rule::default()
        },
    )]);
    say(&mut caller, b"never").await;
    let read = timeout(SOON, callee.read(&mut [0; 8])).await.unwrap();
    assert_eq!(
        read.unwrap_err().kind(),
        std::io::ErrorKind::ConnectionReset
    );
}

#[tokio::test]
async fn a_rate_limit_slows_a_long_transfer() {
    let pair = Pair::new().await;
    let (mut caller, mut callee) = pair.connect().await;
    pair.links.lay([(
        THERE,
        Rule {
            bytes_per_second: Some(200_000),
            ..Rule::default()
        },
    )]);
    let start = Instant::now();
    let sending = caller.write_all(&[7; 60_000]);
    let mut received = vec![0; 60_000];
    let (sent, read) = tokio::join!(sending, callee.read_exact(&mut received));
    sent.unwrap();
    read.unwrap();
    // The wait comes after each chunk: the last one's is not seen.
    assert!(
        start.elapsed() >= Duration::from_millis(200),
        "{:?}",
        start.elapsed()
    );
}

#[tokio::test]
async fn a_stranger_has_no_way_to_a_node() {
    let pair = Pair::new().await;
    pair.links.set_process(0, None);
    let mut stranger = TcpStream::connect(pair.proxy).await.unwrap();
    let read = timeout(Duration::from_secs(10), stream_end(&mut stranger)).await;
    assert!(read.unwrap(), "closed without a word");
    assert!(timeout(SOON, pair.target.accept()).await.is_err());
}

async fn stream_end(stream: &mut TcpStream) -> bool {
    matches!(stream.read(&mut [0; 8]).await, Ok(0) | Err(_))
}
