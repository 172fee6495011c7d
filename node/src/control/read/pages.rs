//! Lists whose kind is known at run time only.

use trellis_core::model::{self, Kind, Record};
use trellis_core::registry::State;
use trellis_core::registry::command::AnyRecord;
use trellis_core::registry::query::{self, Filter};

macro_rules! pages {
    ($($record:ident),* $(,)?) => {
        /// One page of the records of a kind, and the id to go on after.
        pub(super) fn list(
            state: &State,
            kind: Kind,
            filter: &Filter<'_>,
            after: &str,
            limit: usize,
        ) -> (Vec<AnyRecord>, Option<String>) {
            $(if kind == <model::$record as Record>::KIND {
                let page = query::list::<model::$record>(state, filter, after, limit);
                let items = page.items.iter();
                return (items.map(|item| (**item).clone().into()).collect(), page.next);
            })*
            (Vec::new(), None)
        }
    };
}

pages! {
    Account, Vpc, SecurityGroup, Node, ServiceNetwork, Service, Listener, Rule, TargetGroup,
    ServiceAssociation, VpcAssociation, AuthPolicy, ResourcePolicy, AccessLogSubscription, User,
    AccessKey, Role, JoinToken, ClusterSettings, ResourceGateway, ResourceConfiguration,
    ResourceAssociation, DomainVerification, ManagedPolicy, ResourceShare,
    OidcProvider, Certificate,
}
