//! Small changes to bytes that were good.

use crate::{
    der::{Body, Node},
    table::Chance,
};

/// What is to be signed again: values are changed and the lengths around them follow, mostly.
pub fn content(der: &[u8], chance: &mut Chance) -> Vec<u8> {
    let mut tree = Node::read(der).expect("DER of our own");
    for _ in 0..times(chance) {
        change_value(&mut tree, chance);
    }
    if chance.below(50) == 0 { bytes(&tree.write(), chance) } else { tree.write() }
}

/// A whole certificate: bytes, or values.
pub fn anything(der: &[u8], chance: &mut Chance) -> Vec<u8> {
    if chance.below(2) == 0 { bytes(der, chance) } else { content(der, chance) }
}

/// What is around certificates; what is in them stays.
pub fn around(der: &[u8], chance: &mut Chance) -> Vec<u8> {
    match chance.below(10) {
        0 => der[..chance.below(der.len())].to_vec(),
        1 => [der, &[chance.below(256) as u8]].concat(),
        2..6 => {
            let mut der = der.to_vec();
            let place = chance.below(70);
            der[place] ^= 1 << chance.below(8);
            der
        }
        _ => {
            let mut tree = Node::read(der).expect("DER of our own");
            let shallow = tree.places().into_iter().filter(|place| place.len() <= 4).collect::<Vec<_>>();
            let place = &shallow[chance.below(shallow.len())];
            change_at(&mut tree, place, chance);
            tree.write()
        }
    }
}

/// Mostly one, so that one thing is wrong at a time.
fn times(chance: &mut Chance) -> usize {
    if chance.below(5) == 0 { 2 + chance.below(2) } else { 1 }
}

fn bytes(der: &[u8], chance: &mut Chance) -> Vec<u8> {
    let mut changed = der.to_vec();
    let place = chance.below(changed.len());
    match chance.below(4) {
        0 => changed[place] = chance.below(256) as u8,
        1 => drop(changed.remove(place)),
        2 => changed.insert(place, chance.below(256) as u8),
        _ => changed[place] ^= 1 << chance.below(8),
    }
    changed
}

/// Above this depth in a certificate's content its fields stand; what is deeper in the field of the extensions is one.
const EXTENSIONS: u8 = 0xa3;

fn change_value(tree: &mut Node, chance: &mut Chance) {
    let places = tree.places();
    let inside = |place: &Vec<usize>| tree.at(&place[..1]).tag == EXTENSIONS;
    // Keys and signatures are large and soon told: the extensions have more to say.
    let (extensions, others): (Vec<_>, Vec<_>) = places.iter().partition(|place| inside(place));
    let from = if others.is_empty() || (chance.below(3) > 0 && !extensions.is_empty()) { extensions } else { others };
    if let Some(place) = (!from.is_empty()).then(|| from[chance.below(from.len())].clone()) {
        change_at(tree, &place, chance);
    }
}

fn change_at(tree: &mut Node, place: &[usize], chance: &mut Chance) {
    let donor = {
        let places = tree.places();
        tree.at(&places[chance.below(places.len())]).clone()
    };
    let kin = tree.siblings_of(place);
    let (own, other) = (place[place.len() - 1], chance.below(kin.len()));
    match chance.below(12) {
        0 => drop(kin.remove(own)),
        1 => kin.insert(own, kin[own].clone()),
        2 => kin.swap(own, other),
        3 => kin[own] = donor,
        4 => kin.insert(own, donor),
        5 => kin[own].tag = TAGS[chance.below(TAGS.len())],
        6 => kin[own].body = Body::Value(Vec::new()),
        7 => miscount(&mut kin[own], chance),
        _ => change_content(&mut kin[own], chance),
    }
}

const TAGS: [u8; 16] = [0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0c, 0x13, 0x16, 0x17, 0x18, 0x1e, 0x30, 0x31, 0x80, 0xa0];

/// A length that is wrong, or right and longer than it need be.
fn miscount(node: &mut Node, chance: &mut Chance) {
    let mut whole = node.write();
    let length = whole[1];
    match chance.below(3) {
        0 => whole[1] = length.wrapping_add(1),
        1 => whole[1] = length.wrapping_sub(1),
        _ if length < 0x80 => whole.splice(1..2, [0x81, length]).for_each(drop),
        _ => whole.splice(1..2, [length + 1, 0]).for_each(drop),
    }
    node.body = Body::Instead(whole);
}

fn change_content(node: &mut Node, chance: &mut Chance) {
    let mut content = match &node.body {
        Body::Value(content) => content.clone(),
        Body::Nodes(nodes) => nodes.iter().flat_map(Node::write).collect(),
        Body::Instead(_) => return,
    };
    if content.is_empty() {
        content.push(chance.below(256) as u8);
    } else {
        let place = chance.below(content.len());
        match chance.below(6) {
            0 => content[place] = [0, 1, 0x7f, 0x80, 0xff][chance.below(5)],
            1 => drop(content.remove(place)),
            2 => content.insert(place, chance.below(256) as u8),
            3 => content.truncate(place),
            _ => content[place] ^= 1 << chance.below(8),
        }
    }
    node.body = Body::Value(content);
}
