//! The access log as its readers see it.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use super::*;
use crate::clock;
use trellis_core::decide::authorise::{Finding, Findings, Place};
use trellis_core::decide::{AuthDenied, FailureReason};

const SOON: Duration = Duration::from_secs(10);

fn json(record: &Record<'_>) -> String {
    let mut line = Vec::new();
    record.write_json(&mut line);
    String::from_utf8(line).unwrap()
}

/// The keys of a line in their order.
fn keys(line: &str) -> Vec<String> {
    let mut keys = Vec::new();
    let mut rest = line;
    while let Some(end) = rest.find("\":") {
        let begin = rest[..end].rfind('"').unwrap();
        keys.push(rest[begin + 1..end].to_owned());
        rest = &rest[end + 2..];
    }
    keys
}

const ORDER: &str = "serviceNetworkArn resolvedUser listenerType authDeniedReason targetGroupArn \
    sourceVpcArn destinationVpcId sourceIpPort listenerId targetIpPort failureReason serviceArn \
    sourceVpcId startTime requestMethod requestPath protocol responseCode bytesReceived bytesSent \
    duration userAgent hostHeader serverNameIndication requestToTargetDuration \
    responseFromTargetDuration sslCipher tlsVersion callerPrincipal callerPrincipalOrgID \
    callerX509IssuerOU callerX509SubjectCN callerX509SANNameCN callerX509SANDNS callerX509SANURI \
    grpcResponseCode requestId callerPrincipalTags revision";

#[test]
fn an_empty_record_has_every_key_in_order_and_a_dash_for_each_absent_value() {
    let line = json(&Record::default());
    assert_eq!(keys(&line), ORDER.split_whitespace().collect::<Vec<_>>());
    let value: serde_json::Value = serde_json::from_str(&line).unwrap();
    let numbers = ["bytesReceived", "bytesSent", "duration", "revision"];
    for (key, value) in value.as_object().unwrap() {
        match key.as_str() {
            "startTime" => assert_eq!(value, "1970-01-01T00:00:00Z"),
            key if numbers.contains(&key) => assert_eq!(value, 0),
            _ => assert_eq!(value, "-", "{key}"),
        }
    }
}

#[test]
fn a_full_record_is_this_line() {
    let tags = [
        ("team".to_owned(), "shop".to_owned()),
        ("a\"".to_owned(), "ä".to_owned()),
    ];
    let line = json(&Record {
        service_network_arn: Some("arn:aws:vpc-lattice:eu-west-1:111122223333:servicenetwork/sn-1"),
        resolved_user: Some("arn:aws:sts::111122223333:assumed-role/reader/me"),
        listener_type: Some("HTTPS"),
        auth_denied_reason: Some(AuthDenied::Service),
        target_group_arn: Some("arn:aws:vpc-lattice:eu-west-1:111122223333:targetgroup/tg-1"),
        source_vpc_arn: Some("arn:aws:ec2:eu-west-1:111122223333:vpc/vpc-1"),
        destination_vpc_id: Some("vpc-2"),
        source: Some("[::ffff:10.0.1.5]:41000".parse().unwrap()),
        listener_id: Some("listener-1"),
        target: Some("[fd00::1]:8080".parse().unwrap()),
        failure_reason: Some(FailureReason::ClientAccessDenied),
        service_arn: Some("arn:aws:vpc-lattice:eu-west-1:111122223333:service/svc-1"),
        source_vpc_id: Some("vpc-1"),
        start_time_ms: 1_772_325_909_999,
        request_method: Some("GET"),
        request_path: Some("/orders?x=1"),
        protocol: Some("HTTP/2"),
        response_code: Some(403),
        bytes_received: 120,
        bytes_sent: u64::MAX,
        duration_ms: 4,
        user_agent: Some(b"curl/8.0"),
        host_header: Some(b"svc.example:443"),
        server_name_indication: Some("svc.example"),
        request_to_target_ms: Some(1),
        response_from_target_ms: Some(2),
        ssl_cipher: Some("TLS_AES_128_GCM_SHA256"),
        tls_version: Some("TLSv1.3"),
        caller_principal: Some("arn:aws:iam::111122223333:role/reader"),
        caller_principal_org_id: Some("o-1"),
        caller_x509_issuer_ou: Some("iou"),
        caller_x509_subject_cn: Some("scn"),
        caller_x509_san_name_cn: Some("ncn"),
        caller_x509_san_dns: Some("dns"),
        caller_x509_san_uri: Some("uri"),
        grpc_response_code: Some(7),
        request_id: Some("9f1c"),
        caller_principal_tags: Some(&tags),
        revision: 812,
        rule_id: Some("rule-1"),
        findings: Findings {
            network: Finding::Allowed(place(0, 0)),
            service: Finding::Denied(place(0, 2)),
            identity: Finding::Silent,
            session: Finding::Skipped,
        },
    });
    let golden = include_str!("golden.json");
    assert_eq!(line, golden);
}

fn place(policy: usize, statement: usize) -> Place {
    Place { policy, statement }
}

#[test]
fn the_statements_that_decided_are_named() {
    let allowed = Finding::Allowed(place(0, 1));
    for (network, service, identity, logged) in [
        (Finding::Skipped, Finding::Skipped, Finding::Skipped, None),
        (
            allowed,
            Finding::Skipped,
            allowed,
            Some("Network#1 Identity#1"),
        ),
        (
            Finding::Skipped,
            Finding::Allowed(place(0, 0)),
            Finding::Allowed(place(3, 2)),
            Some("Service#0 Identity/3#2"),
        ),
        (
            allowed,
            Finding::Denied(place(0, 4)),
            Finding::Denied(place(1, 0)),
            Some("Service#4"),
        ),
        (allowed, Finding::Silent, allowed, None),
    ] {
        let findings = Findings {
            network,
            service,
            identity,
            session: Finding::Skipped,
        };
        let line = json(&Record {
            findings,
            ..Record::default()
        });
        let line: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!(line["policyStatement"].as_str(), logged, "{findings:?}");
    }
}

#[test]
fn hostile_text_stays_inside_its_value_and_on_its_line() {
    for (name, user_agent, logged) in [
        ("line feed", &b"a\r\n{\"x\":1}"[..], "a\\r\\n{\\\"x\\\":1}"),
        ("quote and backslash", b"\"\\", "\\\"\\\\"),
        (
            "controls",
            b"\0\x1b[2J\x7f\t",
            "\\u0000\\u001b[2J\\u007f\\t",
        ),
        ("c1 control", "\u{9b}2J".as_bytes(), "\\u009b2J"),
        (
            "separators",
            "a\u{2028}b\u{2029}".as_bytes(),
            "a\\u2028b\\u2029",
        ),
        ("not utf-8", b"a\xff\xfeb\xc3", "a\u{fffd}\u{fffd}b\u{fffd}"),
        ("other scripts", "ключ 🔑".as_bytes(), "ключ 🔑"),
    ] {
        let record = Record {
            user_agent: Some(user_agent),
            ..Record::default()
        };
        let line = json(&record);
        assert!(
            line.contains(&format!("\"userAgent\":\"{logged}\",\"hostHeader\"")),
            "{name}: {line}"
        );
        assert_eq!(line.lines().count(), 1, "{name}");
        let _: serde_json::Value = serde_json::from_str(&line).unwrap();
    }
}

#[test]
fn long_text_is_cut_between_characters() {
    let path = format!("/{}", "é".repeat(10_000));
    let agent = vec![0xff; 100_000];
    let line = json(&Record {
        request_path: Some(&path),
        user_agent: Some(&agent),
        ..Record::default()
    });
    let value: serde_json::Value = serde_json::from_str(&line).unwrap();
    let logged = value["requestPath"].as_str().unwrap();
    assert_eq!(logged, format!("/{}…", "é".repeat(2_047)));
    assert!(line.len() < 16_384, "{}", line.len());
}

fn config() -> Config {
    Config {
        gather_ms: 1,
        ..Config::default()
    }
}

fn numbered(id: &str) -> Record<'_> {
    Record {
        request_id: Some(id),
        source: Some(SocketAddr::from(([10, 0, 0, 1], 1))),
        ..Record::default()
    }
}

fn to(destinations: &[&str]) -> Vec<String> {
    destinations.iter().map(|text| (*text).to_owned()).collect()
}

/// Request ids of a file's lines; each line must be whole.
fn ids(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).unwrap_or_default();
    let id = |line: &str| {
        let value: serde_json::Value = serde_json::from_str(line).unwrap();
        value["requestId"].as_str().unwrap().to_owned()
    };
    text.lines().map(id).collect()
}

#[test]
fn each_destination_gets_each_record_once_and_in_order() {
    let dir = tempfile::tempdir().unwrap();
    let log = AccessLog::start(&config(), dir.path().join("logs")).unwrap();
    let worker = log.clone();
    let expected: Vec<_> = (0..500).map(|n| n.to_string()).collect();
    for id in &expected {
        let (network, service) = (to(&["file:network"]), to(&["file:service", "file:network"]));
        worker.record(&[&network, &service], &numbered(id));
    }
    worker.record(
        &[&to(&["arn:aws:s3:::bucket", "file:../evil"])],
        &numbered("x"),
    );
    drop(worker);
    assert!(log.flush(SOON));
    assert_eq!(ids(&dir.path().join("logs/network")), expected);
    assert_eq!(ids(&dir.path().join("logs/service")), expected);
    assert_eq!(
        log.counts(Sink::File),
        Counts {
            delivered: 1_000,
            dropped: 0
        }
    );
    assert_eq!(
        log.counts(Sink::Other),
        Counts {
            delivered: 0,
            dropped: 2
        }
    );
    assert_eq!(
        fs::read_dir(dir.path()).unwrap().count(),
        1,
        "nothing beside the log directory"
    );
}

#[test]
fn files_are_rotated_by_size_and_only_so_many_are_kept() {
    let dir = tempfile::tempdir().unwrap();
    let line = json(&numbered("1000")).len() as u64;
    let config = Config {
        file_bytes: 4 * line,
        files: 3,
        ..config()
    };
    let log = AccessLog::start(&config, dir.path().into()).unwrap();
    for id in 1_000..1_020 {
        log.record(&[&to(&["file:a"])], &numbered(&id.to_string()));
        assert!(log.flush(SOON));
    }
    let kept = ["a.2", "a.1", "a"].map(|name| ids(&dir.path().join(name)));
    let expected: Vec<_> = (1_008..1_020).map(|n| n.to_string()).collect();
    assert_eq!(kept.concat(), expected);
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 3);
}

#[test]
fn a_file_that_was_moved_away_is_begun_anew() {
    let dir = tempfile::tempdir().unwrap();
    let log = AccessLog::start(&config(), dir.path().into()).unwrap();
    log.record(&[&to(&["file:a"])], &numbered("1"));
    assert!(log.flush(SOON));
    fs::rename(dir.path().join("a"), dir.path().join("moved")).unwrap();
    log.record(&[&to(&["file:a"])], &numbered("2"));
    assert!(log.flush(SOON));
    assert_eq!(ids(&dir.path().join("moved")), ["1"]);
    assert_eq!(ids(&dir.path().join("a")), ["2"]);
}

#[test]
fn a_line_that_a_crash_left_open_does_not_spoil_the_next_one() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("a"), "{\"requestId\":\"torn").unwrap();
    let log = AccessLog::start(&config(), dir.path().into()).unwrap();
    log.record(&[&to(&["file:a"])], &numbered("1"));
    assert!(log.flush(SOON));
    let text = fs::read_to_string(dir.path().join("a")).unwrap();
    assert_eq!(
        text,
        format!("{{\"requestId\":\"torn\n{}", json(&numbered("1")))
    );
}

#[test]
fn a_directory_that_cannot_be_written_loses_records_and_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let place = dir.path().join("logs");
    fs::write(&place, "a file where the directory should be").unwrap();
    let log = AccessLog::start(&config(), place.clone()).unwrap();
    log.record(&[&to(&["file:a"])], &numbered("1"));
    assert!(log.flush(SOON));
    assert_eq!(
        log.counts(Sink::File),
        Counts {
            delivered: 0,
            dropped: 1
        }
    );
    fs::remove_file(&place).unwrap();
    log.record(&[&to(&["file:a"])], &numbered("2"));
    assert!(log.flush(SOON));
    assert_eq!(ids(&place.join("a")), ["2"]);
    assert_eq!(
        log.counts(Sink::File),
        Counts {
            delivered: 1,
            dropped: 1
        }
    );
}

#[test]
fn a_stuck_destination_never_holds_up_a_request_and_what_is_lost_is_counted() {
    let dir = tempfile::tempdir().unwrap();
    let pipe = dir.path().join("stuck");
    let made = std::process::Command::new("mkfifo")
        .arg(&pipe)
        .status()
        .unwrap();
    assert!(made.success());
    let config = Config {
        queue_records: 1_000,
        ..config()
    };
    let log = AccessLog::start(&config, dir.path().into()).unwrap();
    let begun = clock::instant();
    for _ in 0..50_000 {
        log.record(&[&to(&["file:stuck"])], &numbered("1"));
    }
    assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());
    assert!(
        !log.flush(Duration::from_millis(50)),
        "nobody reads the pipe"
    );
    let counts = log.counts(Sink::File);
    // What fits into the pipe is written; one batch is with the writer, one in the queue.
    assert!(counts.dropped >= 45_000, "{counts:?}");
    assert!(counts.delivered + counts.dropped >= 48_000, "{counts:?}");
}

#[test]
fn a_record_is_written_although_its_worker_has_ended() {
    let dir = tempfile::tempdir().unwrap();
    let patient = Config {
        gather_ms: 3_600_000,
        ..Config::default()
    };
    let log = AccessLog::start(&patient, dir.path().into()).unwrap();
    let worker = log.clone();
    worker.record(&[&to(&["file:a"])], &numbered("1"));
    drop(worker);
    assert!(log.flush(SOON));
    assert_eq!(ids(&dir.path().join("a")), ["1"]);
}
