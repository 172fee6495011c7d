//! Auth policies, resource policies, log subscriptions and tags.

use super::check;

#[test]
fn an_auth_policy_is_stored_without_white_space_and_may_come_before_the_auth_type() {
    check("
        create service shop
        put auth-policy shop policy=spaced
        => ok shop
        show auth-policy shop policy
        => ok {\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"vpc-lattice-svcs:Invoke\",\"Resource\":\"*\"}]}
        show auth-policy shop name
        => ok shop
        update service shop auth=1
        delete auth-policy shop   # allowed: everything is denied from now on
        => ok shop
        delete auth-policy shop
        => refused NotFound: AUTH_POLICY shop not found
    ");
}

#[test]
fn a_policy_with_mistakes_is_refused_with_their_places() {
    check(
        "
        create service shop
        put auth-policy shop policy={
        => refused Validation: policy…
        put auth-policy shop policy=invoke   # no principal
        => refused Validation: policy.Statement[0]…
        put auth-policy shop policy=huge
        => refused QuotaExceeded: the auth policy, in bytes without white space, is…
    ",
    );
}

#[test]
fn policies_are_on_networks_and_services_that_the_caller_owns() {
    check(
        "
        create service shop
        as other put auth-policy shop policy=anyone
        => refused NotFound: SERVICE shop not found
        as other put resource-policy shop policy=share-all
        => refused NotFound: SERVICE shop not found
        create vpc vpc1
        put auth-policy vpc1 policy=anyone
        => refused Validation: id: has not the shape of an id
    ",
    );
}

#[test]
fn a_resource_has_one_log_subscription_for_each_type_of_destination() {
    check("
        create network net
        create log-subscription a resource=net to=file:one.log
        create log-subscription b resource=net to=file:two.log
        => refused Conflict: net has the access log subscription a for this type of destination
        create log-subscription b resource=net to=file:two.log logs=RESOURCE
        => ok b
        create log-subscription c resource=net to=arn:aws:s3:::bucket
        create log-subscription d resource=net to=arn:aws:logs:eu-west-1:222222222222:log-group:x:*
        create log-subscription e resource=net to=arn:aws:firehose:eu-west-1:222222222222:deliverystream/x
        => ok e
        update log-subscription c to=arn:aws:s3:::other
        => ok c
        update log-subscription c to=stdout
        => refused Validation: destinationArn: cannot become another type of destination; delete the subscription and create another
    ");
}

#[test]
fn log_destinations_are_plain_files_or_known_sinks() {
    for wrong in [
        "file:../x",
        "file:.x",
        "file:",
        "file:a/b",
        "stderr",
        "arn:aws:sqs:r:1:q",
    ] {
        check("create network net").run(&format!("
            create log-subscription a resource=net to={wrong}
            => refused Validation: destinationArn: is not stdout, file:NAME, or the ARN of a bucket, a log group or a delivery stream
        "));
    }
    check(
        "
        create service shop
        create log-subscription a resource=shop to=stdout logs=RESOURCE
        => refused Validation: serviceNetworkLogType: only service networks have RESOURCE logs
        create log-subscription a resource=nil to=stdout
        => refused NotFound: SERVICE nil not found
        as other create log-subscription a resource=shop to=stdout
        => refused NotFound: SERVICE shop not found
    ",
    );
}

#[test]
fn tags_are_set_and_removed_within_their_limits() {
    check(
        "
        create service shop tag=a:1
        tag service shop b=2 a=3
        show service shop tags
        => ok {\"a\": \"3\", \"b\": \"2\"}
        untag service shop a nothing
        show service shop tags
        => ok {\"b\": \"2\"}
        tag service shop aws:x=1
        => refused Validation: tags.aws:x: keys that begin with aws: are reserved
        tag service shop a%=1
        => refused Validation: tags.a%: letters, digits, white space and _.:/=+-@ are allowed
        as other tag service shop c=1
        => refused NotFound: SERVICE shop not found
        put auth-policy shop policy=anyone
        tag auth-policy shop c=1
        => refused Validation: resource: this kind of resource has no tags
    ",
    );
    let many: Vec<String> = (0..51).map(|n| format!("k{n}=v")).collect();
    check("create service shop").run(&format!(
        "
        tag service shop {}
        => refused Validation: tags: has length 51; 0–50 is allowed
        tag service shop {}
        => ok shop
        tag service shop one=more
        => refused Validation: tags: has length 51; 0–50 is allowed
    ",
        many.join(" "),
        many[..50].join(" ")
    ));
}
