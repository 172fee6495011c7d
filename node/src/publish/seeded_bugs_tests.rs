//! Bugs of the publisher that are built in on purpose are there. Each test needs a process of its
//! own, as `cargo nextest` gives.

use trellis_core::model::{
    Account, ClusterSettings, Meta, ProtocolVersion, Target, TargetGroup, TargetProtocol, Vpc,
};
use trellis_core::registry::command::{Stored, TargetList};
use trellis_core::registry::outcome::Judgement;
use trellis_core::registry::{self, Change};
use trellis_core::seeded_bugs::choose;

use super::*;
use crate::cluster::join::{cluster_command, operation};

const OPERATOR: &str = "111111111111";
const VPC: &str = "vpc-00123456789abcdef";
const GROUP: &str = "tg-00123456789abcdef";

/// A publisher that runs, and a registry that feeds it.
struct Bench {
    state: State,
    states: watch::Sender<State>,
    views: Arc<ViewCell>,
    _dir: tempfile::TempDir,
}

impl Bench {
    /// A target group without targets.
    fn new() -> Self {
        let meta = |id: &str, name: &str| {
            Some(Meta {
                id: id.into(),
                name: name.into(),
                account: OPERATOR.into(),
                ..Meta::default()
            })
        };
        let settings = ClusterSettings {
            meta: meta("cluster", "c0ffee"),
            regions: vec!["eu-west-1".into()],
            dns_suffix: "trellis.internal".into(),
            partition_id: "0123456".into(),
            ..ClusterSettings::default()
        };
        let account = Account {
            meta: meta(OPERATOR, ""),
        };
        let vpc = Vpc {
            meta: meta(VPC, "here"),
            ..Vpc::default()
        };
        let group = TargetGroup {
            meta: meta(GROUP, "web"),
            vpc: VPC.into(),
            port: 80,
            protocol: TargetProtocol::Http as i32,
            protocol_version: ProtocolVersion::Http1 as i32,
            ..TargetGroup::default()
        };
        let records: Vec<Stored> = vec![settings.into(), account.into(), vpc.into(), group.into()];
        let mut state = State::default();
        let creations = records.into_iter();
        apply(&mut state, creations.map(Change::Create).collect());
        let keyring = Arc::new(Keyring::new("k1", [1; 32]).expect("a key"));
        let dir = tempfile::tempdir().expect("a directory");
        let views = Arc::new(ViewCell::new(view::compile(&state, &keyring, None)));
        let (states, watched) = watch::channel(state.clone());
        let publisher = Publisher {
            states: watched,
            keyring: keyring.clone(),
            views: views.clone(),
            last_good: LastGood::new(dir.path(), "c0ffee".into(), keyring),
        };
        tokio::spawn(publisher.run(CancellationToken::new()));
        Self {
            state,
            states,
            views,
            _dir: dir,
        }
    }

    /// Registers a target, and waits until the revision is published.
    async fn register(&mut self, address: &str) {
        let target = Target {
            id: address.into(),
            ..Target::default()
        };
        let list = TargetList {
            target_group: GROUP.into(),
            targets: vec![target],
        };
        apply(&mut self.state, vec![Change::RegisterTargets(list)]);
        let mut published = self.views.changed();
        self.states.send_replace(self.state.clone());
        let revision = self.state.revision;
        let published = published.wait_for(|at| *at >= revision).await;
        published.expect("a publisher that runs");
    }

    /// Targets in the registry and in the published view.
    fn targets(&self) -> (usize, usize) {
        let group = self.state.get::<TargetGroup>(GROUP).expect("the group");
        let view = self.views.load();
        (group.targets.len(), view.groups[GROUP].targets.len())
    }
}

fn apply(state: &mut State, changes: Vec<Change>) {
    let command = cluster_command(changes.into_iter().map(operation).collect());
    let revision = state.revision + 1;
    let applied = registry::apply(state, revision, &command);
    let judgement = applied.judgement;
    assert!(
        matches!(judgement, Some(Judgement::Done(_))),
        "{judgement:?}"
    );
}

#[tokio::test]
async fn b10_a_published_view_gives_way_to_an_older_one() {
    choose(Bug::B10).unwrap();
    let mut bench = Bench::new();
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
    let mut bench = Bench::new();
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
