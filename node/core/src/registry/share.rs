//! Shares: what resource policies and resource shares let other accounts do.
//!
//! A share is for whole accounts: the question is asked for the account's root, as shares with
//! single users or roles do not exist. A policy that cannot be read shares nothing, and its deny goes before
//! what a resource share grants.
//!
//! Source: VPC Lattice user guide, "Share your VPC Lattice entities"; API model, `PutResourcePolicy`; RAM user
//! guide, "Managed permissions".

use super::access::{resource, shareable};
use super::mistakes::Mistakes;
use super::outcome::Refusal;
use super::rules::{Case, Rules};
use super::state::{State, owner};
use crate::model::{Account, Kind, Meta, Record, ResourcePolicy, ResourceShare, arn, id, limits};
use crate::policy::{self, Caller, Decision, Request};

/// Whether the resource policy of a resource, or a share that it is in, allows an action to an account.
///
/// Cost: parses the policy; nothing where there is none. O(shares that the resource is in).
#[must_use]
pub fn allows(state: &State, kind: Kind, resource: &Meta, account: &str, action: &str) -> bool {
    match by_policy(state, kind, resource, account, action) {
        Decision::Deny { .. } => false,
        Decision::Allow { .. } => true,
        Decision::Silent => {
            permission(kind).contains(&action)
                && state
                    .children::<ResourceShare>(&resource.id)
                    .any(|share| share.accounts.iter().any(|known| known == account))
        }
    }
}

/// What the resource policy of a resource says of an action of an account; one that cannot be read denies it.
fn by_policy(state: &State, kind: Kind, resource: &Meta, account: &str, action: &str) -> Decision {
    let Some(record) = state.get::<ResourcePolicy>(&resource.id) else {
        return Decision::Silent;
    };
    let Ok(document) = policy::parse(&record.policy, policy::Kind::Resource) else {
        return Decision::Deny { statement: 0 };
    };
    let root = arn::root(account);
    let context: &[(&str, &str)] = &[
        ("aws:PrincipalAccount", account),
        ("aws:PrincipalArn", &root),
    ];
    let request = Request {
        caller: Some(Caller {
            arn: &root,
            account,
            principal_arn: &root,
            user_id: account,
            provider: None,
        }),
        action,
        resource: &arn::of(kind, resource),
        context: &context,
    };
    policy::compile(&document).evaluate(&request)
}

/// What a share lets an account do with a resource of a kind. Source: RAM's managed permissions
/// `AWSRAMPermissionVpcLattice…ReadWrite`, which are the only ones here.
fn permission(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::ServiceNetwork => &[
            "vpc-lattice:CreateServiceNetworkResourceAssociation",
            "vpc-lattice:CreateServiceNetworkServiceAssociation",
            "vpc-lattice:CreateServiceNetworkVpcAssociation",
            "vpc-lattice:GetServiceNetwork",
        ],
        Kind::Service => &[
            "vpc-lattice:CreateServiceNetworkServiceAssociation",
            "vpc-lattice:GetService",
        ],
        Kind::ResourceConfiguration => &[
            "vpc-lattice:CreateServiceNetworkResourceAssociation",
            "vpc-lattice:GetResourceConfiguration",
        ],
        _ => &[],
    }
}

/// The action that lets an account see a shared resource of a kind; `None` for kinds that cannot be
/// shared.
#[must_use]
pub fn read_action(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::ServiceNetwork => Some("vpc-lattice:GetServiceNetwork"),
        Kind::Service => Some("vpc-lattice:GetService"),
        Kind::ResourceConfiguration => Some("vpc-lattice:GetResourceConfiguration"),
        _ => None,
    }
}

impl Rules for ResourceShare {
    fn complete(&mut self) {
        for entries in [&mut self.resources, &mut self.accounts] {
            entries.sort_unstable();
            entries.dedup();
        }
    }

    fn shape(&self, mistakes: &mut Mistakes) {
        let most = limits::ENTRIES_PER_SHARE;
        mistakes.length("resourceIdentifiers", self.resources.len(), 0, most);
        mistakes.length("accounts", self.accounts.len(), 0, most);
        for (index, account) in self.accounts.iter().enumerate() {
            let path = format!("accounts[{index}]");
            mistakes.check(id::is_account(account), &path, "is not 12 digits");
        }
    }

    fn succeed(&mut self, _before: &Self, _mistakes: &mut Mistakes) {}

    fn admit(&mut self, case: &Case<'_>, before: Option<&Self>) -> Result<(), Refusal> {
        for id in &self.resources {
            // Whoever a resource is shared with does not share it again.
            let (kind, meta) = resource(case, id)?;
            if meta.account != self.meta().account || meta.region != self.meta().region {
                return Err(Refusal::not_found(kind, id));
            }
            shareable(case, kind, id)?;
        }
        for account in &self.accounts {
            if case.state.get::<Account>(account).is_none() {
                return Err(Refusal::not_found(Kind::Account, account));
            }
            if *account == self.meta().account {
                let message = format!("account {account} owns the share; share with others");
                return Err(Refusal::conflict(Kind::Account, account, message));
            }
        }
        if before.is_some() {
            return Ok(());
        }
        let owner = owner(&self.meta().account, &self.meta().region);
        case.fits(&limits::SHARES_PER_REGION, &owner, Self::KIND)
    }

    fn release(&self, _case: &Case<'_>) -> Result<(), Refusal> {
        Ok(())
    }
}
