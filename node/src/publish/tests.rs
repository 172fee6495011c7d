//! Views are published whatever becomes of the states that are kept.

use std::sync::Mutex;
use std::sync::mpsc;

use super::bench::Bench;
use super::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_is_slow_to_keep_a_state_holds_up_no_view() {
    let (begin, mut begun) = tokio::sync::mpsc::unbounded_channel();
    let (end, ended) = mpsc::channel::<()>();
    let ended = Mutex::new(ended);
    let mut bench = Bench::new(Arc::new(move |state: &State| {
        begin.send(state.revision).unwrap_or_default();
        // The disk answers when the test says so.
        ended.lock().unwrap().recv().unwrap_or_default();
        Ok(())
    }));
    bench.register("10.0.0.1").await;
    let first = bench.state.revision;
    assert_eq!(begun.recv().await, Some(first));
    bench.register("10.0.0.2").await;
    assert_eq!(bench.targets(), (2, 2), "published while the disk is busy");
    end.send(()).unwrap();
    let next = begun.recv().await;
    assert_eq!(next, Some(bench.state.revision), "then the newest is kept");
    end.send(()).unwrap();
}

#[test]
fn a_state_that_takes_long_to_keep_is_kept_less_often() {
    let pause = |ms| pause_after(Duration::from_millis(ms)).as_millis();
    assert_eq!((pause(0), pause(25)), (500, 500));
    assert_eq!((pause(50), pause(100)), (1_000, 2_000));
    assert_eq!(pause(60_000), 2_000, "and yet it is kept");
}
