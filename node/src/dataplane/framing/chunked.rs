//! The chunked coding of a request body. Source: RFC 9112, section 7.1.

/// Most bytes of extensions and trailers of one body. Source: our own.
const OVERHEAD_BYTES_MAX: usize = 16 * 1024;

/// Most hex digits of a chunk size; 15 cannot overflow.
const SIZE_DIGITS_MAX: u8 = 15;

/// The body is not in chunked coding, or wastes too many bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Broken;

/// The position in a chunked body.
#[derive(Debug)]
pub(super) struct Chunked {
    state: State,
    overhead: usize,
}

#[derive(Clone, Copy, Debug)]
enum State {
    Size { value: u64, digits: u8 },
    Extension { value: u64 },
    SizeEnd { value: u64 },
    Data { left: u64 },
    DataCr,
    DataLf,
    TrailerStart,
    Trailer,
    TrailerLf,
    EndLf,
}

const SIZE: State = State::Size {
    value: 0,
    digits: 0,
};

impl Default for Chunked {
    fn default() -> Self {
        Self {
            state: SIZE,
            overhead: 0,
        }
    }
}

impl Chunked {
    /// Answers how many bytes belong to the body, and whether it ended with them.
    pub(super) fn feed(&mut self, bytes: &[u8]) -> Result<(usize, bool), Broken> {
        let mut at = 0;
        while at < bytes.len() {
            if let State::Data { left } = &mut self.state {
                let here = usize::try_from(*left)
                    .unwrap_or(usize::MAX)
                    .min(bytes.len() - at);
                at += here;
                *left -= here as u64;
                if *left == 0 {
                    self.state = State::DataCr;
                }
                continue;
            }
            let byte = bytes[at];
            at += 1;
            match self.step(byte)? {
                Some(state) => self.state = state,
                None => return Ok((at, true)),
            }
        }
        Ok((at, false))
    }

    /// The state after a byte outside of data; `None` where the body has ended.
    fn step(&mut self, byte: u8) -> Result<Option<State>, Broken> {
        let next = match (self.state, byte) {
            (State::Size { value, digits }, b'0'..=b'9' | b'a'..=b'f' | b'A'..=b'F') => {
                if digits == SIZE_DIGITS_MAX {
                    return Err(Broken);
                }
                let digit = char::from(byte).to_digit(16).unwrap_or(0);
                State::Size {
                    value: value * 16 + u64::from(digit),
                    digits: digits + 1,
                }
            }
            (State::Size { digits: 0, .. }, _) => return Err(Broken),
            (State::Size { value, .. } | State::Extension { value }, b'\r') => {
                State::SizeEnd { value }
            }
            (State::Size { value, .. }, b';' | b' ' | b'\t') => State::Extension { value },
            (State::Extension { value }, b'\t' | b' '..=b'~' | 0x80..) => {
                self.waste()?;
                State::Extension { value }
            }
            (State::SizeEnd { value: 0 }, b'\n') => State::TrailerStart,
            (State::SizeEnd { value }, b'\n') => State::Data { left: value },
            (State::DataCr, b'\r') => State::DataLf,
            (State::DataLf, b'\n') => SIZE,
            (State::TrailerStart, b'\r') => State::EndLf,
            (State::Trailer, b'\r') => State::TrailerLf,
            (State::TrailerStart, b'!'..=b'~') | (State::Trailer, b'\t' | b' '..=b'~' | 0x80..) => {
                self.waste()?;
                State::Trailer
            }
            (State::TrailerLf, b'\n') => State::TrailerStart,
            (State::EndLf, b'\n') => return Ok(None),
            _ => return Err(Broken),
        };
        Ok(Some(next))
    }

    fn waste(&mut self) -> Result<(), Broken> {
        self.overhead += 1;
        if self.overhead > OVERHEAD_BYTES_MAX {
            return Err(Broken);
        }
        Ok(())
    }
}
