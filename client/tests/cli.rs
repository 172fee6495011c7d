//! The command line as it is used: the real binary against made-up nodes.

#![expect(
    clippy::unwrap_used,
    reason = "a test stops where its data is not as it says"
)]
#![expect(unreachable_pub, reason = "a test crate has no readers of its API")]

mod cli {
    pub mod fake;
}

use std::io::Write as _;
use std::net::SocketAddr;
use std::process::{Command, Stdio};

use cli::fake::{ACCESS_KEY_ID, Mood, Node, REGION, SECRET};
use tonic::Code;

/// An address where nobody listens.
const NOBODY: &str = "http://127.0.0.1:1";

#[derive(Debug)]
struct Ran {
    code: i32,
    stdout: String,
    stderr: String,
}

fn command(endpoint: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_trellis"));
    command
        .args(arguments)
        .env_clear()
        .env("TRELLIS_ENDPOINT", endpoint)
        .env("AWS_ACCESS_KEY_ID", ACCESS_KEY_ID)
        .env("AWS_SECRET_ACCESS_KEY", SECRET)
        .env("AWS_REGION", REGION)
        .stdin(Stdio::null());
    command
}

fn ran(command: &mut Command) -> Ran {
    let output = command.output().unwrap();
    Ran {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

fn trellis(endpoint: &str, arguments: &[&str]) -> Ran {
    ran(&mut command(endpoint, arguments))
}

const CREATE: &[&str] = &["service-network", "create", "--name", "shop"];

#[test]
fn a_write_prints_the_resource_and_tells_its_revision() {
    let node = Node::start(Mood::Well);
    for (format, stdout) in [
        ("name", "shop\n"),
        (
            "yaml",
            "id: sn-00123456789abcdef\nkind: ServiceNetwork\nname: shop\nrevision: 7\n",
        ),
        (
            "json",
            "{\n  \"id\": \"sn-00123456789abcdef\",\n  \"kind\": \"ServiceNetwork\",\n  \"name\": \"shop\",\n  \"revision\": 7\n}\n",
        ),
        (
            "table",
            "id        sn-00123456789abcdef\nkind      ServiceNetwork\nname      shop\nrevision  7\n",
        ),
    ] {
        let ran = trellis(&node.url(), &[CREATE, &["-o", format]].concat());
        assert_eq!((ran.code, ran.stdout.as_str()), (0, stdout), "{ran:?}");
        assert_eq!(ran.stderr, "revision 7\n", "{ran:?}");
    }
}

#[test]
fn each_refusal_has_its_exit_code() {
    for (word, code, exit) in [
        ("ValidationException", Code::InvalidArgument, 1),
        ("InternalServerException", Code::Internal, 1),
        ("ResourceNotFoundException", Code::NotFound, 3),
        ("ConflictException", Code::FailedPrecondition, 4),
        ("ServiceQuotaExceededException", Code::ResourceExhausted, 4),
        ("AccessDeniedException", Code::PermissionDenied, 5),
        ("NoQuorum", Code::Unavailable, 6),
        ("Unknown", Code::DeadlineExceeded, 6),
    ] {
        let node = Node::start(Mood::Refuses(word, code));
        let ran = trellis(&node.url(), CREATE);
        assert_eq!(
            (ran.code, ran.stdout.as_str()),
            (exit, ""),
            "{word}: {ran:?}"
        );
        let said = format!("error: refused: {word}\n");
        assert!(ran.stderr.starts_with(&said), "{word}: {ran:?}");
    }
}

#[test]
fn a_wait_in_vain_ends_with_7_and_names_the_node() {
    let node = Node::start(Mood::Late);
    let ran = trellis(&node.url(), &[CREATE, &["--wait=1s"]].concat());
    assert_eq!(ran.code, 7, "{ran:?}");
    assert!(ran.stdout.contains("shop"), "it was written: {ran:?}");
    assert!(ran.stderr.contains("node-3 (serves 6)"), "{ran:?}");
    let sent = node.calls()[0].request.clone();
    assert!(
        sent.contains("wait: true, wait_deadline_ms: 1000"),
        "{sent}"
    );
}

#[test]
fn a_wrong_command_line_ends_with_2_and_says_what_to_write() {
    let node = Node::start(Mood::Well);
    for (arguments, words) in [
        (&["service-netwrok", "list"][..], "service-network"),
        (&["get", "servise"], "did you mean `service`?"),
        (
            &["get", "account", "--vpc", "x"],
            "--vpc does not belong to account",
        ),
        (&["target-group", "register", "blue"], "--target"),
        (
            &["target-group", "register", "blue", "--target", ":1"],
            "10.0.0.1:80",
        ),
        (
            &["listener", "create", "--port", "eighty"],
            "port: a whole number is expected",
        ),
        (
            &["service", "create", "--set", "nmae=x"],
            "did you mean `name`?",
        ),
        (
            &["service", "create", "--tags", "x"],
            "write it like key=value",
        ),
        (
            &["status", "--endpoint", "http://10.0.0.1:7600"],
            "use https://",
        ),
        (&["service", "create", "--wait=1h"], "500ms, 10s or 1m"),
    ] {
        let ran = trellis(&node.url(), arguments);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{ran:?}");
        assert!(ran.stderr.contains(words), "{arguments:?}: {ran:?}");
    }
    let anonymous = ran(command(&node.url(), CREATE).env_remove("AWS_ACCESS_KEY_ID"));
    assert_eq!(anonymous.code, 2, "{anonymous:?}");
    assert!(
        anonymous.stderr.contains("AWS_SECRET_ACCESS_KEY"),
        "{anonymous:?}"
    );
    assert_eq!(node.calls().len(), 0);
}

#[test]
fn a_wrong_secret_or_region_is_denied() {
    let node = Node::start(Mood::Well);
    for (variable, value) in [
        ("AWS_SECRET_ACCESS_KEY", "guessed"),
        ("AWS_ACCESS_KEY_ID", "AKIAUNKNOWN"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_SESSION_TOKEN", "stale"),
    ] {
        let ran = ran(command(&node.url(), CREATE).env(variable, value));
        assert_eq!(ran.code, 5, "{variable}: {ran:?}");
        assert!(!ran.stderr.contains("guessed"), "{ran:?}");
    }
    assert_eq!(node.calls().len(), 0);
}

#[test]
fn the_next_endpoint_is_asked_when_one_is_down_or_has_no_quorum() {
    let live = Node::start(Mood::Well);
    let lonely = Node::start(Mood::Refuses("NoQuorum", Code::Unavailable));
    for first in [NOBODY.to_owned(), lonely.url()] {
        let ran = trellis(&format!("{first},{}", live.url()), CREATE);
        assert_eq!(ran.code, 0, "{first}: {ran:?}");
    }
    let both = trellis(&format!("{NOBODY},{}", lonely.url()), CREATE);
    assert_eq!(both.code, 6, "{both:?}");
    assert!(both.stderr.contains("NoQuorum"), "{both:?}");
    let nobody = trellis(&format!("{NOBODY},http://127.0.0.1:2"), CREATE);
    assert_eq!(nobody.code, 6, "{nobody:?}");
    assert!(
        nobody.stderr.contains("127.0.0.1:1: ") && nobody.stderr.contains("127.0.0.1:2: "),
        "{nobody:?}"
    );
}

#[test]
fn a_write_whose_connection_broke_is_repeated_with_its_token_only() {
    let broken = Node::start(Mood::Breaks);
    let live = Node::start(Mood::Well);
    let endpoints = format!("{},{}", broken.url(), live.url());
    let again = trellis(&endpoints, &[CREATE, &["--client-token", "t-1"]].concat());
    assert_eq!(again.code, 0, "{again:?}");
    let first = live.calls()[0].clone();
    assert_eq!((first.name, first.token.as_str()), ("create", "t-1"));
    let generated = trellis(&endpoints, CREATE);
    assert_eq!(generated.code, 0, "{generated:?}");
    assert_eq!(live.calls()[1].token.len(), 36);

    let unknown = trellis(&broken.url(), CREATE);
    assert_eq!(unknown.code, 6, "{unknown:?}");
    assert!(unknown.stderr.contains("outcome is unknown"), "{unknown:?}");
    assert!(unknown.stderr.contains("--client-token "), "{unknown:?}");
}

#[test]
fn a_join_token_is_asked_for_once() {
    let broken = Node::start(Mood::Breaks);
    let live = Node::start(Mood::Well);
    let endpoints = format!("{},{}", broken.url(), live.url());
    let unknown = trellis(&endpoints, &["cluster", "join-token"]);
    assert_eq!(unknown.code, 6, "{unknown:?}");
    assert_eq!(live.calls().len(), 0);
    let made = trellis(&live.url(), &["cluster", "join-token"]);
    assert_eq!(
        (made.code, made.stdout.as_str()),
        (0, "trellis-join-x\n"),
        "{made:?}"
    );
}

#[test]
fn lists_are_read_to_their_last_page() {
    let node = Node::start(Mood::Well);
    for arguments in [
        &["service-network", "list", "-o", "name"][..],
        &["sn", "list", "-o", "name"],
        &["get", "service-networks", "-o", "name"],
    ] {
        let ran = trellis(&node.url(), arguments);
        assert_eq!(
            (ran.code, ran.stdout.as_str()),
            (0, "net-1\nnet-2\n"),
            "{ran:?}"
        );
    }
    let ran = trellis(&node.url(), &["service-network", "list"]);
    assert_eq!(
        ran.stdout,
        "NAME   ID                    AUTH-TYPE  ACCOUNT\n\
         net-1  sn-00000000000000001  NONE\n\
         net-2  sn-00000000000000002  NONE\n"
    );
}

#[test]
fn what_is_typed_is_what_is_sent() {
    let node = Node::start(Mood::Well);
    for (line, sent) in [
        (
            "listener create --service orders --name http --protocol HTTP --port 80 --forward blue=90,green=10",
            r#"Listener { name: "http", service_identifier: "orders", protocol: "HTTP", port: Some(80), default_action: Some(RuleAction { forward: Some(ForwardAction { target_groups: [WeightedTargetGroup { target_group_identifier: "blue", weight: Some(90) }, WeightedTargetGroup { target_group_identifier: "green", weight: Some(10) }] }), fixed_response: None })"#,
        ),
        (
            "rule update probe --service orders --listener http --priority 5",
            r##"identifier: Some(Identifier { kind: Rule, identifier: "probe", parent: "orders", listener: "http" }), resource: Some(Resource { metadata: None, spec: Some(Rule(Rule { name: "", service_identifier: "", listener_identifier: "", r#match: None, priority: Some(5)"##,
        ),
        (
            "rule list --service orders --listener http",
            r#"ListRequest { kind: Rule, parent: "http", service: "orders""#,
        ),
        (
            "service-association list --service-network shop --service orders",
            r#"service_network: "shop", member: "orders""#,
        ),
        (
            "target-group register blue --target 10.0.0.1:80,10.0.0.2",
            r#"targets: [Target { id: "10.0.0.1", port: Some(80), zone: "" }, Target { id: "10.0.0.2", port: None, zone: "" }]"#,
        ),
        (
            "target-group create --name blue --type IP --set config.healthCheck.matcher.httpCode=200",
            r#"matcher: Some(Matcher { http_code: "200" })"#,
        ),
        (
            r#"auth-policy put --resource shop --policy {"Version":"2012-10-17"}"#,
            r#"AuthPolicy { resource_identifier: "shop", policy: "{\"Version\":\"2012-10-17\"}" }"#,
        ),
        (
            "service delete orders --expect-revision 6",
            "expected_revision: 6, wait: false",
        ),
        ("service tag orders a=b", r#"tags: {"a": "b"}"#),
        ("service untag orders a c", r#"tag_keys: ["a", "c"]"#),
        (
            r#"settings update --quotas {"listenersPerService":5}"#,
            r#"identifier: "cluster""#,
        ),
        (
            "access-key create --user alice --owner-account 222222222222",
            r#"owner_account: "222222222222""#,
        ),
    ] {
        let words: Vec<_> = line.split(' ').collect();
        let ran = trellis(&node.url(), &words);
        assert_eq!(ran.code, 0, "{line}: {ran:?}");
        let call = node.calls().pop().unwrap();
        assert!(call.request.contains(sent), "{line}: {}", call.request);
    }
}

#[test]
fn apply_reads_files_directories_and_stdin_in_one_write() {
    let node = Node::start(Mood::Well);
    let dir = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).unwrap();
    file("b.yaml", "kind: ServiceNetwork\nname: shop\nrevision: 7\n");
    file("a.json", "{\"kind\": \"Service\", \"name\": \"orders\"}");
    file("notes.txt", "not a manifest");
    let path = dir.path().to_str().unwrap();
    let mut child = command(&node.url(), &["apply", "-f", path, "-f", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(b"kind: User\nuserName: alice\n").unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        "ACTION   KIND            NAME    ID\n\
         created  Service         orders\n\
         created  ServiceNetwork  shop\n\
         created  User            alice\n"
    );
    assert_eq!(node.calls().len(), 1);

    file("c.yaml", "kind: Service\nnmae: x\n");
    let ran = trellis(&node.url(), &["apply", "-f", path]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert_eq!(
        ran.stderr,
        format!(
            "error: {path}/c.yaml:2:1: document 1: there is no field `nmae`; did you mean `name`?\n"
        )
    );
    assert_eq!(node.calls().len(), 1, "nothing is sent");
}

#[test]
fn a_template_is_applied_with_its_parameters_or_nothing_is_sent() {
    let node = Node::start(Mood::Well);
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("shop.json");
    let file = path.to_str().unwrap();
    let template = r#"{"Parameters": {"Stage": {"Type": "String"}}, "Resources": {"Orders":
        {"Type": "AWS::VpcLattice::Service", "Properties": {"Name": {"Fn::Sub": "orders-${Stage}"}}}}}"#;
    std::fs::write(&path, template).unwrap();
    let apply = &["apply", "--from-cloudformation", file];
    let without = trellis(&node.url(), apply);
    assert_eq!(without.code, 1, "{without:?}");
    assert_eq!(
        without.stderr,
        "error: Resources.Orders: Name: there is no value for Stage: give it with --parameter\n"
    );
    let sent = |call: &cli::fake::Call| call.request.contains("orders-");
    assert!(!node.calls().iter().any(sent), "nothing is sent");
    let parameter = &["--parameter", "Stage=test"];
    let ran = trellis(&node.url(), &[&apply[..], parameter].concat());
    assert_eq!(ran.code, 0, "{ran:?}");
    let calls = node.calls();
    let applied = calls.iter().filter(|call| sent(call));
    let applied: Vec<_> = applied.map(|call| &call.request).collect();
    assert!(
        matches!(&applied[..], [one] if one.contains("orders-test")),
        "{applied:?}"
    );
}

#[test]
fn status_whoami_and_role_assume_print_what_scripts_need() {
    let node = Node::start(Mood::Well);
    let status = trellis(&node.url(), &["status", "-o", "json"]);
    let status: serde_json::Value = serde_json::from_str(&status.stdout).unwrap();
    assert_eq!(status["revisionServed"], 7);
    let table = trellis(&node.url(), &["status"]);
    assert!(table.stdout.contains("leader   node-2\n"), "{table:?}");

    let who = trellis(&node.url(), &["whoami", "-o", "name"]);
    assert_eq!(who.stdout, "arn:aws:iam::111111111111:root\n");

    let mut env = command(&node.url(), &["env"]);
    let env = ran(env
        .env("AWS_REGION", "eu-west-1")
        .env("AWS_CA_BUNDLE", "/ca.pem"));
    let url = node.url();
    let expected = [
        format!("export AWS_ENDPOINT_URL_VPC_LATTICE='{url}'"),
        "export AWS_REGION='eu-west-1'".to_owned(),
        "export AWS_DEFAULT_REGION='eu-west-1'".to_owned(),
        "export AWS_CA_BUNDLE='/ca.pem'".to_owned(),
    ];
    for line in expected {
        assert!(env.stdout.lines().any(|its| its == line), "{line}: {env:?}");
    }

    let assume = &["role", "assume", "arn:x:role/r", "--session-name", "me"];
    let lines = trellis(&node.url(), assume);
    assert_eq!(
        lines.stdout,
        "export AWS_ACCESS_KEY_ID=ASIA1\nexport AWS_SECRET_ACCESS_KEY=s3cret\nexport AWS_SESSION_TOKEN=t0ken\n"
    );
    assert!(!lines.stderr.contains("s3cret"), "{lines:?}");
    let json = trellis(&node.url(), &[&assume[..], &["-o", "json"]].concat());
    let json: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(
        (&json["Version"], &json["SessionToken"]),
        (&1.into(), &"t0ken".into())
    );
    // The node of the tests knows no session policies, as older ones do not.
    let limited = trellis(&node.url(), &[&assume[..], &["--policy", "{}"]].concat());
    assert_eq!((limited.code, limited.stdout.as_str()), (1, ""));
    let behind = [&assume[..], &["--source-identity", "anna"]].concat();
    assert_eq!(trellis(&node.url(), &behind).code, 0);
}

#[test]
fn a_login_sends_a_url_that_is_signed_for_the_cluster_and_nothing_secret() {
    let node = Node::start(Mood::Well);
    let login = &[
        "login",
        "--role-arn",
        "arn:x:role/r",
        "--session-name",
        "me",
    ];
    let without = trellis(&node.url(), login);
    assert_eq!(without.code, 2, "{without:?}");
    let login = &[&login[..], &["--cluster-id", "c1", "-o", "json"]].concat();
    let ran_with = |command: &mut Command| {
        let ran = ran(command);
        let json: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
        assert_eq!(json["AccessKeyId"], "ASIA2", "{ran:?}");
        node.calls().pop().unwrap().request
    };
    let request = ran_with(&mut command(&node.url(), login));
    assert!(
        request.contains("https://sts.us-east-1.amazonaws.com/?Action=GetCallerIdentity&"),
        "{request}"
    );
    assert!(request.contains(ACCESS_KEY_ID), "{request}");
    assert!(!request.contains(SECRET), "{request}");

    // The credentials of a profile are asked of the AWS CLI.
    let dir = tempfile::tempdir().unwrap();
    let aws = dir.path().join("aws");
    let script = "#!/bin/sh\necho '{\"Version\": 1, \"AccessKeyId\": \"AKIAWORK\", \"SecretAccessKey\": \"x\"}'\n[ \"$6\" = work ]\n";
    std::fs::write(&aws, script).unwrap();
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o700);
    std::fs::set_permissions(&aws, mode).unwrap();
    let of = |profile| {
        let mut command = command(&node.url(), login);
        command
            .args(["--aws-profile", profile])
            .env("PATH", dir.path());
        command
    };
    assert!(ran_with(&mut of("work")).contains("AKIAWORK"));
    let other = ran(&mut of("other"));
    assert_eq!((other.code, other.stdout.as_str()), (2, ""));

    // It asks AWS, where this environment has its tools ask the cluster; what else is set stays.
    let script = "#!/bin/sh\n[ -z \"$AWS_ENDPOINT_URL_STS$AWS_CA_BUNDLE\" ] && [ \"$AWS_ENDPOINT_URL_IAM\" = https://x ] && \
                  echo '{\"AccessKeyId\": \"AKIAWORK\", \"SecretAccessKey\": \"x\"}'\n";
    std::fs::write(&aws, script).unwrap();
    let mut inside = of("work");
    inside
        .env("AWS_ENDPOINT_URL_STS", node.url())
        .env("AWS_ENDPOINT_URL_IAM", "https://x")
        .env("TRELLIS_CACERT", "/dev/null")
        .env("AWS_CA_BUNDLE", "/ca.pem");
    assert!(ran_with(&mut inside).contains("AKIAWORK"));
}

#[test]
fn targets_that_are_not_taken_are_told_and_end_with_1() {
    let node = Node::start(Mood::Partial);
    let told = "revision 7\nfailed 10.0.0.9:80: UnsupportedTarget not in the VPC\n\
                error: 1 of the targets failed\n";
    let register = &["target-group", "register", "blue", "--target", "10.0.0.1"];
    let ran = trellis(&node.url(), register);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert_eq!(ran.stderr, format!("registered 10.0.0.1\n{told}"));
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("blue.yaml");
    std::fs::write(&file, "kind: TargetGroup\nname: blue\n").unwrap();
    let ran = trellis(&node.url(), &["apply", "-f", file.to_str().unwrap()]);
    assert_eq!((ran.code, ran.stderr.as_str()), (1, told));
}

#[test]
fn a_local_read_tells_its_age() {
    let node = Node::start(Mood::Well);
    let ran = trellis(
        &node.url(),
        &["service-network", "get", "net-1", "--local", "-o", "name"],
    );
    assert_eq!(ran.stdout, "net-1\n", "{ran:?}");
    assert_eq!(ran.stderr, "read from this node alone, at most 12 ms old\n");
    assert!(node.calls()[0].request.contains("local: true"));
}

#[test]
fn https_needs_the_ca_that_vouches_for_the_node() {
    let (node, pem) = Node::start_tls();
    let url = format!("https://localhost:{}", node.address.port());
    let dir = tempfile::tempdir().unwrap();
    let ca = dir.path().join("ca.pem");
    let without = trellis(&url, &["whoami"]);
    assert_eq!(without.code, 2, "{without:?}");
    assert!(without.stderr.contains("TRELLIS_CACERT"), "{without:?}");

    std::fs::write(&ca, pem).unwrap();
    for variable in ["TRELLIS_CACERT", "AWS_CA_BUNDLE"] {
        let ran = ran(command(&url, &["whoami", "-o", "name"]).env(variable, &ca));
        assert_eq!(
            (ran.code, ran.stdout.as_str()),
            (0, "arn:aws:iam::111111111111:root\n"),
            "{ran:?}"
        );
    }
    std::fs::write(&ca, cli::fake::tls(b"h2").1).unwrap();
    let foreign = ran(command(&url, &["whoami"]).env("TRELLIS_CACERT", &ca));
    assert_eq!(foreign.code, 6, "{foreign:?}");
}

/// A service that verifies signatures and answers with what it saw.
fn service(tls: Option<tokio_rustls::TlsAcceptor>) -> SocketAddr {
    cli::fake::listen(move |stream| {
        let tls = tls.clone();
        async move {
            match tls {
                None => cli::fake::serve(stream, hyper::service::service_fn(echo)).await,
                Some(tls) => {
                    let stream = tls.accept(stream).await.unwrap();
                    cli::fake::serve(stream, hyper::service::service_fn(echo)).await;
                }
            }
        }
    })
}

async fn echo(
    request: http::Request<hyper::body::Incoming>,
) -> Result<http::Response<http_body_util::Full<bytes::Bytes>>, std::convert::Infallible> {
    let (parts, body) = request.into_parts();
    let body = http_body_util::BodyExt::collect(body)
        .await
        .unwrap()
        .to_bytes();
    let signed = cli::fake::verify(&parts, "vpc-lattice-svcs", None);
    let team = parts
        .headers
        .get("x-team")
        .map_or("", |team| team.to_str().unwrap());
    let host = parts.headers["host"].to_str().unwrap();
    let text = format!(
        "{} {host}{} {team} {} {signed:?}",
        parts.method,
        parts.uri,
        String::from_utf8_lossy(&body)
    );
    let status = if parts.uri.path() == "/absent" {
        404
    } else {
        200
    };
    let response = http::Response::builder()
        .status(status)
        .header("x-seen", "yes");
    Ok(response.body(text.into()).unwrap())
}

#[test]
fn a_call_is_signed_for_the_service_and_prints_its_answer() {
    let address = service(None).to_string();
    let call = |arguments: &[&str]| {
        trellis(
            NOBODY,
            &[&["call", "--connect", &address], arguments].concat(),
        )
    };
    let ran = call(&["http://orders.example/v1/orders?b=2&a=1%20x"]);
    assert_eq!(
        (ran.code, ran.stdout.as_str(), ran.stderr.as_str()),
        (
            0,
            "GET orders.example/v1/orders?b=2&a=1%20x   Ok(Unsigned)",
            ""
        )
    );
    let ran = call(&[
        "http://orders.example:8080/",
        "-d",
        "{}",
        "-H",
        "x-team: blue",
        "-i",
    ]);
    assert!(ran.stdout.starts_with("HTTP/1.1 200 OK\n"), "{ran:?}");
    assert!(ran.stdout.contains("x-seen: yes\n"), "{ran:?}");
    assert!(
        ran.stdout
            .ends_with("\n\nPOST orders.example:8080/ blue {} Ok(Unsigned)"),
        "{ran:?}"
    );
    let absent = call(&["http://orders.example/absent", "--unsigned", "-X", "DELETE"]);
    assert_eq!(absent.code, 1, "{absent:?}");
    assert_eq!(
        absent.stdout,
        "DELETE orders.example/absent   Err(\"anonymous\")"
    );
    assert_eq!(absent.stderr, "error: the service answered 404\n");

    let nobody = trellis(
        NOBODY,
        &["call", "http://x.example/", "--connect", "127.0.0.1:1"],
    );
    assert_eq!(nobody.code, 6, "{nobody:?}");
    let malformed = trellis(NOBODY, &["call", "orders.example"]);
    assert_eq!(malformed.code, 2, "{malformed:?}");
}

#[test]
fn a_call_over_https_trusts_the_given_ca() {
    let (acceptor, pem) = cli::fake::tls(b"http/1.1");
    let port = service(Some(acceptor)).port();
    let dir = tempfile::tempdir().unwrap();
    let ca = dir.path().join("ca.pem");
    std::fs::write(&ca, pem).unwrap();
    let url = format!("https://localhost:{port}/");
    let ran = trellis(NOBODY, &["call", &url, "--cacert", ca.to_str().unwrap()]);
    assert_eq!(
        (ran.code, ran.stdout),
        (0, format!("GET localhost:{port}/   Ok(Unsigned)")),
        "{}",
        ran.stderr
    );
    let without = trellis(NOBODY, &["call", &url]);
    assert_eq!(without.code, 2, "{without:?}");
}
