//! The head of a request, line by line. Source: RFC 9112, sections 2 to 6; RFC 9110, section 5.

use std::ops::Range;

use http::uri::Authority;

use super::{BodyFraming, Limits, Malformed};

/// Longest method, bytes. Source: our own; the longest registered one has 16.
const METHOD_BYTES_MAX: usize = 32;

/// A head as far as it has arrived. Positions count from its first byte.
#[derive(Debug, Default)]
pub(super) struct Head {
    /// Where the line that is not complete begins.
    line: usize,
    /// How far that line has been searched for its end.
    searched: usize,
    /// Complete lines: the request line and the headers.
    lines: usize,
    /// Whether an empty line came before the request line.
    blank: bool,
    http11: bool,
    length: Option<u64>,
    chunked: bool,
    host: Option<Range<usize>>,
    /// The authority of a target in absolute form.
    authority: Option<Range<usize>>,
}

const fn bad(text: &'static str) -> Malformed {
    Malformed { status: 400, text }
}

impl Head {
    pub(super) fn has_begun(&self) -> bool {
        self.searched > 0
    }

    /// Answers the length of the head and how its body is framed, once it is complete. `bytes`
    /// starts with the head, each time.
    pub(super) fn feed(
        &mut self,
        bytes: &[u8],
        limits: &Limits,
    ) -> Result<Option<(usize, BodyFraming)>, Malformed> {
        loop {
            let unsearched = bytes.get(self.searched..).unwrap_or_default();
            let Some(end) = memchr::memchr(b'\n', unsearched) else {
                self.searched = bytes.len();
                self.check_size(bytes.len(), limits)?;
                return Ok(None);
            };
            let end = self.searched + end;
            let start = self.line;
            self.line = end + 1;
            self.searched = self.line;
            self.check_size(self.line, limits)?;
            let Some(line) = bytes[start..end].strip_suffix(b"\r") else {
                return Err(bad(
                    "Bad Request: a line of the head does not end with CR LF",
                ));
            };
            if line.is_empty() && self.lines == 0 && !self.blank {
                self.blank = true;
                continue;
            }
            if line.is_empty() && self.lines > 0 {
                return self.end(bytes).map(|framing| Some((self.line, framing)));
            }
            if has_control(line) {
                return Err(bad("Bad Request: a control character in the head"));
            }
            match self.lines {
                0 => self.request_line(line, start, limits)?,
                _ => self.header(line, start)?,
            }
            self.lines += 1;
            if self.lines > limits.headers + 1 {
                return Err(Malformed {
                    status: 431,
                    text: "Request Header Fields Too Large: too many headers",
                });
            }
        }
    }

    fn check_size(&self, length: usize, limits: &Limits) -> Result<(), Malformed> {
        if self.lines == 0 && length > limits.target_bytes + METHOD_BYTES_MAX + 16 {
            return Err(Malformed {
                status: 414,
                text: "URI Too Long",
            });
        }
        if length > limits.head_bytes {
            return Err(Malformed {
                status: 431,
                text: "Request Header Fields Too Large",
            });
        }
        Ok(())
    }

    fn request_line(&mut self, line: &[u8], at: usize, limits: &Limits) -> Result<(), Malformed> {
        let mut parts = line.split(|byte| *byte == b' ');
        let (Some(method), Some(target), Some(version), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(bad(
                "Bad Request: the request line is not method, target and version",
            ));
        };
        self.http11 = match version {
            b"HTTP/1.1" => true,
            b"HTTP/1.0" => false,
            _ => return Err(bad("Bad Request: the version is not HTTP/1.1 or HTTP/1.0")),
        };
        if method == crate::dataplane::wire::REFUSED_METHOD.as_bytes() || !is_token(method) {
            return Err(bad("Bad Request: the method is not a method"));
        }
        if method.len() > METHOD_BYTES_MAX {
            return Err(Malformed {
                status: 501,
                text: "Not Implemented: the method is too long",
            });
        }
        if method == b"CONNECT" {
            return Err(Malformed {
                status: 405,
                text: "Method Not Allowed: CONNECT is not supported",
            });
        }
        if target.len() > limits.target_bytes {
            return Err(Malformed {
                status: 414,
                text: "URI Too Long",
            });
        }
        if !target.iter().all(is_plain) {
            return Err(bad(
                "Bad Request: a byte of the target must be percent-encoded",
            ));
        }
        if target.first() == Some(&b'/') {
            return Ok(());
        }
        self.absolute(target, at + method.len() + 1)
    }

    /// A target in absolute form: only with the scheme `http`, without user information.
    fn absolute(&mut self, target: &[u8], at: usize) -> Result<(), Malformed> {
        const SCHEME: &[u8] = b"http://";
        let refused = bad("Bad Request: the target must start with '/'");
        let scheme = target.get(..SCHEME.len()).unwrap_or_default();
        if !scheme.eq_ignore_ascii_case(SCHEME) {
            return Err(refused);
        }
        let rest = &target[SCHEME.len()..];
        let end = memchr::memchr2(b'/', b'?', rest).unwrap_or(rest.len());
        if memchr::memchr(b'@', &rest[..end]).is_some() {
            return Err(refused);
        }
        if Authority::try_from(&rest[..end]).is_err() {
            return Err(bad(
                "Bad Request: the target's authority is not a host with an optional port",
            ));
        }
        let start = at + SCHEME.len();
        self.authority = Some(start..start + end);
        Ok(())
    }

    fn header(&mut self, line: &[u8], at: usize) -> Result<(), Malformed> {
        let colon = memchr::memchr(b':', line).unwrap_or(0);
        let name = &line[..colon];
        if !is_token(name) {
            return Err(bad(
                "Bad Request: a line of the head is folded or not `name: value`",
            ));
        }
        // Of the characters that this trims, a line has only space and tab.
        let value = line[colon + 1..].trim_ascii();
        match name.len() {
            4 if name.eq_ignore_ascii_case(b"host") => {
                if self.host.is_some() {
                    return Err(bad("Bad Request: more than one Host"));
                }
                let blanks = line[colon + 1..].len() - line[colon + 1..].trim_ascii_start().len();
                let start = at + colon + 1 + blanks;
                self.host = Some(start..start + value.len());
            }
            14 if name.eq_ignore_ascii_case(b"content-length") => {
                if self.length.is_some() {
                    return Err(bad("Bad Request: more than one Content-Length"));
                }
                self.length = Some(length(value)?);
            }
            17 if name.eq_ignore_ascii_case(b"transfer-encoding") => {
                if self.chunked || !value.eq_ignore_ascii_case(b"chunked") {
                    return Err(bad(
                        "Bad Request: Transfer-Encoding must be `chunked`, once",
                    ));
                }
                self.chunked = true;
            }
            6 if name.eq_ignore_ascii_case(b"expect")
                && !value.eq_ignore_ascii_case(b"100-continue") =>
            {
                return Err(Malformed {
                    status: 417,
                    text: "Expectation Failed: only 100-continue is supported",
                });
            }
            _ => {}
        }
        Ok(())
    }

    fn end(&self, bytes: &[u8]) -> Result<BodyFraming, Malformed> {
        let Some(host) = self.host.clone() else {
            return Err(bad("Bad Request: no Host"));
        };
        if let Some(authority) = self.authority.clone()
            && !bytes[authority].eq_ignore_ascii_case(&bytes[host])
        {
            return Err(bad("Bad Request: the target's authority is not the Host"));
        }
        match (self.chunked, self.length) {
            (true, Some(_)) => Err(bad(
                "Bad Request: both Content-Length and Transfer-Encoding",
            )),
            (true, None) if !self.http11 => {
                Err(bad("Bad Request: Transfer-Encoding in an HTTP/1.0 request"))
            }
            (true, None) => Ok(BodyFraming::Chunked),
            (false, length) => Ok(BodyFraming::Length(length.unwrap_or(0))),
        }
    }
}

/// A content length: digits and nothing else. Source: RFC 9110, section 8.6.
fn length(value: &[u8]) -> Result<u64, Malformed> {
    let refused = bad("Bad Request: Content-Length is not a number");
    if value.is_empty() || value.len() > 18 || !value.iter().all(u8::is_ascii_digit) {
        return Err(refused);
    }
    let add = |sum: u64, digit: &u8| sum * 10 + u64::from(digit - b'0');
    Ok(value.iter().fold(0, add))
}

/// A byte that a target may have as it is. Others, `#` and `\` among them, have two readings, or
/// the HTTP library refuses them. Source: RFC 3986, section 2.
fn is_plain(byte: &u8) -> bool {
    PLAIN[usize::from(*byte)]
}

/// Source: RFC 9110, section 5.6.2.
const TOKEN: [bool; 256] =
    table(b"!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
/// All that is visible in ASCII but `"`, `#`, `<`, `>`, `\` and `` ` ``.
const PLAIN: [bool; 256] = table(
    b"!$%&'()*+,-./0123456789:;=?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_abcdefghijklmnopqrstuvwxyz{|}~",
);

/// Which bytes are among those given.
const fn table(bytes: &[u8]) -> [bool; 256] {
    let mut table = [false; 256];
    let mut at = 0;
    while at < bytes.len() {
        table[bytes[at] as usize] = true;
        at += 1;
    }
    table
}

/// Whether a line has a control character other than a tab. Looks at all bytes, so that many are
/// compared at once.
fn has_control(line: &[u8]) -> bool {
    let is_control = |byte: &u8| byte.is_ascii_control() && *byte != b'\t';
    line.iter()
        .fold(false, |found, byte| found | is_control(byte))
}

fn is_token(bytes: &[u8]) -> bool {
    !bytes.is_empty() && bytes.iter().all(|byte| TOKEN[usize::from(*byte)])
}
