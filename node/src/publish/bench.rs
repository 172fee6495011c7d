//! A publisher that runs, and a registry that feeds it.

use trellis_core::model::{
    Account, ClusterSettings, Meta, ProtocolVersion, Target, TargetGroup, TargetProtocol, Vpc,
};
use trellis_core::registry::command::{Stored, TargetList};
use trellis_core::registry::outcome::Judgement;
use trellis_core::registry::{self, Change};

use super::*;
use crate::cluster::join::{cluster_command, operation};

const OPERATOR: &str = "111111111111";
const VPC: &str = "vpc-00123456789abcdef";
const GROUP: &str = "tg-00123456789abcdef";

/// A publisher that runs, and a registry that feeds it.
pub(super) struct Bench {
    pub(super) state: State,
    pub(super) states: watch::Sender<State>,
    pub(super) views: Arc<ViewCell>,
}

impl Bench {
    /// A target group without targets.
    pub(super) fn new(keep: Keep) -> Self {
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
        let views = Arc::new(ViewCell::new(view::compile(&state, &keyring, None)));
        let (states, watched) = watch::channel(state.clone());
        let publisher = Publisher {
            states: watched,
            keyring,
            views: views.clone(),
            keep,
        };
        tokio::spawn(publisher.run(CancellationToken::new()));
        Self {
            state,
            states,
            views,
        }
    }

    /// Registers a target, and waits until the revision is published.
    pub(super) async fn register(&mut self, address: &str) {
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
    pub(super) fn targets(&self) -> (usize, usize) {
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
