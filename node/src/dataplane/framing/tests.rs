//! Rules of framing: what passes, what is refused. Source: RFC 9112; the corpus of known desyncs.

use super::{Framing, Limits, Malformed, Stop};

const LIMITS: Limits = Limits {
    head_bytes: 1024,
    headers: 10,
    target_bytes: 100,
};

/// Feeds a stream in pieces of `step` bytes; answers how many bytes passed and why it stopped.
fn feed(stream: &[u8], step: usize) -> (usize, Option<Stop>) {
    let mut framing = Framing::new(LIMITS);
    let mut passed = 0;
    let mut held = Vec::new();
    for piece in stream.chunks(step) {
        held.extend_from_slice(piece);
        let (pass, stop) = framing.feed(&held);
        passed += pass;
        held.drain(..pass);
        if stop.is_some() {
            return (passed, stop);
        }
    }
    (passed, None)
}

#[test]
fn well_framed_requests_pass_whole_however_they_are_cut() {
    for stream in [
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\nGET /b HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.0\r\nHost: a\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhelloGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n5;x=y\r\nhello\r\n0\r\nT: v\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET http://A/x HTTP/1.1\r\nhost: a\r\n\r\n",
        "DELETE / HTTP/1.1\r\nHost:a\r\nExpect: 100-continue\r\nContent-Length: 0\r\n\r\n",
    ] {
        for step in [1, 2, 7, 1000] {
            let (passed, stop) = feed(stream.as_bytes(), step);
            assert_eq!((passed, stop), (stream.len(), None), "{stream:?} by {step}");
        }
    }
}

/// Heads that are refused, with the status.
const REFUSED: &[(u16, &str)] = &[
    (
        400,
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
    ),
    (
        400,
        "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n",
    ),
    (
        400,
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
    ),
    (
        400,
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 1\r\n\r\n",
    ),
    (
        400,
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n",
    ),
    (
        400,
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
    ),
    (
        400,
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x1\r\n\r\n",
    ),
    (
        400,
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n",
    ),
    (400, "GET / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n"),
    (
        400,
        "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n",
    ),
    (
        400,
        "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
    ),
    (
        400,
        "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
    ),
    (
        400,
        "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n",
    ),
    (
        400,
        "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \x0bchunked\r\n\r\n",
    ),
    (
        400,
        "GET / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
    ),
    (400, "GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n folded\r\n\r\n"),
    (400, "GET / HTTP/1.1\r\n X: y\r\nHost: a\r\n\r\n"),
    (400, "GET / HTTP/1.1\nHost: a\n\n"),
    (400, "GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n"),
    (400, "GET / HTTP/1.1\r\nHost: a\rX: y\r\n\r\n"),
    (400, "GET / HTTP/1.1\r\nHost: a\r\nX: \0\r\n\r\n"),
    (400, "GET / HTTP/1.1\r\n\r\n"),
    (400, "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"),
    (400, "GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n"),
    (400, "GET http://u@a/ HTTP/1.1\r\nHost: a\r\n\r\n"),
    (400, "GET https://a/ HTTP/1.1\r\nHost: a\r\n\r\n"),
    (400, "GET a HTTP/1.1\r\nHost: a\r\n\r\n"),
    (400, "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"),
    (400, "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n"),
    (400, "GET  / HTTP/1.1\r\nHost: a\r\n\r\n"),
    (400, "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n"),
    (400, "GET /a\\b HTTP/1.1\r\nHost: a\r\n\r\n"),
    (400, "GET /\u{e9} HTTP/1.1\r\nHost: a\r\n\r\n"),
    (400, "GET / HTTP/1.2\r\nHost: a\r\n\r\n"),
    (400, "GET / HTTP/2.0\r\nHost: a\r\n\r\n"),
    (400, "GET /\r\n"),
    (400, "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"),
    (400, "G(T / HTTP/1.1\r\nHost: a\r\n\r\n"),
    (400, "- / HTTP/1.1\r\nHost: a\r\n\r\n"),
    (400, "GET / HTTP/1.1\r\nHost: a\r\nX: a\x01b\r\n\r\n"),
    (400, "GET / HTTP/1.1\r\nHost: a\r\nX: a\x7fb\r\n\r\n"),
    (
        400,
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: \x0c5\r\n\r\n",
    ),
    (400, "GET /a<b HTTP/1.1\r\nHost: a\r\n\r\n"),
    (400, "GET /a>b HTTP/1.1\r\nHost: a\r\n\r\n"),
    (400, "GET /a`b HTTP/1.1\r\nHost: a\r\n\r\n"),
    (400, "GET /?a\"b HTTP/1.1\r\nHost: a\r\n\r\n"),
    (400, "GET http:///a HTTP/1.1\r\nHost: \r\n\r\n"),
    (400, "GET http://[a/ HTTP/1.1\r\nHost: [a\r\n\r\n"),
    (400, "GET http://a:1:2/ HTTP/1.1\r\nHost: a:1:2\r\n\r\n"),
    (400, "GET http://a%41/ HTTP/1.1\r\nHost: a%41\r\n\r\n"),
    (405, "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n"),
    (417, "GET / HTTP/1.1\r\nHost: a\r\nExpect: foo\r\n\r\n"),
];

#[test]
fn heads_with_two_readings_are_refused() {
    for (status, stream) in REFUSED {
        for step in [1, 5, 1000] {
            let (passed, stop) = feed(stream.as_bytes(), step);
            let Some(Stop::Head(Malformed { status: got, .. })) = stop else {
                panic!("{stream:?} by {step} was not refused: {stop:?}");
            };
            assert_eq!((passed, got), (0, *status), "{stream:?} by {step}");
        }
    }
}

#[test]
fn a_refused_head_does_not_take_back_the_request_before_it() {
    let good = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nok";
    let (passed, stop) = feed(format!("{good}GET / HTTP/1.1\r\n\r\n").as_bytes(), 1000);
    assert_eq!(passed, good.len());
    assert!(matches!(stop, Some(Stop::Head(_))));
}

#[test]
fn malformed_chunks_stop_the_body() {
    let head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    for body in [
        "0x2\r\nab\r\n0\r\n\r\n",
        "\r\n",
        "2\nab\r\n0\r\n\r\n",
        "2\r\nab0\r\n\r\n",
        "2\r\nab\n0\r\n\r\n",
        "2\r\nabc\r\n0\r\n\r\n",
        "2;a\nb\r\nab\r\n",
        "-2\r\nab\r\n0\r\n\r\n",
        "fffffffffffffffff\r\n",
        "0\r\nT: v\n\r\n",
        "0\r\n folded\r\n\r\n",
        "g\r\n",
    ] {
        for step in [1, 1000] {
            let (_, stop) = feed(format!("{head}{body}").as_bytes(), step);
            assert_eq!(stop, Some(Stop::Body), "{body:?} by {step}");
        }
    }
    let wasteful = format!("{head}1;{}\r\n", "x".repeat(20_000));
    assert_eq!(feed(wasteful.as_bytes(), 1000).1, Some(Stop::Body));
}

#[test]
fn limits_hold_at_their_boundaries() {
    let with_headers = |count: usize| {
        let more = "x: y\r\n".repeat(count - 1);
        format!("GET / HTTP/1.1\r\nHost: a\r\n{more}\r\n")
    };
    let with_target = |length: usize| {
        let target = "a".repeat(length - 1);
        format!("GET /{target} HTTP/1.1\r\nHost: a\r\n\r\n")
    };
    let with_size = |size: usize| {
        let value = "v".repeat(size - "GET / HTTP/1.1\r\nHost: a\r\nx: \r\n\r\n".len());
        format!("GET / HTTP/1.1\r\nHost: a\r\nx: {value}\r\n\r\n")
    };
    let cases = [
        (with_headers(10), None),
        (with_headers(11), Some(431)),
        (with_target(100), None),
        (with_target(101), Some(414)),
        (with_target(500), Some(414)),
        (with_size(1024), None),
        (with_size(1025), Some(431)),
    ];
    for (stream, status) in cases {
        for step in [1, 4096] {
            let got = match feed(stream.as_bytes(), step).1 {
                Some(Stop::Head(malformed)) => Some(malformed.status),
                Some(Stop::Body) => Some(0),
                None => None,
            };
            assert_eq!(got, status, "{} bytes by {step}", stream.len());
        }
    }
}
