//! VPCs.

use std::net::IpAddr;

use ipnet::{IpNet, Ipv4Net};
use serde_json::{Value, json};
use trellis_proto::v1;
use trellis_proto::v1::ResourceKind as Kind;
use trellis_proto::v1::resource::Spec;

use super::call::{Call, tag_set};
use super::describe::Listing;
use super::fault;
use crate::failure::Fault;
use crate::registry::Registry;

/// Prefix lengths of a VPC's block. Source: EC2 API reference, `CreateVpc`.
const PREFIXES: std::ops::RangeInclusive<u8> = 16..=28;
/// Fields that the registry has no place for, and that are refused rather than passed over.
const UNSUPPORTED: [&str; 8] = [
    "Ipv6Pool",
    "Ipv6CidrBlock",
    "Ipv4IpamPoolId",
    "Ipv4NetmaskLength",
    "Ipv6IpamPoolId",
    "Ipv6NetmaskLength",
    "Ipv6CidrBlockNetworkBorderGroup",
    "VpcEncryptionControl",
];
pub(super) const LISTING: Listing = Listing {
    kind: Kind::Vpc,
    ids: "VpcId",
    id: "vpcId",
    set: "vpcSet",
    beginning: "vpc-",
    malformed: "InvalidVpcID.Malformed",
    missing: "InvalidVpcID.NotFound",
    filters: &[
        ("cidr", &["cidrBlock"]),
        ("cidrBlock", &["cidrBlock"]),
        (
            "cidr-block-association.cidr-block",
            &["cidrBlockAssociationSet", "cidrBlock"],
        ),
        (
            "cidr-block-association.state",
            &["cidrBlockAssociationSet", "cidrBlockState", "state"],
        ),
        ("dhcp-options-id", &["dhcpOptionsId"]),
        (
            "ipv6-cidr-block-association.ipv6-cidr-block",
            &["ipv6CidrBlockAssociationSet", "ipv6CidrBlock"],
        ),
        (
            "ipv6-cidr-block-association.state",
            &["ipv6CidrBlockAssociationSet", "ipv6CidrBlockState", "state"],
        ),
        ("is-default", &["isDefault"]),
        ("isDefault", &["isDefault"]),
        ("owner-id", &["ownerId"]),
        ("state", &["state"]),
        ("tag-key", &["tagSet", "key"]),
        ("vpc-id", &["vpcId"]),
    ],
    tell,
};

impl<R: Registry> Call<'_, R> {
    /// Reads a page of VPCs.
    pub(super) async fn describe_vpcs(&self) -> Result<Value, Fault> {
        self.describe(&LISTING).await
    }

    /// Creates a VPC. EC2's have no name, those of the registry have one: it is made from the request's id.
    pub(super) async fn create_vpc(&self) -> Result<Value, Fault> {
        self.refuse(&UNSUPPORTED)?;
        if self.input.get("amazonProvidedIpv6CidrBlock") == Some(&Value::Bool(true)) {
            return Err(fault::unsupported("AmazonProvidedIpv6CidrBlock"));
        }
        if self.text("instanceTenancy").unwrap_or("default") != "default" {
            return Err(fault::unsupported("InstanceTenancy"));
        }
        let block = self.text("CidrBlock");
        let block = block.ok_or_else(|| fault::missing("CidrBlock"))?;
        let spec = Spec::Vpc(v1::Vpc {
            name: format!("ec2-{}", self.request_id),
            cidr_blocks: vec![of_vpc(block)?],
            tags: self.tags("vpc")?,
            id: String::new(),
        });
        let made = self.change(self.creation(spec)).await?;
        Ok(json!({ "vpc": tell(&made) }))
    }

    /// Deletes a VPC that nothing is in.
    pub(super) async fn delete_vpc(&self) -> Result<Value, Fault> {
        let id = self.text("VpcId").unwrap_or_default();
        LISTING.check(id)?;
        self.change(self.deletion(Kind::Vpc, id)).await?;
        Ok(json!({}))
    }
}

/// The address block of a VPC, without host bits.
fn of_vpc(text: &str) -> Result<String, Fault> {
    let block: Result<Ipv4Net, _> = text.parse();
    let block = block.map_err(|_| {
        let what = "is invalid. This is not a valid CIDR block.";
        fault::invalid(format!("Value ({text}) for parameter cidrBlock {what}"))
    })?;
    if !PREFIXES.contains(&block.prefix_len()) {
        let message = format!("The CIDR '{text}' is invalid: its prefix must be 16 to 28 long.");
        return Err(Fault::of_sender("InvalidVpc.Range", message));
    }
    Ok(block.trunc().to_string())
}

/// What is told of a VPC. One without address blocks holds every address.
fn tell(vpc: &v1::Resource) -> Value {
    let metadata = vpc.metadata.clone().unwrap_or_default();
    let Some(Spec::Vpc(vpc)) = &vpc.spec else {
        return Value::Null;
    };
    let is_v6 = |block: &&String| {
        let block: Result<IpNet, _> = block.parse();
        block.is_ok_and(|block| matches!(block.addr(), IpAddr::V6(_)))
    };
    let (v6, mut v4): (Vec<_>, Vec<_>) = vpc.cidr_blocks.iter().partition(is_v6);
    let every = "0.0.0.0/0".to_owned();
    if vpc.cidr_blocks.is_empty() {
        v4.push(&every);
    }
    let state = json!({ "state": "associated" });
    let v4_set = v4
        .iter()
        .map(|block| json!({ "cidrBlock": block, "cidrBlockState": state }));
    let v6_set = v6
        .iter()
        .map(|block| json!({ "ipv6CidrBlock": block, "ipv6CidrBlockState": state }));
    json!({
        "vpcId": metadata.id,
        "ownerId": metadata.account,
        "state": "available",
        "cidrBlock": v4.first(),
        "cidrBlockAssociationSet": v4_set.collect::<Vec<_>>(),
        "ipv6CidrBlockAssociationSet": v6_set.collect::<Vec<_>>(),
        "dhcpOptionsId": "default",
        "instanceTenancy": "default",
        "isDefault": false,
        "tagSet": tag_set(&vpc.tags),
    })
}
