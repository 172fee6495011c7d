//! Rules of the canonical request target. Source: RFC 3986 and the header of `decide/target.rs`.

use std::collections::HashMap;

use trellis_core::decide::target::{BadTarget, RequestTarget, query_pairs, query_values};

/// Every line `target => ok` or `target => reason`.
#[track_caller]
fn check(table: &str) {
    for line in table.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (raw, expected) = line.split_once("=>").expect("`target => verdict`");
        let verdict = match RequestTarget::parse(raw.trim()) {
            Ok(_) => "ok".to_owned(),
            Err(reason) => format!("{reason:?}"),
        };
        assert_eq!(verdict, expected.trim(), "{raw}");
    }
}

#[test]
fn ordinary_targets_are_accepted_as_they_are() {
    check(
        "/                                   => ok
         /orders/42                          => ok
         /orders/                            => ok
         /caf%C3%A9/%E6%97%A5                => ok
         /a%20b%22%3C%5B0%5D%7C%0A           => ok
         /a%25b                              => ok
         /api.parking.Parking/GetRates       => ok
         /a$b!c'd(e)*f&g+h,i;v=1:2@x         => ok
         /...                                => ok
         /.well-known/x                      => ok
         /..a/b..                            => ok
         /search?                            => ok
         /search?a[]=1&b={x|y}&c=^`          => ok
         /search?q=caf%c3%a9&to=https://x/?y => ok
         /search?a=../..&b=%2e%2F//          => ok",
    );
}

#[test]
fn what_could_be_read_in_two_ways_is_refused() {
    check(
        "               => NotOriginForm
         *              => NotOriginForm
         a              => NotOriginForm
         http://h/      => NotOriginForm
         ?a=b           => NotOriginForm
         //             => EmptySegment
         /a//b          => EmptySegment
         /a//           => EmptySegment
         /.             => DotSegment
         /..            => DotSegment
         /a/../b        => DotSegment
         /a/./b         => DotSegment
         /a/..;/b       => DotSegment
         /a/.;x=1       => DotSegment
         /a/%2e%2e/b    => NeedlessEscape('.')
         /a/%2E./b      => NeedlessEscape('.')
         /a%2fb         => EncodedSlash
         /a%2Fb         => EncodedSlash
         /a%5Cb         => EncodedSlash
         /a%5cb         => EncodedSlash
         /a%00          => Nul
         /a?b=%00       => Nul
         /a%252fb       => DoubleEncoded
         /a%252Eb       => DoubleEncoded
         /a%255c        => DoubleEncoded
         /a%2500        => DoubleEncoded
         /a%2525252F    => DoubleEncoded
         /%73ecret      => NeedlessEscape('s')
         /a%2Cb         => NeedlessEscape(',')
         /alice%40x     => NeedlessEscape('@')
         /caf%c3%a9     => LowerCaseEscape
         /a%5b          => LowerCaseEscape
         /a%            => Escape
         /a%4           => Escape
         /a%zz          => Escape
         /a?b=%zz       => Escape
         /a[0]          => PlainByte(91)
         /a|b           => PlainByte(124)
         /a\\b           => PlainByte(92)
         /a#b           => PlainByte(35)
         /a?b#c         => PlainByte(35)
         /a?b\\c         => PlainByte(92)
         /a b           => PlainByte(32)
         /a?b c         => PlainByte(32)
         /café          => PlainByte(195)
         /a?é           => PlainByte(195)",
    );
}

#[test]
fn controls_are_refused_everywhere() {
    for byte in (0..0x20).chain([0x7f]) {
        let byte = char::from(byte);
        for raw in [
            format!("/a{byte}"),
            format!("/a?b{byte}"),
            format!("{byte}/a"),
        ] {
            assert!(RequestTarget::parse(&raw).is_err(), "{raw:?}");
        }
    }
}

#[test]
fn query_values_are_all_seen_and_decoded_once() {
    let query = "a=1&b=2&a=%32&%61=3+4&a&&A=5&a=x=%2541";
    let values: Vec<_> = query_values(query, "a").collect();
    assert_eq!(values, ["1", "2", "3+4", "", "x=%41"]);
    assert_eq!(query_values(query, "missing").count(), 0);
    assert_eq!(
        query_pairs("&x=%ff&").collect::<Vec<_>>(),
        [("x".into(), "\u{fffd}".into())]
    );
}

/// A small seeded generator (SplitMix64), so that a failure can be repeated.
pub(crate) struct Draw(pub(crate) u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit as u64).unwrap()
    }

    fn pick<'t>(&mut self, from: &[&'t str]) -> &'t str {
        from[self.below(from.len())]
    }
}

/// One byte in a random spelling: plain, or escaped in upper, lower or mixed case, or twice.
fn spell(draw: &mut Draw, byte: u8, out: &mut String) {
    let [high, low] =
        [byte >> 4, byte & 15].map(|nibble| char::from_digit(nibble.into(), 16).unwrap());
    match draw.below(12) {
        0 => out.extend(['%', high, low]),
        1 => out.extend(['%', high.to_ascii_uppercase(), low.to_ascii_uppercase()]),
        2 => out.extend(['%', high.to_ascii_uppercase(), low]),
        3 => out.extend(['%', '2', '5', high, low]),
        _ if byte.is_ascii() => out.push(char::from(byte)),
        _ => out.extend(['%', high.to_ascii_uppercase(), low.to_ascii_uppercase()]),
    }
}

pub(crate) fn generate(draw: &mut Draw) -> String {
    const WORDS: [&str; 16] = [
        "secret", "a", "b", ".", "..", "/", "\\", "é", "%", ",", ";v=1", "@", "[0]", " ", "\0", "x",
    ];
    let mut raw = String::from("/");
    for _ in 0..draw.below(6) {
        for byte in draw.pick(&WORDS).bytes() {
            spell(draw, byte, &mut raw);
        }
        raw.push_str(draw.pick(&["/", "/", "", "", "//"]));
    }
    if draw.below(3) == 0 {
        raw.push('?');
        for _ in 0..draw.below(4) {
            for byte in draw.pick(&["a", "=", "&", "é", "/", "?", "%", "+"]).bytes() {
                spell(draw, byte, &mut raw);
            }
        }
    }
    raw
}

/// Decodes escapes as a target would, once.
pub(crate) fn decoded(path: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = path.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let escape = (first == b'%').then(|| tail.get(..2)).flatten();
        let byte =
            escape.and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        out.push(byte.unwrap_or(first));
        rest = if byte.is_some() { &tail[2..] } else { tail };
    }
    out
}

/// Removes dot segments and merges slashes, as a careful target would.
pub(crate) fn resolved(path: &[u8]) -> Vec<u8> {
    let mut kept: Vec<&[u8]> = Vec::new();
    for segment in path.split(|byte| *byte == b'/').skip(1) {
        match segment {
            b"" | b"." => {}
            b".." => drop(kept.pop()),
            _ => kept.push(segment),
        }
    }
    let mut out: Vec<u8> = kept
        .iter()
        .flat_map(|segment| [b"/", *segment].concat())
        .collect();
    if path.ends_with(b"/") {
        out.push(b'/');
    }
    out
}

#[test]
fn no_component_can_see_another_path_and_no_path_has_two_spellings() {
    let mut draw = Draw(20_261_123);
    let mut spelling: HashMap<Vec<u8>, String> = HashMap::new();
    let mut accepted = 0;
    for _ in 0..150_000 {
        let raw = generate(&mut draw);
        let Ok(target) = RequestTarget::parse(&raw) else {
            continue;
        };
        accepted += 1;
        let again = match target.query() {
            Some(query) => format!("{}?{query}", target.path()),
            None => target.path().to_owned(),
        };
        assert_eq!(again, raw, "nothing is added or lost");
        let once = decoded(target.path());
        assert_eq!(
            resolved(&once),
            once,
            "a normalising target sees another path: {raw:?}"
        );
        let twice = decoded(&String::from_utf8_lossy(&once));
        assert_eq!(
            resolved(&twice).len(),
            twice.len(),
            "decoding twice makes segments: {raw:?}"
        );
        let first = spelling
            .entry(once)
            .or_insert_with(|| target.path().to_owned());
        assert_eq!(first, target.path(), "two spellings of one path");
    }
    assert!(
        accepted > 10_000,
        "the generator must not only make refused targets: {accepted}"
    );
    assert!(spelling.len() > 200, "{}", spelling.len());
}

#[test]
fn every_other_spelling_of_a_denied_path_is_refused() {
    let mut draw = Draw(7);
    for denied in ["/secret", "/caf%C3%A9/x", "/a,b/c@d", "/a%25b"] {
        assert!(RequestTarget::parse(denied).is_ok(), "{denied}");
        let text = decoded(denied);
        for _ in 0..5_000 {
            let mut variant = String::new();
            for byte in &text {
                spell(&mut draw, *byte, &mut variant);
            }
            if decoded(&variant) == text && variant != denied {
                assert!(
                    RequestTarget::parse(&variant).is_err(),
                    "{variant} passes a deny of {denied}"
                );
            }
        }
    }
    assert_eq!(
        RequestTarget::parse("/%73ecret"),
        Err(BadTarget::NeedlessEscape('s'))
    );
}
