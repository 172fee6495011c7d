//! What EC2's API answers.

use trellis_core::model::{Kind, limits};
use trellis_core::registry::Refusal;
use trellis_core::registry::outcome::RefusalKind;

use super::*;
use crate::registry::fake::{Fake, now};

/// Status and body of an answer.
fn ask(fake: &Fake, operation: &str, fields: &str) -> (u16, String) {
    let body = format!("Action={operation}&Version=2016-11-15&{fields}");
    let answer = now(answer(fake, &(), Patience(0), body.as_bytes(), "id-1"));
    (answer.status, answer.body)
}

fn done(fake: &Fake, operation: &str, fields: &str) -> String {
    let (status, body) = ask(fake, operation, fields);
    assert_eq!(status, 200, "{operation} {fields}: {body}");
    body
}

/// Status and code of a refusal.
fn refused(fake: &Fake, operation: &str, fields: &str) -> (u16, String) {
    let (status, body) = ask(fake, operation, fields);
    assert!(
        body.starts_with("<Response><Errors><Error><Code>"),
        "{operation} {fields}: {body}"
    );
    assert!(
        body.ends_with("<RequestID>id-1</RequestID></Response>"),
        "{body}"
    );
    (status, text(&body, "Code")[0].clone())
}

/// The texts of the elements of a name.
fn text(body: &str, name: &str) -> Vec<String> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let parts = body.split(&open).skip(1);
    parts
        .map(|part| part.split(&close).next().unwrap().to_owned())
        .collect()
}

/// Two VPCs, and a group in the first.
fn estate() -> Fake {
    let fake = Fake::default();
    let tags = "TagSpecification.1.ResourceType=vpc&TagSpecification.1.Tag.1.Key=team&TagSpecification.1.Tag.1.Value=";
    done(
        &fake,
        "CreateVpc",
        &format!("CidrBlock=10.1.2.3/16&{tags}a"),
    );
    done(&fake, "CreateVpc", "CidrBlock=10.2.0.0/16");
    done(
        &fake,
        "CreateSecurityGroup",
        "GroupName=web&GroupDescription=for+all&VpcId=vpc-0",
    );
    fake
}

const WEB: &str = "GroupId=sg-2&IpPermissions.1.IpProtocol=tcp&IpPermissions.1.FromPort=80&IpPermissions.1.ToPort=81";

#[test]
fn a_vpc_is_told_with_its_blocks_and_tags() {
    let fake = estate();
    let body = done(&fake, "DescribeVpcs", "VpcId.1=vpc-0");
    assert_eq!(
        body,
        "<DescribeVpcsResponse xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15\"><requestId>id-1</requestId><vpcSet><item>\
         <ownerId>111111111111</ownerId><instanceTenancy>default</instanceTenancy>\
         <ipv6CidrBlockAssociationSet></ipv6CidrBlockAssociationSet><cidrBlockAssociationSet><item>\
         <cidrBlock>10.1.0.0/16</cidrBlock><cidrBlockState><state>associated</state></cidrBlockState></item>\
         </cidrBlockAssociationSet><isDefault>false</isDefault><tagSet><item><key>team</key><value>a</value></item></tagSet>\
         <vpcId>vpc-0</vpcId><state>available</state><cidrBlock>10.1.0.0/16</cidrBlock>\
         <dhcpOptionsId>default</dhcpOptionsId></item></vpcSet></DescribeVpcsResponse>"
    );
    assert_eq!(
        done(&fake, "DeleteVpc", "VpcId=vpc-1"),
        "<DeleteVpcResponse xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15\">\
        <requestId>id-1</requestId><return>true</return></DeleteVpcResponse>"
    );
    assert_eq!(text(&done(&fake, "DescribeVpcs", ""), "vpcId"), ["vpc-0"]);
}

#[test]
fn lists_are_filtered_and_paged() {
    let fake = estate();
    for _ in 0..5 {
        done(&fake, "CreateVpc", "CidrBlock=10.3.0.0/16");
    }
    for (fields, expected) in [
        (
            "Filter.1.Name=vpc-id&Filter.1.Value.1=vpc-0&Filter.1.Value.2=vpc-1",
            vec!["vpc-0", "vpc-1"],
        ),
        ("Filter.1.Name=cidr&Filter.1.Value.1=10.1.*", vec!["vpc-0"]),
        ("Filter.1.Name=tag:team&Filter.1.Value.1=%3F", vec!["vpc-0"]),
        (
            "Filter.1.Name=tag-key&Filter.1.Value.1=team&Filter.2.Name=cidr&Filter.2.Value.1=10.2*",
            vec![],
        ),
        ("Filter.1.Name=is-default&Filter.1.Value.1=true", vec![]),
        (
            "VpcId.1=vpc-1&VpcId.2=vpc-0&Filter.1.Name=isDefault&Filter.1.Value.1=false",
            vec!["vpc-0", "vpc-1"],
        ),
    ] {
        assert_eq!(
            text(&done(&fake, "DescribeVpcs", fields), "vpcId"),
            expected,
            "{fields}"
        );
    }
    let first = done(&fake, "DescribeVpcs", "MaxResults=5");
    assert_eq!(
        text(&first, "vpcId"),
        ["vpc-0", "vpc-1", "vpc-3", "vpc-4", "vpc-5"]
    );
    let token = text(&first, "nextToken")[0].replace("&quot;", "\"");
    let encoded: String = form_urlencoded::byte_serialize(token.as_bytes()).collect();
    let second = done(
        &fake,
        "DescribeVpcs",
        &format!("MaxResults=5&NextToken={encoded}"),
    );
    assert_eq!(text(&second, "vpcId"), ["vpc-6", "vpc-7"]);
    assert_eq!(text(&second, "nextToken"), [""; 0]);
    let other = format!("Filter.1.Name=state&Filter.1.Value.1=available&NextToken={encoded}");
    assert_eq!(
        refused(&fake, "DescribeVpcs", &other),
        (400, "InvalidParameterValue".to_owned())
    );
}

#[test]
fn rules_are_added_and_taken_away() {
    let fake = estate();
    let ranges = "IpPermissions.1.IpRanges.1.CidrIp=10.9.9.9/8&IpPermissions.1.IpRanges.1.Description=in&IpPermissions.1.Ipv6Ranges.1.CidrIpv6=fd00::1/64";
    let added = done(
        &fake,
        "AuthorizeSecurityGroupIngress",
        &format!("{WEB}&{ranges}"),
    );
    assert_eq!(text(&added, "cidrIpv4"), ["10.0.0.0/8"]);
    assert_eq!(text(&added, "cidrIpv6"), ["fd00::/64"]);
    done(
        &fake,
        "AuthorizeSecurityGroupIngress",
        "GroupId=sg-2&IpProtocol=6&FromPort=443&ToPort=443&CidrIp=0.0.0.0/0",
    );
    let told = done(
        &fake,
        "DescribeSecurityGroups",
        "Filter.1.Name=ip-permission.cidr&Filter.1.Value.1=10.*",
    );
    let permissions = &text(&told, "ipPermissions")[0];
    assert_eq!(text(permissions, "fromPort"), ["80", "443"]);
    assert_eq!(text(permissions, "cidrIp"), ["10.0.0.0/8", "0.0.0.0/0"]);
    assert_eq!(text(permissions, "description"), ["in"]);
    assert_eq!(text(&told, "groupDescription"), ["for all"]);

    let again = refused(
        &fake,
        "AuthorizeSecurityGroupIngress",
        &format!("{WEB}&IpPermissions.1.IpRanges.1.CidrIp=10.0.0.0/8"),
    );
    assert_eq!(again, (400, "InvalidPermission.Duplicate".to_owned()));
    let none = refused(
        &fake,
        "RevokeSecurityGroupIngress",
        &format!("{WEB}&IpPermissions.1.IpRanges.1.CidrIp=11.0.0.0/8"),
    );
    assert_eq!(none, (400, "InvalidPermission.NotFound".to_owned()));
    let gone = done(
        &fake,
        "RevokeSecurityGroupIngress",
        &format!("{WEB}&IpPermissions.1.IpRanges.1.CidrIp=10.0.0.0/8"),
    );
    assert_eq!(text(&gone, "cidrIpv4"), ["10.0.0.0/8"]);
    let id = &text(&added, "securityGroupRuleId")[1];
    assert_eq!((&id[..4], id.len()), ("sgr-", 21));
    let gone = done(
        &fake,
        "RevokeSecurityGroupIngress",
        &format!("GroupId=sg-2&SecurityGroupRuleId.1={id}"),
    );
    assert_eq!(text(&gone, "cidrIpv6"), ["fd00::/64"]);
    let none = refused(
        &fake,
        "RevokeSecurityGroupIngress",
        &format!("GroupId=sg-2&SecurityGroupRuleId.1={id}"),
    );
    assert_eq!(
        none,
        (400, "InvalidSecurityGroupRuleId.NotFound".to_owned())
    );
}

#[test]
fn rules_that_others_changed_meanwhile_are_changed_again() {
    let fake = estate();
    let moved = || Refusal::new(RefusalKind::RevisionMismatch, "moved on");
    let add = "GroupId=sg-2&IpProtocol=tcp&FromPort=1&ToPort=1&CidrIp=0.0.0.0/0";
    *fake.refusals.lock().unwrap() = vec![moved(); 7];
    done(&fake, "AuthorizeSecurityGroupIngress", add);
    *fake.refusals.lock().unwrap() = vec![moved(); 8];
    let outcome = refused(
        &fake,
        "AuthorizeSecurityGroupIngress",
        &add.replace("=1", "=2"),
    );
    assert_eq!(outcome, (503, "Unavailable".to_owned()));
}

#[test]
fn a_dry_run_tells_what_would_come_of_it_and_changes_nothing() {
    let mut fake = estate();
    let asked = fake.asked.lock().unwrap().len();
    let calls = [
        ("DescribeVpcs", ""),
        ("DescribeSecurityGroups", ""),
        ("CreateVpc", "CidrBlock=10.0.0.0/16"),
        ("DeleteVpc", "VpcId=vpc-0"),
        (
            "CreateSecurityGroup",
            "GroupName=a&GroupDescription=b&VpcId=vpc-0",
        ),
        ("DeleteSecurityGroup", "GroupId=sg-2"),
        (
            "AuthorizeSecurityGroupIngress",
            "GroupId=sg-2&IpProtocol=tcp&FromPort=1&ToPort=1&CidrIp=0.0.0.0/0",
        ),
        (
            "RevokeSecurityGroupIngress",
            "GroupId=sg-2&SecurityGroupRuleId.1=x",
        ),
    ];
    for (operation, fields) in calls {
        let expected = match operation {
            "RevokeSecurityGroupIngress" => (400, "InvalidSecurityGroupRuleId.NotFound".to_owned()),
            _ => (412, "DryRunOperation".to_owned()),
        };
        let outcome = refused(&fake, operation, &format!("{fields}&DryRun=true"));
        assert_eq!(outcome, expected, "{operation}");
    }
    assert_eq!(fake.asked.lock().unwrap().len(), asked);
    fake.denied.insert("change".to_owned());
    fake.denied.insert("list".to_owned());
    for (operation, _) in calls {
        fake.denied.insert(format!("ec2:{operation}"));
    }
    for (operation, fields) in calls {
        for dry in ["", "&DryRun=true"] {
            let outcome = refused(&fake, operation, &format!("{fields}{dry}"));
            assert_eq!(
                outcome,
                (403, "UnauthorizedOperation".to_owned()),
                "{operation}"
            );
        }
    }
}

/// Operation, fields, and the code of the refusal.
const REFUSED: &[(&str, &str, &str)] = &[
    ("DescribeSubnets", "", "InvalidAction"),
    ("DescribeVpcs", "VpcId.1=shop", "InvalidVpcID.Malformed"),
    ("DescribeVpcs", "VpcId.1=vpc-9", "InvalidVpcID.NotFound"),
    ("DescribeVpcs", "MaxResults=4", "InvalidParameterValue"),
    (
        "DescribeVpcs",
        "VpcId.1=vpc-0&MaxResults=5",
        "InvalidParameterCombination",
    ),
    ("DescribeVpcs", "NextToken=forged", "InvalidParameterValue"),
    (
        "DescribeVpcs",
        "Filter.1.Name=colour&Filter.1.Value.1=red",
        "InvalidParameterValue",
    ),
    (
        "DescribeVpcs",
        "Filter.1.Name=cidr",
        "InvalidParameterValue",
    ),
    ("CreateVpc", "", "MissingParameter"),
    ("CreateVpc", "CidrBlock=x", "InvalidParameterValue"),
    ("CreateVpc", "CidrBlock=10.0.0.0/15", "InvalidVpc.Range"),
    (
        "CreateVpc",
        "CidrBlock=10.0.0.0/16&InstanceTenancy=dedicated",
        "UnsupportedOperation",
    ),
    (
        "CreateVpc",
        "CidrBlock=10.0.0.0/16&AmazonProvidedIpv6CidrBlock=true",
        "UnsupportedOperation",
    ),
    ("CreateVpc", "Ipv4IpamPoolId=x", "UnsupportedOperation"),
    (
        "CreateVpc",
        "CidrBlock=10.0.0.0/16&TagSpecification.1.ResourceType=subnet",
        "InvalidParameterValue",
    ),
    ("DeleteVpc", "", "MissingParameter"),
    (
        "DeleteVpc",
        "VpcId=arn:aws:ec2:eu-west-1:111111111111:vpc/vpc-0",
        "InvalidVpcID.Malformed",
    ),
    (
        "DescribeSecurityGroups",
        "GroupId.1=web",
        "InvalidGroupId.Malformed",
    ),
    (
        "DescribeSecurityGroups",
        "GroupId.1=sg-9",
        "InvalidGroup.NotFound",
    ),
    (
        "DescribeSecurityGroups",
        "GroupName.1=web",
        "VPCIdNotSpecified",
    ),
    (
        "CreateSecurityGroup",
        "GroupName=a&VpcId=vpc-0",
        "MissingParameter",
    ),
    (
        "CreateSecurityGroup",
        "GroupName=a&GroupDescription=b",
        "VPCIdNotSpecified",
    ),
    ("DeleteSecurityGroup", "GroupName=web", "VPCIdNotSpecified"),
    ("DeleteSecurityGroup", "", "MissingParameter"),
    (
        "AuthorizeSecurityGroupIngress",
        "GroupId=sg-9&IpProtocol=tcp&FromPort=1&ToPort=1&CidrIp=0.0.0.0/0",
        "InvalidGroup.NotFound",
    ),
    (
        "AuthorizeSecurityGroupIngress",
        "GroupId=sg-2",
        "MissingParameter",
    ),
    (
        "AuthorizeSecurityGroupIngress",
        "GroupId=sg-2&IpProtocol=-1&CidrIp=0.0.0.0/0",
        "UnsupportedOperation",
    ),
    (
        "AuthorizeSecurityGroupIngress",
        "GroupId=sg-2&IpProtocol=tcp&FromPort=2&ToPort=1&CidrIp=0.0.0.0/0",
        "InvalidParameterValue",
    ),
    (
        "AuthorizeSecurityGroupIngress",
        "GroupId=sg-2&IpProtocol=tcp&FromPort=1&ToPort=65536&CidrIp=0.0.0.0/0",
        "InvalidParameterValue",
    ),
    (
        "AuthorizeSecurityGroupIngress",
        "GroupId=sg-2&IpProtocol=tcp&FromPort=1&ToPort=1&CidrIp=::/0",
        "InvalidParameterValue",
    ),
    (
        "AuthorizeSecurityGroupIngress",
        "GroupId=sg-2&SourceSecurityGroupName=x",
        "UnsupportedOperation",
    ),
];

#[test]
fn what_cannot_be_honoured_is_refused() {
    let fake = estate();
    for (operation, fields, expected) in REFUSED {
        assert_eq!(
            refused(&fake, operation, fields),
            (400, (*expected).to_owned()),
            "{operation} {fields}"
        );
    }
    let sources = format!("{WEB}&IpPermissions.1.Groups.1.GroupId=sg-1");
    assert_eq!(
        refused(&fake, "AuthorizeSecurityGroupIngress", &sources).1,
        "UnsupportedOperation"
    );
    let twice = format!(
        "{WEB}&IpPermissions.1.IpRanges.1.CidrIp=10.0.0.0/8&IpPermissions.1.IpRanges.2.CidrIp=10.0.0.1/8"
    );
    assert_eq!(
        refused(&fake, "AuthorizeSecurityGroupIngress", &twice).1,
        "InvalidParameterValue"
    );
}

#[test]
fn refusals_of_the_registry_have_their_codes() {
    let fake = estate();
    let vpc = "CidrBlock=10.0.0.0/16";
    let group = "GroupName=a&GroupDescription=b&VpcId=vpc-0";
    let rule = "GroupId=sg-2&IpProtocol=tcp&FromPort=1&ToPort=1&CidrIp=0.0.0.0/0";
    let (add, create) = ("AuthorizeSecurityGroupIngress", "CreateSecurityGroup");
    let check = |operation, fields, refusal, expected: &str| {
        fake.refusals.lock().unwrap().push(refusal);
        let outcome = refused(&fake, operation, fields);
        assert_eq!(outcome, (400, expected.to_owned()), "{operation} {fields}");
    };
    let (sg, of_group) = ("GroupId=sg-2", Kind::SecurityGroup);
    for (operation, fields, kind) in [
        ("DeleteVpc", "VpcId=vpc-0", Kind::Vpc),
        ("DeleteSecurityGroup", sg, of_group),
    ] {
        let used = Refusal::conflict(kind, "x", "is used");
        check(operation, fields, used, "DependencyViolation");
    }
    let gone = Refusal::not_found(Kind::Vpc, "vpc-9");
    check(
        "DeleteVpc",
        "VpcId=vpc-9",
        gone.clone(),
        "InvalidVpcID.NotFound",
    );
    check(create, group, gone, "InvalidVpcID.NotFound");
    let gone = Refusal::not_found(of_group, "sg-2");
    check("DeleteSecurityGroup", sg, gone, "InvalidGroup.NotFound");
    let taken = Refusal::conflict(of_group, "sg-2", "has the name");
    check(create, group, taken, "InvalidGroup.Duplicate");
    let wrong = Refusal::new(RefusalKind::Validation, "name");
    check(create, group, wrong, "InvalidParameterValue");
    let quota = |quota, kind| Refusal::quota(quota, 1, kind);
    let full = quota(&limits::VPCS_PER_REGION, Kind::Vpc);
    check("CreateVpc", vpc, full, "VpcLimitExceeded");
    let full = quota(&limits::SECURITY_GROUPS_PER_REGION, of_group);
    check(create, group, full, "SecurityGroupLimitExceeded");
    let full = quota(&limits::RULES_PER_SECURITY_GROUP, of_group);
    check(add, rule, full, "RulesPerSecurityGroupLimitExceeded");
}

#[test]
fn strangers_are_told_so() {
    for (code, expected) in [
        ("InvalidSignatureException", (401, "AuthFailure")),
        ("ExpiredTokenException", (400, "RequestExpired")),
    ] {
        let stranger = Failure::Unauthenticated {
            code,
            message: "who?".to_owned(),
        };
        let answer = refusal(&stranger, "id-1");
        assert_eq!(
            (answer.status, text(&answer.body, "Code")[0].as_str()),
            expected
        );
    }
}
