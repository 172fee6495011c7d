//! From what a caller writes to the id of a record.

use super::get_any;
use crate::model::arn::{Arn, OIDC_PROVIDER};
use crate::model::{Kind, Meta};
use crate::registry::command::AnyRecord;
use crate::registry::outcome::Refusal;
use crate::registry::state::{State, folded, scope};

/// The id of the record that an identifier names: an id, an ARN, or a name.
///
/// A name is looked up among the caller's own records, in `region` and under `parent`: the service
/// of a listener, the listener of a rule, the VPC of a security group, the
/// user of an access key; empty for other kinds. A
/// record that hangs on another parent does not exist here.
///
/// # Errors
/// Not found, for what does not exist and for what the account may not see.
pub fn resolve(
    state: &State,
    kind: Kind,
    account: &str,
    region: &str,
    parent: &str,
    identifier: &str,
) -> Result<String, Refusal> {
    let named = || {
        let owner = Meta {
            account: account.to_owned(),
            region: region.to_owned(),
            ..Meta::default()
        };
        let name = folded(kind, identifier);
        state.id_by_name(kind, &scope(kind, &owner, parent)?, &name)
    };
    let found = match Arn::parse(identifier) {
        Some(arn) => by_arn(state, kind, account, &arn),
        None => get_any(state, account, kind, identifier)
            .ok()
            .or_else(|| get_any(state, account, kind, named()?).ok()),
    };
    found
        .filter(|record| hangs_on(record, parent))
        .map(|record| record.meta().id.clone())
        .ok_or_else(|| Refusal::not_found(kind, identifier))
}

/// An ARN must be the record's own. An association has one in the account of each side.
fn by_arn(state: &State, kind: Kind, account: &str, arn: &Arn<'_>) -> Option<AnyRecord> {
    let id = match kind {
        Kind::User | Kind::Role | Kind::ManagedPolicy => {
            let owner = Meta {
                account: arn.account.to_owned(),
                ..Meta::default()
            };
            let name = folded(kind, arn.id());
            state.id_by_name(kind, &scope(kind, &owner, "")?, &name)?
        }
        Kind::OidcProvider => {
            let name = arn.resource.strip_prefix(OIDC_PROVIDER)?;
            state.id_by_name(kind, arn.account, name)?
        }
        Kind::Account => arn.account,
        _ => arn.id(),
    };
    let record = get_any(state, account, kind, id).ok()?;
    let text = record.arn();
    let own = Arn::parse(&text)?;
    let is_association = matches!(
        kind,
        Kind::ServiceNetworkServiceAssociation
            | Kind::ServiceNetworkVpcAssociation
            | Kind::ServiceNetworkResourceAssociation
    );
    let same = own == *arn
        || (is_association
            && own
                == Arn {
                    account: own.account,
                    ..*arn
                });
    same.then_some(record)
}

fn hangs_on(record: &AnyRecord, parent: &str) -> bool {
    parent.is_empty()
        || match record {
            AnyRecord::Listener(listener) => listener.service == parent,
            AnyRecord::Rule(rule) => rule.listener == parent,
            AnyRecord::SecurityGroup(group) => group.vpc == parent,
            AnyRecord::AccessKey(key) => key.user == parent,
            _ => true,
        }
}
