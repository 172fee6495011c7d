//! Requests through the data plane, while what decides over them is changed.

use std::time::Duration;

use tokio::time::sleep;

use super::{Play, Verdicts};
use crate::check::{revocation, traffic, visibility};
use crate::hunt::stage::{Infected, Stage};
use crate::traffic::history::History;
use crate::traffic::window::{Window, Windows};
use crate::traffic::{Rate, Traffic};

/// Requests a second, to all nodes together: what debug builds on two busy cores bear.
const RATE: Rate = Rate(150);
/// How long requests flow where nothing else happens.
const LONG: Duration = Duration::from_secs(20);
/// How long a node is down: some changes are missed, few of which are made up for by the next ones.
const DOWN: Duration = Duration::from_millis(1_500);
/// How long requests flow before and after.
const UP: Duration = Duration::from_secs(5);
/// How often nodes are killed.
const KILLS: u64 = 5;
/// How long a node may serve what was taken back, microseconds. Source: reliability plan, section 2.6.
const BOUND_US: u64 = 1_000_000;
/// How long nobody may hear of the last writes of a leader that was lost, microseconds. Source: reliability plan,
/// section 2.6.
const FAILOVER_US: u64 = 3_000_000;
/// Time in which the workers of a node take up a view, microseconds.
const SLACK_US: u64 = 100_000;
/// Requests that must have been seen after something was taken away.
const JUDGED_MIN: u64 = 10;

/// Requests, while what decides over them is changed.
pub(super) async fn forwarding(play: &Play) -> anyhow::Result<Verdicts> {
    let stage = Stage::open(play, Infected::All, |_| {}).await?;
    let traffic = Traffic::prepare(stage.access(), stage.setting.start).await?;
    let stop = stage.stop();
    let run = tokio::spawn(traffic.run(stage.seed(), RATE, stop.clone()));
    sleep(LONG).await;
    stop.cancel();
    let (history, windows) = (run.await?, Windows::default());
    Ok(verdicts(&history, &windows))
}

/// The same, while nodes are killed and started again, one after the other.
pub(super) async fn restarted(play: &Play) -> anyhow::Result<Verdicts> {
    let stage = Stage::open(play, Infected::All, |_| {}).await?;
    let traffic = Traffic::prepare(stage.access(), stage.setting.start).await?;
    let stop = stage.stop();
    let run = tokio::spawn(traffic.run(stage.seed(), RATE, stop.clone()));
    let mut windows = Windows::default();
    sleep(UP).await;
    for turn in 0..KILLS {
        let nodes = stage.access().nodes.len();
        let node = usize::try_from(play.seed + turn)? % nodes;
        let from_us = stage.now_us();
        stage.cluster.kill(node).await?;
        sleep(DOWN).await;
        stage.cluster.start_again(node).await?;
        stage.caught_up(node).await?;
        windows.down.push(Window {
            node,
            from_us,
            to_us: stage.now_us(),
        });
        let others = (0..nodes).filter(|other| *other != node);
        windows.apart.extend(others.map(|node| Window {
            node,
            from_us,
            to_us: from_us + FAILOVER_US,
        }));
        sleep(UP).await;
    }
    stop.cancel();
    Ok(verdicts(&run.await?, &windows))
}

fn verdicts(history: &History, windows: &Windows) -> Verdicts {
    let revoked = revocation::check(history, windows, BOUND_US, JUDGED_MIN);
    vec![
        ("rightness", traffic::rightness(history, windows, BOUND_US)),
        ("integrity", traffic::integrity(history)),
        ("order", visibility::order(history, windows, SLACK_US)),
        ("revocation", revoked),
    ]
}
