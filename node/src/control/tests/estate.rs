//! A registry without consensus: plans are made and applied at once.

use std::cell::Cell;
use std::sync::Arc;

use trellis_core::model::{
    AccessKey, Account, ClusterKey, ClusterSettings, Kind, Meta, Node, Record, User, arn, id,
};
use trellis_core::registry::command::{COMMAND_VERSION, Stored};
use trellis_core::registry::outcome::{Judgement, Outcome};
use trellis_core::registry::{self, Change, Command, Operation, State};
use trellis_core::seal::Keyring;
use trellis_core::view::{self, Principal, PrincipalKind, View};
use trellis_proto::v1;

use super::admin;
use crate::control::authn::Admin;
use crate::control::authorise::Authority;
use crate::control::error::Failure;
use crate::control::plan::{Plan, Planner};

/// The account that operates the cluster.
pub(in crate::control) const FIRST: &str = "111111111111";
/// Another account.
pub(in crate::control) const SECOND: &str = "222222222222";
/// Root access key of the first account, and its secret.
pub(in crate::control) const ROOT_KEY: (&str, &str) = ("AKIAROOTROOTROOTROOT", "root-secret");

/// A registry, its keys and its clock.
pub(in crate::control) struct Estate {
    pub(in crate::control) state: State,
    pub(in crate::control) keyring: Keyring,
    ids: Cell<u16>,
}

fn meta(id: &str, account: &str, name: &str) -> Option<Meta> {
    Some(Meta {
        id: id.into(),
        account: account.into(),
        name: name.into(),
        ..Meta::default()
    })
}

/// What a new cluster begins with: settings, accounts, a root key, a node, a CA key.
pub(in crate::control) fn first_records(keyring: &Keyring) -> Vec<Stored> {
    let (key, secret) = ROOT_KEY;
    let sealed_secret = keyring.seal(key.as_bytes(), secret.as_bytes(), [1; 12]);
    vec![
        ClusterSettings {
            meta: meta("cluster", FIRST, "0123456789abcdef"),
            regions: vec!["eu-west-1".into(), "eu-north-1".into()],
            dns_suffix: "trellis.internal".into(),
            partition_id: "7d67968".into(),
            ..ClusterSettings::default()
        }
        .into(),
        Account {
            meta: meta(FIRST, FIRST, "first"),
        }
        .into(),
        Account {
            meta: meta(SECOND, SECOND, "second"),
        }
        .into(),
        AccessKey {
            meta: meta(key, FIRST, ""),
            sealed_secret: sealed_secret.unwrap(),
            ..AccessKey::default()
        }
        .into(),
        ClusterKey {
            meta: meta("key-00000000000000001", FIRST, ""),
            public: b"certificate".to_vec(),
            sealed: b"sealed".to_vec(),
            ..ClusterKey::default()
        }
        .into(),
        Node {
            meta: meta("node-1", FIRST, ""),
            member: 1,
            cluster_address: "127.0.0.1:7601".into(),
            api_address: "127.0.0.1:7600".into(),
            feature_level: COMMAND_VERSION,
            ..Node::default()
        }
        .into(),
    ]
}

impl Estate {
    /// A new cluster.
    pub(in crate::control) fn new() -> Self {
        let keyring = Keyring::new("k1", [7; 32]).unwrap();
        let records = first_records(&keyring);
        let mut estate = Self {
            state: State::default(),
            keyring,
            ids: Cell::new(0),
        };
        let create = |record| Operation {
            expected_revision: 0,
            change: Some(Change::Create(record)),
        };
        let first = Command {
            operations: records.into_iter().map(create).collect(),
            ..Command::default()
        };
        estate.command(first).unwrap();
        estate
    }

    /// The view of the registry.
    pub(in crate::control) fn view(&self) -> View {
        view::compile(&self.state, &self.keyring, None)
    }

    /// Plans a request of a caller.
    pub(in crate::control) fn plan(
        &self,
        admin: &Admin,
        plan: impl Fn(&Planner<'_>) -> Result<Plan, Failure>,
    ) -> Result<Plan, Failure> {
        let view = self.view();
        let authority = Authority { admin, view: &view };
        let ids = |kind| {
            self.ids.set(self.ids.get() + 1);
            let [high, low] = self.ids.get().to_be_bytes();
            let mut serial = [0; 16];
            serial[6..10].copy_from_slice(&[high, low, high, low]);
            Ok(id::generate(kind, serial))
        };
        plan(&Planner {
            state: &self.state,
            authority: &authority,
            keyring: &self.keyring,
            ids: &ids,
            expected_revision: 0,
        })
    }

    /// Plans a request of a caller and carries it out.
    pub(in crate::control) fn write(
        &mut self,
        admin: &Admin,
        plan: impl Fn(&Planner<'_>) -> Result<Plan, Failure>,
    ) -> Result<(Plan, Outcome), Failure> {
        let plan = self.plan(admin, plan)?;
        let outcome = self.command(Command {
            account: plan.account.clone(),
            region: admin.region.clone(),
            principal: admin.principal.arn.clone(),
            operations: plan.operations.clone(),
            ..Command::default()
        })?;
        Ok((plan, outcome))
    }

    /// Creates one resource for the root of the first account.
    pub(in crate::control) fn create(&mut self, spec: v1::resource::Spec) -> Outcome {
        let request = v1::CreateRequest {
            resource: Some(resource(spec)),
            ..v1::CreateRequest::default()
        };
        let written = self.write(&admin(FIRST), |planner| planner.create(&request));
        written.unwrap().1
    }

    /// A user of the first account with one identity policy.
    pub(in crate::control) fn user(&mut self, name: &str, policy: &str) -> Admin {
        self.create(v1::resource::Spec::User(v1::User {
            user_name: name.into(),
            policies: [("own".to_owned(), policy.to_owned())].into(),
            ..v1::User::default()
        }));
        let id = self.state.id_by_name(Kind::User, FIRST, name).unwrap();
        let user = self.state.get::<User>(id).unwrap();
        let arn = arn::user(FIRST, "/", name);
        let mut admin = admin(FIRST);
        admin.principal = Arc::new(Principal {
            kind: PrincipalKind::User,
            account: FIRST.into(),
            arn: arn.clone(),
            principal_arn: arn,
            identity: user.meta().id.clone(),
            user_id: user.meta().id.clone(),
            access_key_id: String::new(),
            session_name: None,
            tags: Vec::new(),
            issued_at_ms: None,
            transitive_tag_keys: Vec::new(),
            source_identity: String::new(),
            provider: String::new(),
            limits: None,
        });
        admin
    }

    fn command(&mut self, mut command: Command) -> Result<Outcome, Failure> {
        command.version = COMMAND_VERSION;
        command.at_ms = 1_773_576_000_000 + self.state.revision;
        command.validate()?;
        let revision = self.state.revision + 1;
        match registry::apply(&mut self.state, revision, &command).judgement {
            Some(Judgement::Done(outcome)) => Ok(outcome),
            Some(Judgement::Refused(refusal)) => Err(refusal.into()),
            None => panic!("no judgement"),
        }
    }
}

/// A resource of which nothing but what is asked for is given.
pub(in crate::control) fn resource(spec: v1::resource::Spec) -> v1::Resource {
    v1::Resource {
        metadata: None,
        spec: Some(spec),
    }
}
