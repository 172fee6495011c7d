//! Services, listeners and rules.

use super::check;

/// A service with a listener, and target groups of it, of another service, and for TCP.
const ESTATE: &str = "
    create vpc vpc1
    create service shop
    create service bank domain=bank.example.com
    create target-group web vpc=vpc1
    create target-group api vpc=vpc1
    create target-group raw vpc=vpc1 protocol=tcp port=9000
    create listener http service=shop port=80 fixed=404
";

#[test]
fn a_service_gets_a_dns_name_that_stays() {
    check(
        "
        create service shop id=svc-0cfe1f49ff3266204
        => ok svc-0cfe1f49ff3266204
        resolve service - shop
        => ok svc-0cfe1f49ff3266204
    ",
    );
    check(
        "
        create service shop
        show service shop dns
        => ok shop-00000000001000abc.7d67968.vpc-lattice-svcs.eu-west-1.trellis.internal
        as ops update settings cluster suffix=on.aws
        update service shop auth=1
        show service shop dns
        => ok shop-00000000001000abc.7d67968.vpc-lattice-svcs.eu-west-1.trellis.internal
    ",
    );
}

#[test]
fn every_wrong_field_of_a_service_is_named() {
    check("
        create service Shop-- idle=59 certificate=x domain=no_domain auth=2
        => refused Validation: name: lower-case letters, digits and single dashes inside are allowed, and no leading svc-; authType: 2 is not one of the known values; idleTimeoutSeconds: 59 is not within 60–600; customDomainName: is not a domain name of 3–255 lower-case letters, digits, dashes and dots; certificateArn: is not the ARN of a certificate
        create service ab
        => refused Validation: name: has length 2; 3–40 is allowed
        create service svc-shop
        => refused Validation: name: lower-case…
        create service aaaaaaaaaabbbbbbbbbbccccccccccddddddddddx
        => refused Validation: name: has length 41; 3–40 is allowed
        create service shop domain=x.7d67968.vpc-lattice-svcs.eu-west-1.trellis.internal
        => refused Validation: customDomainName: has the form of a generated name; choose another
        create service moved domain=x.0000000.vpc-lattice-svcs.eu-west-1.on.aws   # a name of another cluster
        => ok moved
    ");
}

#[test]
fn the_custom_domain_name_of_a_service_is_fixed() {
    check(ESTATE).run("
        update service bank domain=other.example.com
        => refused Validation: customDomainName: cannot be changed; delete the resource and create it again
        update service bank name=bunk
        => refused Validation: name: cannot be changed
        update service bank idle=600
        => ok bank
    ");
}

#[test]
fn names_are_unique_in_account_and_region() {
    check(
        "
        create service shop
        create service two name=shop
        => refused Conflict: SERVICE shop has the name shop; choose another
        in us-east-1 create service three name=shop
        => ok three
        as other create service four name=shop
        => ok four
        delete service shop
        create service five name=shop
        => ok five
    ",
    );
}

#[test]
fn a_service_in_a_network_cannot_be_deleted() {
    check(ESTATE).run(
        "
        create network net
        create service-association member1 network=net service=shop
        delete service shop
        => refused Conflict: Service shop has one or more associated service networks.
        delete service-association member1
        delete service shop
        => ok shop
    ",
    );
}

#[test]
fn a_service_takes_listeners_rules_policies_and_log_subscriptions_along() {
    let script = check(ESTATE);
    let mut script = script;
    script.run(
        "
        create rule r10 listener=http priority=10 path=/a forward=web
        put auth-policy shop policy=anyone
        create log-subscription log1 resource=shop to=file:shop.log
        delete target-group web
        => refused Conflict: TargetGroup web is in use by the service shop
        delete service shop
        => ok shop
        show listener http port
        => refused NotFound: LISTENER http not found
        show rule r10 name
        => refused NotFound: RULE r10 not found
        show auth-policy shop name
        => refused NotFound: AUTH_POLICY shop not found
        delete target-group web
        => ok web
    ",
    );
    assert_eq!(script.state.dependants(&script.names["shop"]).count(), 0);
}

#[test]
fn listeners_default_to_the_port_of_their_protocol() {
    check(ESTATE).run(
        "
        create listener tls service=bank protocol=tls forward=raw
        show listener tls port
        => ok 443
        delete listener tls
        create listener https service=bank protocol=https fixed=500
        show listener https port
        => ok 443
        create listener plain service=bank fixed=500
        show listener plain port
        => ok 80
    ",
    );
}

#[test]
fn a_port_has_one_listener() {
    check(ESTATE).run(
        "
        create listener two service=shop protocol=https port=80 fixed=404
        => refused Conflict: port 80 is taken by the listener http
        create listener two service=shop port=65536 fixed=404
        => refused Validation: port: 65536 is not within 1–65535
    ",
    );
}

#[test]
fn a_listener_needs_a_service_and_an_action() {
    check(ESTATE).run("
        create listener two port=81
        => refused Validation: serviceIdentifier: is required; defaultAction: needs forward or fixedResponse
        create listener two service=nil port=81 fixed=404
        => refused NotFound: SERVICE nil not found
        as other create listener two service=shop port=81 fixed=404
        => refused NotFound: SERVICE shop not found
    ");
}

#[test]
fn only_404_and_500_are_fixed_responses() {
    check(ESTATE).run(
        "
        create listener two service=shop port=81 fixed=200
        => refused Validation: defaultAction.fixedResponse.statusCode: 200 is not 404 or 500
        create listener two service=shop port=81 fixed=500
        => ok two
    ",
    );
}

#[test]
fn a_listener_keeps_protocol_port_and_name() {
    check(ESTATE).run("
        update listener http protocol=https port=81 name=other
        => refused Validation: name: cannot be changed; protocol: cannot be changed; delete the resource and create it again; port: cannot be changed; delete the resource and create it again
        update listener http forward=web
        => ok http
    ");
}

#[test]
fn tls_passthrough_needs_a_custom_domain_name_and_forwards_to_tcp_groups() {
    check(ESTATE).run("
        create listener tls service=shop protocol=tls forward=raw
        => refused Validation: protocol: TLS_PASSTHROUGH needs a service with a custom domain name
        create listener tls service=bank protocol=tls fixed=404
        => refused Validation: defaultAction: a TLS_PASSTHROUGH listener can only forward
        create listener tls service=bank protocol=tls forward=web
        => refused Validation: targetGroupIdentifier: web is no TCP target group; a TLS_PASSTHROUGH listener needs one
        create listener two service=bank forward=raw
        => refused Validation: targetGroupIdentifier: raw is a TCP target group; only TLS_PASSTHROUGH listeners use these
        create listener tls service=bank protocol=tls forward=raw
        create rule r10 listener=tls priority=1 path=/ forward=raw
        => refused Validation: listenerIdentifier: a TLS_PASSTHROUGH listener has no rules but its default action
    ");
}

#[test]
fn a_target_group_belongs_to_one_service_of_its_account() {
    check(ESTATE).run(
        "
        create rule r10 listener=http priority=10 path=/ forward=web
        create rule r20 listener=http priority=20 path=/ forward=web
        create listener two service=bank forward=web
        => refused Conflict: TargetGroup web has been associated with other services
        create listener two service=bank fixed=404
        create rule r30 listener=two priority=10 path=/ forward=web
        => refused Conflict: TargetGroup web has been associated with other services
        update listener two forward=web
        => refused Conflict: TargetGroup web has been associated with other services
        delete rule r10
        delete rule r20
        update listener two forward=web
        => ok two
        as other create vpc vpc9
        as other create target-group far vpc=vpc9
        update listener two forward=far
        => refused NotFound: TARGET_GROUP far not found
        update listener two forward=nil
        => refused NotFound: TARGET_GROUP nil not found
    ",
    );
}

#[test]
fn forwards_name_one_to_ten_groups_with_weights() {
    check(ESTATE).run("
        update listener http forward=
        => refused Validation: defaultAction.forward.targetGroups: has length 0; 1–10 is allowed
        update listener http forward=web*1000,web
        => refused Validation: defaultAction.forward.targetGroups[0].weight: 1000 is not within 0–999; defaultAction.forward.targetGroups[1].targetGroupIdentifier: is named twice
        update listener http forward=web*0,api*999
        => ok http
        update listener http forward=a,b,c,d,e,f,g,h,i,j,k
        => refused Validation: defaultAction.forward.targetGroups: has length 11; 1–10 is allowed
    ");
}

#[test]
fn rules_need_a_priority_a_criterion_and_an_action() {
    check(ESTATE).run("
        create rule r10 listener=http
        => refused Validation: priority: 0 is not within 1–2000; match: is required; action: needs forward or fixedResponse
        create rule r10 listener=http priority=2001 method= fixed=404
        => refused Validation: priority: 2001 is not within 1–2000; match.httpMatch: needs a method, a path or a header
        create rule r10 listener=http priority=1 path=a method=GET(S fixed=404
        => refused Validation: match.httpMatch.method: is not a method; match.httpMatch.pathMatch.match.exact: is not a path that begins with /
        create rule r10 listener=http priority=1 prefix=/é header=a@b:c header=x: fixed=404
        => refused Validation: match.httpMatch.pathMatch.match.prefix: is not a path that begins with /; match.httpMatch.headerMatches[0].name: is not a header name; match.httpMatch.headerMatches[1].match.contains: has length 0; 1–200 is allowed
        create rule r10 listener=http priority=1 header=a:1 header=b:1 header=c:1 header=d:1 header=e:1 header=f:1 fixed=404
        => refused Validation: match.httpMatch.headerMatches: has length 6; 0–5 is allowed
        create rule r10 listener=http priority=2000 method=PURGE fixed=404
        => ok r10
    ");
}

#[test]
fn priorities_are_unique_in_a_listener_and_a_bundle_can_swap_them() {
    check(ESTATE).run(
        "
        create rule r10 listener=http priority=10 path=/a fixed=404
        create rule r20 listener=http priority=20 path=/b fixed=404
        create rule r30 listener=http priority=10 path=/c fixed=404
        => refused Conflict: priority 10 is taken by the rule r10
        update rule r20 priority=10
        => refused Conflict: priority 10 is taken by the rule r10
        update rule r20 priority=10 ; update rule r10 priority=20
        => ok r20 r10
        delete rule r20 ; create rule r30 listener=http priority=10 path=/c fixed=404
        => ok r20 r30
        create rule r40 listener=http priority=40 path=/ fixed=404 ; delete rule r40
        => ok r40 r40
    ",
    );
}

#[test]
fn services_listeners_and_rules_have_quotas() {
    check(ESTATE).run("
        create listener two service=shop port=81 fixed=404
        create listener three service=shop port=82 fixed=404
        => refused QuotaExceeded(L-D64E952E): the quota listenersPerService of 2 is reached; delete one or raise the quota
        as ops update settings cluster listenersPerService=3 rulesPerListener=1 targetGroupsPerService=1 servicesPerRegion=2
        create listener three service=shop port=82 fixed=404
        create rule r10 listener=http priority=10 path=/a forward=web
        create rule r20 listener=http priority=20 path=/b fixed=404
        => refused QuotaExceeded(L-CF78395E): the quota rulesPerListener of 1 is reached; delete one or raise the quota
        update listener two forward=api
        => refused QuotaExceeded(L-3DEC3B9F): the quota targetGroupsPerService of 1 is reached; delete one or raise the quota
        update rule r10 forward=api
        => ok r10
        create service third
        => refused QuotaExceeded(L-620C821E): the quota servicesPerRegion of 2 is reached; delete one or raise the quota
    ");
}
