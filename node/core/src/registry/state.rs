//! The state: persistent tables and their indices, so that a clone costs next to nothing.
//!
//! A change copies the nodes of the trees above it, with dozens of keys. So keys are texts that are copied without an
//! allocation: ids of up to 23 bytes are in the key itself, longer ones are shared.

mod keys;

use std::sync::Arc;

use imbl::ordmap::DiffItem;
use imbl::{OrdMap, OrdSet};
use smol_str::{SmolStr, ToSmolStr};

use super::codec;
use super::command::AnyRecord;
use super::outcome::Outcome;
use crate::model::{
    AccessKey, AccessLogSubscription, Account, AuthPolicy, Certificate, ClusterKey,
    ClusterSettings, DomainVerification, JoinToken, Kind, Listener, ManagedPolicy, Node,
    OidcProvider, Record, ResourceAssociation, ResourceConfiguration, ResourceGateway,
    ResourcePolicy, ResourceShare, Role, Rule, SecurityGroup, Service, ServiceAssociation,
    ServiceNetwork, TargetGroup, User, Vpc, VpcAssociation,
};

use keys::{Name, name_key, parents};
pub use keys::{folded, forwarded, owner, scope};

/// Records of one kind by id.
pub type Table<R> = OrdMap<SmolStr, Arc<R>>;

/// A record that has a table.
pub trait Tabled: Record + PartialEq {
    /// Its table.
    fn table(tables: &Tables) -> &Table<Self>;
    /// Its table, for change.
    fn table_mut(tables: &mut Tables) -> &mut Table<Self>;
}

macro_rules! tables {
    ($($field:ident: $type:ident as $variant:ident),* $(,)?) => {
        /// All tables.
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct Tables {
            $($field: Table<$type>,)*
        }

        $(
            impl Tabled for $type {
                fn table(tables: &Tables) -> &Table<Self> {
                    &tables.$field
                }
                fn table_mut(tables: &mut Tables) -> &mut Table<Self> {
                    &mut tables.$field
                }
            }
        )*

        impl Tables {
            fn insert(&mut self, record: AnyRecord) {
                match record {
                    $(AnyRecord::$variant(record) => {
                        self.$field.insert(record.meta().id.to_smolstr(), Arc::new(record));
                    })*
                }
            }

            fn remove(&mut self, kind: Kind, id: &str) {
                $(if kind == <$type as Record>::KIND {
                    self.$field.remove(id);
                })*
            }

            fn get(&self, kind: Kind, id: &str) -> Option<AnyRecord> {
                $(if kind == <$type as Record>::KIND {
                    return self.$field.get(id).map(|record| AnyRecord::$variant((**record).clone()));
                })*
                None
            }

            fn encode(&self, left_out: Option<Kind>, bytes: &mut Vec<u8>) {
                $(if left_out != Some(<$type as Record>::KIND) {
                    for record in self.$field.values() {
                        codec::push_record(bytes, &**record);
                    }
                })*
            }
        }
    };
}

tables! {
    accounts: Account as Account,
    vpcs: Vpc as Vpc,
    security_groups: SecurityGroup as SecurityGroup,
    nodes: Node as Node,
    service_networks: ServiceNetwork as ServiceNetwork,
    services: Service as Service,
    listeners: Listener as Listener,
    rules: Rule as Rule,
    target_groups: TargetGroup as TargetGroup,
    service_associations: ServiceAssociation as ServiceAssociation,
    vpc_associations: VpcAssociation as VpcAssociation,
    auth_policies: AuthPolicy as AuthPolicy,
    resource_policies: ResourcePolicy as ResourcePolicy,
    access_log_subscriptions: AccessLogSubscription as AccessLogSubscription,
    users: User as User,
    access_keys: AccessKey as AccessKey,
    roles: Role as Role,
    cluster_keys: ClusterKey as ClusterKey,
    join_tokens: JoinToken as JoinToken,
    settings: ClusterSettings as ClusterSettings,
    resource_gateways: ResourceGateway as ResourceGateway,
    resource_configurations: ResourceConfiguration as ResourceConfiguration,
    resource_associations: ResourceAssociation as ResourceAssociation,
    domain_verifications: DomainVerification as DomainVerification,
    managed_policies: ManagedPolicy as ManagedPolicy,
    resource_shares: ResourceShare as ResourceShare,
    oidc_providers: OidcProvider as OidcProvider,
    certificates: Certificate as Certificate,
}

/// A client token that was used, with what it led to.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct Remembered {
    /// Account that used it.
    #[prost(string, tag = "1")]
    pub account: String,
    /// The token.
    #[prost(string, tag = "2")]
    pub token: String,
    /// Fingerprint of the request.
    #[prost(bytes = "vec", tag = "3")]
    pub fingerprint: Vec<u8>,
    /// The first outcome.
    #[prost(message, optional, tag = "4")]
    pub outcome: Option<Outcome>,
    /// When, milliseconds since the Unix epoch.
    #[prost(uint64, tag = "5")]
    pub at_ms: u64,
}

/// Everything the cluster has agreed on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    /// Revision at which this state was reached.
    pub revision: u64,
    /// Id of the cluster.
    pub cluster_id: String,
    tables: Tables,
    /// Id by kind, scope and name.
    names: OrdMap<Name, SmolStr>,
    /// Parent id, kind and id of the child.
    links: OrdSet<(SmolStr, i32, SmolStr)>,
    /// How many children of a kind a parent has; without those that have none.
    counts: OrdMap<(SmolStr, i32), u64>,
    tokens: OrdMap<(SmolStr, SmolStr), Arc<Remembered>>,
    /// Time, account and token of each remembered token: the oldest is first.
    tokens_by_age: OrdSet<(u64, SmolStr, SmolStr)>,
}

impl State {
    /// A record by id.
    #[must_use]
    pub fn get<R: Tabled>(&self, id: &str) -> Option<&Arc<R>> {
        R::table(&self.tables).get(id)
    }

    /// A record of any kind by id.
    #[must_use]
    pub fn get_any(&self, kind: Kind, id: &str) -> Option<AnyRecord> {
        self.tables.get(kind, id)
    }

    /// All records of a kind, by id.
    pub fn all<R: Tabled>(&self) -> impl Iterator<Item = &Arc<R>> {
        R::table(&self.tables).values()
    }

    /// Records of a kind whose id comes after `after`, by id.
    pub fn after<'s, R: Tabled>(&'s self, after: &str) -> impl Iterator<Item = &'s Arc<R>> {
        use std::ops::Bound;
        let range = (Bound::Excluded(after), Bound::Unbounded);
        R::table(&self.tables)
            .range::<_, str>(range)
            .map(|(_, record)| record)
    }

    /// A record by name; [`scope`] says in which scope names of a kind are unique.
    #[must_use]
    pub fn by_name<R: Tabled>(&self, scope: &str, name: &str) -> Option<&Arc<R>> {
        let key = (R::KIND as i32, scope.to_smolstr(), name.to_smolstr());
        self.get(self.names.get(&key)?)
    }

    /// The id of the record of that name, if any.
    #[must_use]
    pub fn id_by_name(&self, kind: Kind, scope: &str, name: &str) -> Option<&str> {
        let key = (kind as i32, scope.to_smolstr(), name.to_smolstr());
        self.names.get(&key).map(SmolStr::as_str)
    }

    /// Records of a kind that hang on a parent, by id.
    pub fn children<'s, R: Tabled>(
        &'s self,
        parent: &str,
    ) -> impl Iterator<Item = &'s Arc<R>> + use<'s, R> {
        self.child_ids(parent, R::KIND)
            .filter_map(|id| self.get(id))
    }

    /// Ids of records of a kind that hang on a parent.
    pub fn child_ids<'s>(
        &'s self,
        parent: &str,
        kind: Kind,
    ) -> impl Iterator<Item = &'s str> + use<'s> {
        self.child_ids_after(parent, kind, "")
    }

    /// Ids of records of a kind that hang on a parent and come after `after`.
    pub fn child_ids_after<'s>(
        &'s self,
        parent: &str,
        kind: Kind,
        after: &str,
    ) -> impl Iterator<Item = &'s str> + use<'s> {
        use std::ops::Bound;
        let first = (parent.to_smolstr(), kind as i32, after.to_smolstr());
        let last = (parent.to_smolstr(), kind as i32 + 1, SmolStr::default());
        self.links
            .range((Bound::Excluded(first), Bound::Excluded(last)))
            .map(|(_, _, child)| child.as_str())
    }

    /// Records of a kind that another state has otherwise: as they are there, and as they are here.
    ///
    /// Cost: that of the changes, where one state came from the other; else O(records).
    pub fn changes_since<'s, R: Tabled>(
        &'s self,
        before: &'s Self,
    ) -> impl Iterator<Item = (Option<&'s R>, Option<&'s R>)> + use<'s, R> {
        let changes = R::table(&before.tables).diff(R::table(&self.tables));
        changes.map(|change| match change {
            DiffItem::Add(_, after) => (None, Some(&**after)),
            DiffItem::Update { old, new } => (Some(&**old.1), Some(&**new.1)),
            DiffItem::Remove(_, before) => (Some(&**before), None),
        })
    }

    /// Kinds and ids of everything that hangs on a parent.
    pub fn dependants<'s>(
        &'s self,
        parent: &str,
    ) -> impl Iterator<Item = (Kind, &'s str)> + use<'s> {
        let first = (parent.to_smolstr(), 0, SmolStr::default());
        let last = (parent.to_smolstr(), i32::MAX, SmolStr::default());
        self.links
            .range(first..last)
            .filter_map(|(_, kind, child)| Some((Kind::try_from(*kind).ok()?, child.as_str())))
    }

    /// Whether a record hangs on a parent.
    #[must_use]
    pub fn hangs(&self, parent: &str, kind: Kind, id: &str) -> bool {
        let link = (parent.to_smolstr(), kind as i32, id.to_smolstr());
        self.links.contains(&link)
    }

    /// How many records of a kind hang on a parent.
    ///
    /// Cost: O(log records).
    #[must_use]
    pub fn child_count(&self, parent: &str, kind: Kind) -> u64 {
        let count = self.counts.get(&(parent.to_smolstr(), kind as i32));
        count.copied().unwrap_or_default()
    }

    /// Whether anything of a kind hangs on a parent.
    #[must_use]
    pub fn has_children(&self, parent: &str, kind: Kind) -> bool {
        self.child_ids(parent, kind).next().is_some()
    }

    /// Kinds and ids of what an account owns, but for its own record and its root access keys.
    pub fn possessions<'s>(&'s self, account: &str) -> impl Iterator<Item = (Kind, &'s str)> {
        let own = owner(account, "");
        let roots: Vec<_> = self.child_ids(account, Kind::AccessKey).collect();
        self.links
            .range((own.to_smolstr(), 0, SmolStr::default())..)
            .take_while(move |(parent, _, _)| parent.starts_with(own.as_str()))
            .filter_map(|(_, kind, id)| Some((Kind::try_from(*kind).ok()?, id.as_str())))
            .filter(move |(kind, id)| *kind != Kind::Account && !roots.contains(id))
    }

    /// Kinds and ids of what lives in a region.
    ///
    /// Cost: O(records).
    pub fn inhabitants<'s>(&'s self, region: &str) -> impl Iterator<Item = (Kind, &'s str)> {
        let suffix = owner("", region);
        self.links
            .iter()
            .filter(move |(parent, _, _)| parent.ends_with(suffix.as_str()))
            .filter_map(|(_, kind, id)| Some((Kind::try_from(*kind).ok()?, id.as_str())))
    }

    /// The id of another record that has the record's name in its scope, if any.
    #[must_use]
    pub fn namesake(&self, record: &AnyRecord) -> Option<&str> {
        let holder = self.names.get(&name_key(record)?)?.as_str();
        (holder != record.meta().id).then_some(holder)
    }

    /// The settings that all nodes share.
    #[must_use]
    pub fn settings(&self) -> Option<&ClusterSettings> {
        self.get::<ClusterSettings>("cluster")
            .map(|settings| &**settings)
    }

    /// Puts a record in place of the one with its id, if any, and keeps the indices.
    pub(super) fn insert(&mut self, record: impl Into<AnyRecord>) {
        let record = record.into();
        let (kind, id) = (record.kind(), record.meta().id.to_smolstr());
        self.remove(kind, &id);
        if let Some(key) = name_key(&record) {
            self.names.insert(key, id.clone());
        }
        for parent in parents(&record) {
            let link = (parent.clone(), kind as i32, id.clone());
            if self.links.insert(link).is_none() {
                *self.counts.entry((parent, kind as i32)).or_default() += 1;
            }
        }
        self.tables.insert(record);
    }

    /// Removes a record and its index entries.
    pub(super) fn remove(&mut self, kind: Kind, id: &str) {
        let Some(record) = self.tables.get(kind, id) else {
            return;
        };
        if let Some(key) = name_key(&record) {
            self.names.remove(&key);
        }
        for parent in parents(&record) {
            let link = (parent.clone(), kind as i32, id.to_smolstr());
            if self.links.remove(&link).is_none() {
                continue;
            }
            let of_kind = (parent, kind as i32);
            let left = self.child_count(&of_kind.0, kind).saturating_sub(1);
            if left == 0 {
                self.counts.remove(&of_kind);
            } else {
                self.counts.insert(of_kind, left);
            }
        }
        self.tables.remove(kind, id);
    }

    pub(super) fn remembered(&self, account: &str, token: &str) -> Option<&Arc<Remembered>> {
        self.tokens.get(&(account.to_smolstr(), token.to_smolstr()))
    }

    /// Remembers a client token in place of its earlier use, if any.
    pub(super) fn remember(&mut self, entry: Remembered) {
        let key = (entry.account.to_smolstr(), entry.token.to_smolstr());
        let age = |at_ms| (at_ms, key.0.clone(), key.1.clone());
        if let Some(before) = self.tokens.get(&key) {
            self.tokens_by_age.remove(&age(before.at_ms));
        }
        self.tokens_by_age.insert(age(entry.at_ms));
        self.tokens.insert(key, Arc::new(entry));
    }

    /// Forgets client tokens used before a time, and the oldest beyond `most`.
    ///
    /// Cost: that of what is forgotten.
    pub(super) fn forget(&mut self, before_ms: u64, most: usize) {
        while let Some(oldest) = self.tokens_by_age.get_min().cloned() {
            if oldest.0 >= before_ms && self.tokens.len() <= most {
                return;
            }
            self.tokens_by_age.remove(&oldest);
            self.tokens.remove(&(oldest.1, oldest.2));
        }
    }

    /// Encodes all records, but for those of a kind that is left out, in the order of kinds and ids.
    pub(super) fn encode_records(&self, left_out: Option<Kind>, bytes: &mut Vec<u8>) {
        self.tables.encode(left_out, bytes);
    }

    pub(super) fn tokens(&self) -> impl Iterator<Item = &Arc<Remembered>> {
        self.tokens.values()
    }
}
