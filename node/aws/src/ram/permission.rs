//! What shares let other accounts do: the managed permission of each type of resource, which nobody chooses.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use trellis_core::model::arn::Arn;
use trellis_proto::v1::ResourceKind as Kind;

use super::list::{Item, arn_of};
use super::{Call, check_arn, fault, invalid, told};
use crate::failure::Fault;
use crate::registry::Registry;

/// Type of resource, name of its permission and its version. Source: VPC Lattice user guide, "Share your VPC Lattice
/// entities".
const PERMISSIONS: &[(&str, &str, &str)] = &[
    (
        "vpc-lattice:ResourceConfiguration",
        "AWSRAMPermissionVpcLatticeResourceConfiguration",
        "2",
    ),
    (
        "vpc-lattice:Service",
        "AWSRAMPermissionVpcLatticeServiceReadWrite",
        "1",
    ),
    (
        "vpc-lattice:ServiceNetwork",
        "AWSRAMPermissionVpcLatticeServiceNetworkReadWrite",
        "1",
    ),
];

impl<R: Registry> Call<'_, R> {
    /// Reads a page of the permissions of a share of the caller's: those of the types of what is in it.
    pub(super) async fn permissions(&self) -> Result<Value, Fault> {
        let arn = self.text("resourceShareArn");
        check_arn(arn)?;
        let action = "ram:ListResourceSharePermissions";
        let allowed = self.registry.authorise(self.caller, action, arn);
        allowed.map_err(|failure| fault(&failure))?;
        let id = Arn::parse(arn).map_or("", |arn| arn.id());
        let found = self.registry.own(self.caller, Kind::ResourceShare, id);
        let share = found.await.map_err(|failure| fault(&failure))?;
        if arn_of(&share) != arn {
            let message = format!("there is no resource share {arn}");
            return Err(Fault::of_sender("UnknownResourceException", message));
        }
        let types: BTreeSet<_> = self.members(&share).into_iter().map(|it| it.1).collect();
        let metadata = share.metadata.unwrap_or_default();
        let granted = PERMISSIONS.iter().filter(|(word, ..)| types.contains(word));
        let items = granted.map(|(word, name, version)| -> Item {
            let told = json!({
                "arn": arn_of_permission(name),
                "version": version,
                "defaultVersion": true,
                "name": name,
                "resourceType": word,
                "status": "ASSOCIATED",
                "creationTime": told::seconds(&metadata.created_at),
                "lastUpdatedTime": told::seconds(&metadata.last_updated_at),
                "isResourceTypeDefault": true,
                "permissionType": "AWS_MANAGED",
                "featureSet": "STANDARD",
            });
            ((*word).to_owned(), told)
        });
        self.page("permissions", items.collect())
    }

    /// Refuses permissions that a share does not have anyway.
    pub(super) fn check_permissions(&self) -> Result<(), Fault> {
        let named = self.arns("permissionArns")?;
        let is_known = |arn: &String| PERMISSIONS.iter().any(|it| *arn == arn_of_permission(it.1));
        match named.iter().find(|arn| !is_known(arn)) {
            Some(arn) => Err(invalid(format!(
                "{arn} is not supported: a share grants the default permission of each type of resource; leave it out"
            ))),
            None => Ok(()),
        }
    }
}

fn arn_of_permission(name: &str) -> String {
    format!("arn:aws:ram::aws:permission/{name}")
}
