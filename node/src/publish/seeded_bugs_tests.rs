//! Bugs of the publisher that are built in on purpose are there. Each test needs a process of its
//! own, as `cargo nextest` gives.

use trellis_core::seeded_bugs::choose;

use super::bench::Bench;
use super::*;

/// Keeps nothing.
fn nothing() -> Keep {
    Arc::new(|_| Ok(()))
}

#[tokio::test]
async fn b10_a_published_view_gives_way_to_an_older_one() {
    choose(Bug::B10).unwrap();
    let mut bench = Bench::new(nothing());
    // On a busy machine both late views may come at once, so that the older one is not seen.
    for round in 0..20 {
        bench.register(&format!("10.0.{round}.1")).await;
        bench.register(&format!("10.0.{round}.2")).await;
        let newest = bench.state.revision;
        let mut published = bench.views.changed();
        assert_eq!(*published.borrow_and_update(), newest);
        let gone_back = published.wait_for(|at| *at < newest);
        if tokio::time::timeout(2 * LATE, gone_back).await.is_ok() {
            return;
        }
    }
    panic!("no older view was published");
}

#[tokio::test]
async fn b11_the_first_change_of_a_group_is_served_by_name_only_until_the_next_one() {
    choose(Bug::B11).unwrap();
    let mut bench = Bench::new(nothing());
    // The publisher has to be there before anything changes.
    tokio::time::sleep(LATE).await;
    bench.register("10.0.0.1").await;
    assert_eq!(bench.views.load().revision, bench.state.revision);
    assert_eq!(bench.targets(), (1, 0));
    bench.state.revision += 1;
    bench.states.send_replace(bench.state.clone());
    let revision = bench.state.revision;
    let mut published = bench.views.changed();
    published.wait_for(|at| *at >= revision).await.unwrap();
    assert_eq!(
        bench.targets(),
        (1, 0),
        "other changes do not bring it back"
    );
    bench.register("10.0.0.2").await;
    assert_eq!(bench.targets(), (2, 2));
}
