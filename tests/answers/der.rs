//! DER by hand (X.690), so that what no library would write can be written.

pub const SEQUENCE: u8 = 0x30;
pub const SET: u8 = 0x31;
pub const INTEGER: u8 = 0x02;
pub const BIT_STRING: u8 = 0x03;
pub const OCTET_STRING: u8 = 0x04;
pub const OBJECT: u8 = 0x06;
pub const UTF8: u8 = 0x0c;
pub const PRINTABLE: u8 = 0x13;
pub const UTC_TIME: u8 = 0x17;
pub const GENERALIZED_TIME: u8 = 0x18;
pub const BMP: u8 = 0x1e;
/// `[0]` and the next ones, constructed.
pub const CONTEXT: [u8; 4] = [0xa0, 0xa1, 0xa2, 0xa3];

pub fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len().to_be_bytes();
    let digits = &length[length.iter().take_while(|digit| **digit == 0).count()..];
    match (content.len(), digits.len()) {
        (0..0x80, _) => [&[tag, content.len() as u8], content].concat(),
        (_, count) => [&[tag, 0x80 | count as u8], digits, content].concat(),
    }
}

/// Of indefinite length (X.690 §8.1.3.6).
pub fn open_tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    [&[tag, 0x80], content, &[0, 0]].concat()
}

pub fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    tlv(SEQUENCE, &parts.concat())
}

/// An object identifier as people write it.
pub fn oid(dotted: &str) -> Vec<u8> {
    let arcs: Vec<u32> = dotted.split('.').map(|arc| arc.parse().expect("a number")).collect();
    let base_128 = |arc: u32| {
        let digits = (0..5).rev().map(move |digit| (arc >> (7 * digit)) as u8 & 0x7f).skip_while(|digit| *digit == 0);
        let mut digits: Vec<u8> = digits.collect();
        if digits.is_empty() {
            digits.push(0);
        }
        let last = digits.len() - 1;
        digits[..last].iter_mut().for_each(|digit| *digit |= 0x80);
        digits
    };
    let first = arcs[0] * 40 + arcs[1];
    tlv(OBJECT, &[first].iter().chain(&arcs[2..]).flat_map(|arc| base_128(*arc)).collect::<Vec<_>>())
}

/// A value and what is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    pub tag: u8,
    pub body: Body,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    Value(Vec<u8>),
    Nodes(Vec<Node>),
    /// These very bytes in the place of the whole value, its tag and its length.
    Instead(Vec<u8>),
}

impl Node {
    /// The one value that `bytes` are; octet strings are looked into where they hold one.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let (node, rest) = Self::first(bytes)?;
        rest.is_empty().then_some(node)
    }

    fn first(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let (&[tag, first], rest) = bytes.split_first_chunk::<2>()?;
        let (length, rest) = match first {
            0..0x80 => (usize::from(first), rest),
            0x80 => return None,
            _ => {
                let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
                (digits.iter().fold(0, |sum, digit| sum << 8 | usize::from(*digit)), rest)
            }
        };
        let (content, rest) = rest.split_at_checked(length)?;
        let inside = match tag {
            OCTET_STRING => Self::read(content).map(|node| vec![node]),
            _ if tag & 0x20 != 0 => Some(Self::all(content)?),
            _ => None,
        };
        let body = inside.map_or_else(|| Body::Value(content.to_vec()), Body::Nodes);
        Some((Self { tag, body }, rest))
    }

    fn all(mut bytes: &[u8]) -> Option<Vec<Self>> {
        let mut nodes = Vec::new();
        while !bytes.is_empty() {
            let (node, rest) = Self::first(bytes)?;
            nodes.push(node);
            bytes = rest;
        }
        Some(nodes)
    }

    pub fn write(&self) -> Vec<u8> {
        match &self.body {
            Body::Value(content) => tlv(self.tag, content),
            Body::Nodes(nodes) => tlv(self.tag, &nodes.iter().flat_map(Self::write).collect::<Vec<_>>()),
            Body::Instead(bytes) => bytes.clone(),
        }
    }

    /// Where every value below this one stands.
    pub fn places(&self) -> Vec<Vec<usize>> {
        let Body::Nodes(nodes) = &self.body else { return Vec::new() };
        let below = |(place, node): (usize, &Self)| {
            let deeper = node.places().into_iter().map(move |rest| [vec![place], rest].concat());
            [vec![place]].into_iter().chain(deeper).collect::<Vec<_>>()
        };
        nodes.iter().enumerate().flat_map(below).collect()
    }

    pub fn at(&self, place: &[usize]) -> &Self {
        match (place, &self.body) {
            ([next, rest @ ..], Body::Nodes(nodes)) => nodes[*next].at(rest),
            _ => self,
        }
    }

    /// The values among which the one at `place` stands.
    pub fn siblings_of(&mut self, place: &[usize]) -> &mut Vec<Self> {
        match (place, &mut self.body) {
            ([_], Body::Nodes(nodes)) => nodes,
            ([next, rest @ ..], Body::Nodes(nodes)) => nodes[*next].siblings_of(rest),
            _ => unreachable!("no value stands at {place:?}"),
        }
    }
}

#[test]
fn what_is_read_is_written_again() {
    let value = sequence(&[&oid("1.2.840.113549.1.1.11"), &tlv(OCTET_STRING, &sequence(&[&tlv(INTEGER, &[7])]))]);
    assert_eq!(oid("1.2.840.113549"), [6, 6, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d]);
    let node = Node::read(&value).expect("DER");
    assert_eq!(node.write(), value);
    assert_eq!(node.places(), [vec![0], vec![1], vec![1, 0], vec![1, 0, 0]]);
    assert_eq!(node.at(&[1, 0, 0]).body, Body::Value(vec![7]));
    assert_eq!(tlv(OCTET_STRING, &[0; 300])[..4], [4, 0x82, 1, 44]);
}
