//! The part of the D-Bus wire format that a call and the head of its answer need (D-Bus Specification, "Message
//! Protocol"). The body of an answer is not looked at.

/// What is called, and where.
#[derive(Debug, Clone, Copy)]
pub struct Method<'a> {
    pub destination: &'a str,
    pub path: &'a str,
    pub interface: &'a str,
    pub member: &'a str,
}

#[derive(Debug, Clone, Copy)]
pub enum Argument<'a> {
    Text(&'a str),
    Number(u32),
    /// `a{sv}` with one text in it.
    Option(&'a str, &'a str),
}

impl Argument<'_> {
    fn signature(self) -> &'static str {
        match self {
            Self::Text(_) => "s",
            Self::Number(_) => "u",
            Self::Option(..) => "a{sv}",
        }
    }
}

const METHOD_CALL: u8 = 1;
const METHOD_RETURN: u8 = 2;
const ERROR: u8 = 3;
const VERSION: u8 = 1;

const PATH: u8 = 1;
const INTERFACE: u8 = 2;
const MEMBER: u8 = 3;
const REPLY_SERIAL: u8 = 5;
const DESTINATION: u8 = 6;
const SIGNATURE: u8 = 8;

/// Nothing that is said to us is longer; the specification allows 128 MiB.
const LONGEST: usize = 64 * 1024;
/// The part of a head that is always there.
pub const FIXED: usize = 16;

/// A call as it goes over the wire, little-endian.
pub fn call(method: Method<'_>, arguments: &[Argument<'_>], serial: u32) -> Vec<u8> {
    let body = body(arguments);
    let signature: String = arguments.iter().map(|argument| argument.signature()).collect();
    let mut message = Writer(vec![b'l', METHOD_CALL, 0, VERSION]);
    message.number(body.len() as u32);
    message.number(serial);
    message.array(8, |fields| {
        fields.field(PATH, "o", |field| field.text(method.path));
        fields.field(INTERFACE, "s", |field| field.text(method.interface));
        fields.field(MEMBER, "s", |field| field.text(method.member));
        fields.field(DESTINATION, "s", |field| field.text(method.destination));
        if !signature.is_empty() {
            fields.field(SIGNATURE, "g", |field| field.signature(&signature));
        }
    });
    message.pad(8);
    message.0.extend(body);
    message.0
}

fn body(arguments: &[Argument<'_>]) -> Vec<u8> {
    let mut body = Writer(Vec::new());
    for argument in arguments {
        match argument {
            Argument::Text(text) => body.text(text),
            Argument::Number(number) => body.number(*number),
            Argument::Option(name, value) => body.array(8, |entries| {
                entries.pad(8);
                entries.text(name);
                entries.signature("s");
                entries.text(value);
            }),
        }
    }
    body.0
}

/// Counts from its own beginning, so that padding is right in the message and in a body that follows at a multiple of 8.
struct Writer(Vec<u8>);

impl Writer {
    fn pad(&mut self, to: usize) {
        self.0.resize(self.0.len().next_multiple_of(to), 0);
    }

    fn number(&mut self, number: u32) {
        self.pad(4);
        self.0.extend(number.to_le_bytes());
    }

    /// A text ends at its first NUL, which none may hold.
    fn text(&mut self, text: &str) {
        let text = text.split('\0').next().unwrap_or_default();
        self.number(text.len() as u32);
        self.0.extend(text.bytes());
        self.0.push(0);
    }

    fn signature(&mut self, signature: &str) {
        self.0.push(signature.len() as u8);
        self.0.extend(signature.bytes());
        self.0.push(0);
    }

    /// The length does not count the padding before the first element.
    fn array(&mut self, alignment: usize, fill: impl FnOnce(&mut Self)) {
        self.number(0);
        let length = self.0.len() - 4;
        self.pad(alignment);
        let start = self.0.len();
        fill(self);
        let filled = (self.0.len() - start) as u32;
        self.0[length..length + 4].copy_from_slice(&filled.to_le_bytes());
    }

    fn field(&mut self, code: u8, signature: &str, value: impl FnOnce(&mut Self)) {
        self.pad(8);
        self.0.push(code);
        self.signature(signature);
        value(self);
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("what came is no message of D-Bus")]
pub struct Malformed;

/// What a message is to whoever waits for the answer to a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Return { of: u32 },
    Error { of: u32 },
    Other,
}

/// How long the message is whose first bytes these are.
pub fn length(fixed: &[u8; FIXED]) -> Result<usize, Malformed> {
    let order = Order::of(fixed[0])?;
    let [body, fields] = [4, 12].map(|at| order.number(fixed, at).unwrap_or(u32::MAX) as usize);
    let whole = FIXED.checked_add(fields).map(|head| head.next_multiple_of(8)).and_then(|head| head.checked_add(body));
    whole.filter(|whole| *whole <= LONGEST).ok_or(Malformed)
}

/// Reads the head of a whole message.
pub fn kind(message: &[u8]) -> Result<Kind, Malformed> {
    let order = Order::of(*message.first().ok_or(Malformed)?)?;
    let kind = *message.get(1).ok_or(Malformed)?;
    if !matches!(kind, METHOD_RETURN | ERROR) {
        return Ok(Kind::Other);
    }
    let end = FIXED + order.number(message, 12)? as usize;
    let mut at = FIXED;
    while at < end {
        at = at.next_multiple_of(8);
        let (code, signature) = (byte(message, at)?, byte(message, at + 2)?);
        if byte(message, at + 1)? != 1 {
            return Err(Malformed); // every field we may meet is of one simple type
        }
        at += 4;
        match signature {
            b'u' if code == REPLY_SERIAL => {
                let of = order.number(message, at)?;
                return Ok(if kind == ERROR { Kind::Error { of } } else { Kind::Return { of } });
            }
            b'u' => at += 4,
            b's' | b'o' => at += 4 + order.number(message, at)? as usize + 1,
            b'g' => at += 1 + usize::from(byte(message, at)?) + 1,
            _ => return Err(Malformed),
        }
    }
    Err(Malformed)
}

fn byte(message: &[u8], at: usize) -> Result<u8, Malformed> {
    message.get(at).copied().ok_or(Malformed)
}

#[derive(Debug, Clone, Copy)]
enum Order {
    Little,
    Big,
}

impl Order {
    fn of(mark: u8) -> Result<Self, Malformed> {
        match mark {
            b'l' => Ok(Self::Little),
            b'B' => Ok(Self::Big),
            _ => Err(Malformed),
        }
    }

    fn number(self, message: &[u8], at: usize) -> Result<u32, Malformed> {
        let bytes = message.get(at..).and_then(|rest| rest.first_chunk::<4>()).ok_or(Malformed)?;
        Ok(match self {
            Self::Little => u32::from_le_bytes(*bytes),
            Self::Big => u32::from_be_bytes(*bytes),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As dbus-daemon answers `Hello`, with its sender after the serial.
    fn answer(kind: u8) -> Vec<u8> {
        let mut message = Writer(vec![b'l', kind, 1, VERSION]);
        message.number(0);
        message.number(7);
        message.array(8, |fields| {
            fields.field(DESTINATION, "s", |field| field.text(":1.4"));
            fields.field(SIGNATURE, "g", |field| field.signature("s"));
            fields.field(REPLY_SERIAL, "u", |field| field.number(2));
        });
        message.pad(8);
        message.0
    }

    #[test]
    fn an_answer_names_the_call_that_it_answers() {
        assert_eq!(kind(&answer(METHOD_RETURN)), Ok(Kind::Return { of: 2 }));
        assert_eq!(kind(&answer(ERROR)), Ok(Kind::Error { of: 2 }));
        assert_eq!(kind(&answer(4)), Ok(Kind::Other), "a signal answers nothing");
    }

    #[test]
    fn a_call_is_as_long_as_its_head_says() {
        let method = Method { destination: "a.b", path: "/a", interface: "a.b", member: "C" };
        for arguments in [&[][..], &[Argument::Text("印"), Argument::Number(1), Argument::Option("why", "印")]] {
            let message = call(method, arguments, 1);
            let fixed = message.first_chunk::<FIXED>().expect("a head");
            assert_eq!(length(fixed), Ok(message.len()));
        }
    }

    #[test]
    fn a_message_cut_or_changed_anywhere_is_read_without_a_panic() {
        let whole = answer(METHOD_RETURN);
        for end in 0..whole.len() {
            let _ = kind(&whole[..end]);
        }
        for (at, value) in (0..whole.len()).flat_map(|at| [0, 1, 0x7f, 0xff].map(|value| (at, value))) {
            let mut changed = whole.clone();
            changed[at] = value;
            let _ = kind(&changed);
            let _ = length(changed.first_chunk().expect("a head"));
        }
    }

    #[test]
    fn a_message_that_claims_to_be_endless_is_refused() {
        let mut fixed = [0; FIXED];
        fixed[0] = b'l';
        fixed[4..8].copy_from_slice(&u32::MAX.to_le_bytes());
        assert_eq!(length(&fixed), Err(Malformed));
    }
}
