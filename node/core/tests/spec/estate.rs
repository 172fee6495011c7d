//! A small estate to decide upon: one VPC, one network, one service, a few callers.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use trellis_core::decide::{
    Balance, Draws, Health, Memo, Peer, Rules, Surroundings, Trace, Verdict,
};
use trellis_core::decide::{Caller, Head, request, stream};
use trellis_core::model::{ListenerProtocol, ProtocolVersion, TargetProtocol, arn};
use trellis_core::policy::{Compiled, Kind, compile, parse};
use trellis_core::view::{
    AccessKeyView, ActionView, GroupView, IdentityView, Layer, ListenerView, NetworkView, PathTest,
    Principal, PrincipalKind, Reach, RuleView, ServiceView, TargetView, TextTest, View, VpcView,
    WeightedGroup,
};
use zeroize::Zeroizing;

/// Account of the callers.
pub(crate) const ACCOUNT: &str = "111111111111";
/// Account that owns service and network.
pub(crate) const OWNER: &str = "222222222222";
/// The name that clients call.
pub(crate) const HOST: &str = "orders.example.internal";
/// ARN of the service.
pub(crate) const SERVICE: &str =
    "arn:aws:vpc-lattice:eu-west-1:222222222222:service/svc-0123456789abcdef0";
/// Secret access key of every access key.
pub(crate) const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

/// What a test varies.
#[derive(Clone)]
pub(crate) struct Estate {
    pub(crate) network: Layer,
    pub(crate) service: Layer,
    /// Identity policies by name of the identity.
    pub(crate) own: HashMap<String, Vec<Arc<Compiled>>>,
    /// Exact paths that the listener answers itself, with which status; the rest is forwarded.
    pub(crate) fixed: Vec<(String, u16)>,
    pub(crate) strict: bool,
    pub(crate) peer: Peer<'static>,
    /// What the listener and the targets speak.
    pub(crate) protocols: (ListenerProtocol, TargetProtocol),
}

impl Default for Estate {
    fn default() -> Self {
        Self {
            network: Layer::Open,
            service: Layer::Open,
            own: HashMap::new(),
            fixed: Vec::new(),
            strict: false,
            peer: peer(),
            protocols: (ListenerProtocol::Http, TargetProtocol::Http),
        }
    }
}

/// Compiles a policy from its statements.
pub(crate) fn policy(kind: Kind, statements: &[String]) -> Arc<Compiled> {
    let text = format!(
        r#"{{"Version":"2012-10-17","Statement":[{}]}}"#,
        statements.join(",")
    );
    match parse(&text, kind) {
        Ok(document) => Arc::new(compile(&document)),
        Err(mistakes) => panic!("{text}: {mistakes:?}"),
    }
}

/// The principals of the estate: the root, the user and the role session of an account.
pub(crate) fn principal(name: &str) -> Principal {
    let (kind, arn, principal_arn) = match name {
        "root" => (PrincipalKind::Root, arn::root(ACCOUNT), arn::root(ACCOUNT)),
        "alice" => {
            let arn = arn::user(ACCOUNT, "/team/", "alice");
            (PrincipalKind::User, arn.clone(), arn)
        }
        role => (
            PrincipalKind::AssumedRole,
            arn::session(ACCOUNT, role, "build-7"),
            arn::role(ACCOUNT, "/", role),
        ),
    };
    let session = kind == PrincipalKind::AssumedRole;
    Principal {
        kind,
        account: ACCOUNT.into(),
        arn,
        principal_arn,
        identity: name.into(),
        user_id: if session {
            "AROAEXAMPLE:build-7".into()
        } else {
            "AIDAEXAMPLE".into()
        },
        access_key_id: String::new(),
        session_name: session.then(|| "build-7".into()),
        tags: vec![("team".into(), "blue".into())],
        issued_at_ms: session.then_some(1_773_572_400_000),
        transitive_tag_keys: Vec::new(),
        source_identity: String::new(),
        provider: String::new(),
        limits: None,
    }
}

/// A caller by name.
pub(crate) fn caller(name: &str) -> Caller {
    match name {
        "anonymous" => Caller::Anonymous,
        name => Caller::Signed(Arc::new(principal(name))),
    }
}

/// 2026-03-15T12:00:00Z.
pub(crate) fn noon() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_773_576_000)
}

/// A client in the VPC, on the service's port 80.
pub(crate) fn peer() -> Peer<'static> {
    Peer {
        vpc: "vpc-1",
        address: SocketAddr::from(([10, 0, 0, 7], 40_000)),
        port: 80,
        secure: false,
        server_name: None,
    }
}

impl Estate {
    /// The view of the estate.
    pub(crate) fn view(&self) -> View {
        let mut view = View::default();
        let vpc = VpcView {
            id: "vpc-1".into(),
            arn: "arn:aws:ec2:eu-west-1:111111111111:vpc/vpc-1".into(),
            owner: ACCOUNT.into(),
            reaches: vec![Reach {
                network: Arc::new(self.network_view()),
                service: Arc::new(self.service_view()),
                ingress: None,
            }],
            names: [(HOST.into(), 0)].into_iter().collect(),
            ..VpcView::default()
        };
        let vpcs = Arc::make_mut(&mut view.vpcs);
        vpcs.insert("vpc-1".into(), Arc::new(vpc));
        for name in ["root", "alice", "reader", "writer"] {
            let identity = IdentityView {
                root: name == "root",
                policies: self.own.get(name).cloned().unwrap_or_default(),
                ..IdentityView::default()
            };
            let credentials = Arc::get_mut(&mut view.credentials).unwrap();
            credentials
                .identities
                .insert(name.into(), Arc::new(identity));
            let key = AccessKeyView {
                revisions: (1, 1),
                secret: Zeroizing::new(SECRET.into()),
                principal: Arc::new(principal(name)),
            };
            credentials
                .access_keys
                .insert(format!("AKIA{name}"), Arc::new(key));
        }
        view
    }

    fn network_view(&self) -> NetworkView {
        NetworkView {
            id: "sn-0123456789abcdef0".into(),
            arn: "arn:aws:vpc-lattice:eu-west-1:222222222222:servicenetwork/sn-0123456789abcdef0"
                .into(),
            layer: self.network.clone(),
            log_destinations: Vec::new(),
        }
    }

    fn service_view(&self) -> ServiceView {
        let group = GroupView {
            revision: 1,
            id: "tg-1".into(),
            arn: String::new(),
            vpc: "vpc-2".into(),
            protocol: self.protocols.1,
            version: ProtocolVersion::Http1,
            targets: vec![TargetView {
                address: SocketAddr::from(([10, 1, 0, 1], 8080)),
                zone: String::new(),
            }],
            is_used: true,
            health_check: None,
        };
        ServiceView {
            id: "svc-0123456789abcdef0".into(),
            name: "orders".into(),
            arn: SERVICE.into(),
            region: "eu-west-1".into(),
            account: OWNER.into(),
            tags: vec![("stage".into(), "prod".into())],
            layer: self.service.clone(),
            listeners: vec![ListenerView {
                id: "listener-1".into(),
                port: 80,
                protocol: self.protocols.0,
                rules: self.rules(),
                default: ActionView::Forward {
                    groups: vec![WeightedGroup {
                        group: Arc::new(group),
                        weight: 1,
                    }],
                    total: 1,
                },
            }],
            idle_timeout: Duration::from_secs(60),
            names: vec![HOST.into()],
            log_destinations: Vec::new(),
        }
    }

    fn rules(&self) -> Vec<RuleView> {
        let rule = |(priority, (path, status)): (u32, &(String, u16))| RuleView {
            id: format!("rule-{priority}"),
            priority,
            method: None,
            path: Some(PathTest {
                test: TextTest::Exact(path.clone()),
                case_sensitive: true,
            }),
            headers: Vec::new(),
            action: ActionView::Fixed(*status),
        };
        (1..).zip(&self.fixed).map(rule).collect()
    }

    /// Decides about a request.
    pub(crate) fn decide(
        &self,
        view: &View,
        head: &Head<'_>,
        memo: &mut Memo,
        trace: &mut Trace,
    ) -> Verdict {
        self.around(view, |around| {
            request(around, &self.peer, head, memo, trace)
        })
    }

    /// Decides about a TLS stream.
    pub(crate) fn decide_stream(&self, trace: &mut Trace) -> Verdict {
        self.around(&self.view(), |around| {
            stream(around, &self.peer, &mut Memo::default(), trace)
        })
    }

    fn around(&self, view: &View, decide: impl FnOnce(&Surroundings<'_>) -> Verdict) -> Verdict {
        #[cfg(feature = "seeded-bugs")]
        {
            let name = std::env::var(trellis_core::seeded_bugs::VARIABLE).unwrap_or_default();
            trellis_core::seeded_bugs::choose_named(Some(&name)).unwrap();
        }
        decide(&Surroundings {
            view,
            health: &Health::default(),
            balance: &Idle,
            rules: &Rules {
                max_skew: Duration::from_secs(300),
                strict_unsigned_payload: self.strict,
            },
            now: noon(),
            draws: Draws {
                group: 0,
                first: 0,
                second: 0,
            },
        })
    }
}

/// Nothing is under way.
struct Idle;

impl Balance for Idle {
    fn in_flight(&self, _group: &GroupView, _target: usize) -> u32 {
        0
    }

    fn turn(&self, _group: &GroupView) -> Option<u64> {
        None
    }
}
