//! Target groups and targets.

use super::check;

const ESTATE: &str = "
    create vpc vpc1 cidr=10.0.0.0/16,fd00::/64
    create vpc plain
    create vpc small cidr=10.9.0.0/24
";

#[test]
fn health_checks_are_completed_with_the_documented_defaults() {
    check(ESTATE).run(
        "
        create target-group web vpc=vpc1
        show target-group web check
        => ok on Http Http1 port=0 / every 30s within 5s 5/2 200
        show target-group web port
        => ok 80
        create target-group tls vpc=vpc1 protocol=https
        show target-group tls check
        => ok on Https Http1 port=0 / every 30s within 5s 5/2 200
        show target-group tls port
        => ok 443
        create target-group two vpc=vpc1 version=http2
        show target-group two check
        => ok off Http Http1 port=0 / every 30s within 5s 5/2 200
        create target-group rpc vpc=vpc1 version=grpc
        show target-group rpc check
        => ok off Http Http1 port=0 / every 30s within 5s 5/2 200
        create target-group raw vpc=vpc1 protocol=tcp port=9000
        show target-group raw check
        => ok off Http Http1 port=0 / every 30s within 5s 5/2 200
        show target-group raw version
        => ok None
        create target-group alb type=alb vpc=vpc1
        show target-group alb check
        => ok none
        create target-group fun type=lambda
        show target-group fun check
        => ok none
        show target-group fun event
        => ok V1
    ",
    );
}

#[test]
fn zero_and_empty_text_in_a_health_check_mean_the_default() {
    check(ESTATE).run("
        create target-group web vpc=vpc1 check.enabled=yes check.interval=10 check.path=/ping?x=1
        show target-group web check
        => ok on Http Http1 port=0 /ping?x=1 every 10s within 5s 5/2 200
        update target-group web check.interval=0 check.path= check.matcher=200,210-299 check.healthy=10
        show target-group web check
        => ok on Http Http1 port=0 / every 30s within 5s 10/2 200,210-299
    ");
}

#[test]
fn every_wrong_field_of_a_health_check_is_named() {
    check(ESTATE).run("
        create target-group web vpc=vpc1 check.interval=4 check.timeout=121 check.healthy=1 check.path=x check.matcher=200-500
        => refused Validation: config.healthCheck.healthCheckIntervalSeconds: 4 is not within 5–300; config.healthCheck.healthCheckTimeoutSeconds: 121 is not within 1–120; config.healthCheck.healthyThresholdCount: 1 is not within 2–10; config.healthCheck.path: is not a path that begins with /; config.healthCheck.matcher.httpCode: is not a list of codes and ranges within 200–499, e.g. 200,202 or 200-299
        create target-group web vpc=vpc1 check.matcher=299-200
        => refused Validation: config.healthCheck.matcher.httpCode…
        create target-group alb type=alb vpc=vpc1 check.enabled=yes
        => refused Validation: config.healthCheck: ALB Target Group does not support health check config
        create target-group fun type=lambda check.enabled=yes
        => refused Validation: config.healthCheck: LAMBDA Target Group does not support health check config
    ");
}

#[test]
fn each_type_of_group_has_its_own_fields() {
    check(ESTATE).run("
        create target-group web
        => refused Validation: config.vpcIdentifier: is required
        create target-group web vpc=nil
        => refused NotFound: VPC nil not found
        create target-group web vpc=vpc1 port=65536
        => refused Validation: config.port: 65536 is not within 1–65535
        create target-group raw vpc=vpc1 protocol=tcp
        => refused Validation: config.port: 0 is not within 1–65535
        create target-group raw vpc=vpc1 protocol=tcp port=1 version=http2
        => refused Validation: config.protocolVersion: does not fit the type and the protocol: TCP has none, ALB has HTTP1 only
        create target-group alb type=alb vpc=vpc1 version=grpc
        => refused Validation: config.protocolVersion: does not fit…
        create target-group ec2 type=instance vpc=vpc1 ipv6=yes event=V1
        => refused Validation: config.ipAddressType: only IP target groups have an address type; config.lambdaEventStructureVersion: only LAMBDA target groups have one
        create target-group fun type=lambda vpc=vpc1 port=80 protocol=https event=V3
        => refused Validation: config.protocol: a LAMBDA target group has none; config.protocolVersion: a LAMBDA target group has none; config.port: a LAMBDA target group has none; config.vpcIdentifier: a LAMBDA target group has none; config.lambdaEventStructureVersion: is not V1 or V2
        create target-group six vpc=small ipv6=yes
        => refused Validation: config.ipAddressType: small has no IPv6 address block
        create target-group six vpc=vpc1 ipv6=yes
        => ok six
    ");
}

#[test]
fn only_the_health_check_of_a_group_can_change() {
    check(ESTATE).run("
        create target-group web vpc=vpc1
        register web 10.0.0.1
        update target-group web port=81 protocol=https vpc=plain
        => refused Validation: config.protocol: cannot be changed; delete the resource and create it again; config.port: cannot be changed; delete the resource and create it again; config.vpcIdentifier: cannot be changed; delete the resource and create it again
        update target-group web check.interval=5 target=10.0.0.2#80
        show target-group web targets
        => ok 10.0.0.1#80
    ");
}

#[test]
fn a_group_in_use_or_with_draining_targets_cannot_be_deleted() {
    check(ESTATE).run(
        "
        create target-group web vpc=vpc1
        create service shop
        create listener http service=shop forward=web
        register web 10.0.0.1 10.0.0.2
        delete target-group web
        => refused Conflict: TargetGroup web is in use by the service shop
        delete listener http
        deregister web 10.0.0.1
        delete target-group web
        => refused Conflict: TargetGroup web has targets that are draining; try again later
        wait 61s
        as cluster sweep web 10.0.0.1#80
        delete target-group web
        => ok web
    ",
    );
}

#[test]
fn registration_does_what_it_can_and_says_what_it_could_not() {
    check(ESTATE).run("
        create target-group web vpc=vpc1
        register web 10.0.0.1 10.0.0.1#8080 10.1.0.1 fd00::1 nowhere 169.254.169.254
        => ok web [10.0.0.1:80 10.0.0.1:8080] UnsupportedTarget: 10.1.0.1 is not in an address block of vpc1 UnsupportedTarget: fd00::1 is not an IPv4 address UnsupportedTarget: nowhere is not an IP address UnsupportedTarget: 169.254.169.254 cannot be a target
        register web 10.0.0.1 10.0.0.1
        => ok web [10.0.0.1:80]
        show target-group web targets
        => ok 10.0.0.1#80 10.0.0.1#8080
        create target-group any vpc=plain
        register any 192.0.2.1 0.0.0.0 224.0.0.1
        => ok any [192.0.2.1:80] UnsupportedTarget: 0.0.0.0 cannot be a target UnsupportedTarget: 224.0.0.1 cannot be a target
        create target-group six vpc=vpc1 ipv6=yes
        register six FD00:0:0::1 10.0.0.1 fe80::1
        => ok six [fd00::1:80] UnsupportedTarget: 10.0.0.1 is not an IPv6 address UnsupportedTarget: fe80::1 cannot be a target
        deregister six FD00::1
        => ok six [fd00::1:80]
    ");
}

#[test]
fn a_call_registers_one_to_one_hundred_targets() {
    let many: Vec<String> = (0..101)
        .map(|port| format!("10.0.0.1#{}", 1000 + port))
        .collect();
    let (hundred, all) = (many[..100].join(" "), many.join(" "));
    check(ESTATE).run(&format!(
        "
        create target-group web vpc=vpc1
        register web
        => refused Validation: targets: has length 0; 1–100 is allowed
        register web {all}
        => refused Validation: targets: has length 101; 1–100 is allowed
        register web {hundred}
        => ok web…
        register web 10.0.0.1#65536
        => refused Validation: targets[0].port: 65536 is not within 0–65535
        register nil 10.0.0.1
        => refused NotFound: TARGET_GROUP nil not found
        as other register web 10.0.0.1
        => refused NotFound: TARGET_GROUP web not found
    "
    ));
}

#[test]
fn instances_functions_and_load_balancers_are_named_by_id_and_arn() {
    check(ESTATE).run("
        create target-group ec2 type=instance vpc=vpc1
        register ec2 i-0123456789abcdef0 10.0.0.1
        => ok ec2 [i-0123456789abcdef0:80] UnsupportedTarget: 10.0.0.1 is not an instance id
        create target-group fun type=lambda
        register fun arn:aws:lambda:eu-west-1:222222222222:function:one
        => ok fun [arn:aws:lambda:eu-west-1:222222222222:function:one:0]
        register fun arn:aws:lambda:eu-west-1:222222222222:function:two
        => refused Conflict: TargetGroup fun can hold one target only; deregister it first
        create target-group alb type=alb vpc=vpc1
        register alb arn:aws:elasticloadbalancing:eu-west-1:222222222222:loadbalancer/app/a/1 10.0.0.1
        => ok alb [arn:aws:elasticloadbalancing:eu-west-1:222222222222:loadbalancer/app/a/1:80] UnsupportedTarget: 10.0.0.1 is not the ARN of a load balancer
    ");
}

#[test]
fn a_deregistered_target_drains_and_is_swept_by_the_cluster_when_its_time_is_over() {
    check(ESTATE).run(
        "
        create target-group web vpc=vpc1
        register web 10.0.0.1 10.0.0.2
        deregister web 10.0.0.1 10.0.0.9
        => ok web [10.0.0.1:80] TargetNotFound: the target is not registered
        show target-group web targets
        => ok 10.0.0.1#80~ 10.0.0.2#80
        wait 30s
        deregister web 10.0.0.1   # the first time counts
        drained
        => ok
        as cluster sweep web 10.0.0.1#80
        show target-group web targets
        => ok 10.0.0.1#80~ 10.0.0.2#80
        wait 30s
        drained
        => ok 10.0.0.1
        as ops sweep web 10.0.0.1#80
        => refused AccessDenied: only the cluster itself removes drained targets
        as cluster sweep web 10.0.0.1#80 10.0.0.2#80
        => ok web [10.0.0.1:80]
        show target-group web targets
        => ok 10.0.0.2#80
    ",
    );
}

#[test]
fn registering_a_draining_target_ends_its_draining() {
    check(ESTATE).run(
        "
        create target-group web vpc=vpc1
        register web 10.0.0.1
        deregister web 10.0.0.1
        register web 10.0.0.1
        show target-group web targets
        => ok 10.0.0.1#80
    ",
    );
}

#[test]
fn a_group_may_be_created_with_its_targets() {
    check(ESTATE).run(
        "
        create target-group web vpc=vpc1 target=10.0.0.2#0 target=10.0.0.1#81
        show target-group web targets
        => ok 10.0.0.1#81 10.0.0.2#80
        create target-group api vpc=vpc1 target=10.9.0.1#80
        => refused Validation: targets: 10.9.0.1 is not in an address block of vpc1
    ",
    );
}

#[test]
fn target_groups_and_targets_have_quotas() {
    check(ESTATE).run("
        as ops update settings cluster targetGroupsPerRegion=1 targetsPerTargetGroup=2
        create target-group web vpc=vpc1
        create target-group api vpc=vpc1
        => refused QuotaExceeded(L-BB11C6B9): the quota targetGroupsPerRegion of 1 is reached; delete one or raise the quota
        register web 10.0.0.1 10.0.0.2 10.0.0.3
        => refused QuotaExceeded(L-D71303F3): the quota targetsPerTargetGroup of 2 is reached; delete one or raise the quota
        show target-group web targets
        => ok
    ");
}
