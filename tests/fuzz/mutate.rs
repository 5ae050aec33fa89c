//! Mutations of seeds: what a broken server, a hurried administrator or an attacker might make of them.

use crate::{table::Chance, targets::Target};

/// One after the other, the same for the same seed of chance.
pub struct Mutator<'a> {
    seeds: &'a [Vec<u8>],
    words: &'a [&'a [u8]],
    chance: Chance,
}

/// Bytes at the edges of lengths, tags and characters.
const EDGES: [u8; 16] = [0, 1, 0x1f, 0x20, 0x24, 0x30, 0x3c, 0x7f, 0x80, 0x81, 0x82, 0x84, 0xa0, 0xbf, 0xfe, 0xff];
const LONGEST: usize = 1 << 16;

impl<'a> Mutator<'a> {
    pub fn new(target: &'a Target, seeds: &'a [Vec<u8>], chance: Chance) -> Self {
        Self { seeds, words: target.words, chance }
    }

    /// A seed with one to eight things changed.
    pub fn next(&mut self) -> Vec<u8> {
        let mut data = self.seeds[self.chance.below(self.seeds.len())].clone();
        for _ in 0..=self.chance.below(8) {
            self.change(&mut data);
        }
        data.truncate(LONGEST);
        data
    }

    fn place(&mut self, data: &[u8]) -> usize {
        self.chance.below(data.len() + 1)
    }

    fn change(&mut self, data: &mut Vec<u8>) {
        let at = self.place(data);
        match self.chance.below(9) {
            0 => self.at_byte(data, at, |byte, chance| byte ^ (1 << chance.below(8))),
            1 => self.at_byte(data, at, |_, chance| EDGES[chance.below(EDGES.len())]),
            2 => self.at_byte(data, at, |byte, chance| byte.wrapping_add(chance.below(5) as u8).wrapping_sub(2)),
            3 => data.truncate(at),
            4 => drop(data.drain(at..self.end_from(at, data.len()))),
            5 => {
                let piece = data[at..self.end_from(at, data.len())].to_vec();
                self.insert(data, &piece);
            }
            6 => {
                let other = &self.seeds[self.chance.below(self.seeds.len())];
                let from = self.chance.below(other.len() + 1);
                let piece = &other[from..self.end_from(from, other.len())];
                self.insert(data, piece);
            }
            7 => {
                let word = self.words[self.chance.below(self.words.len())];
                let end = (at + word.len()).min(data.len());
                data.splice(at..end, word.iter().copied());
            }
            _ => {
                let word = self.words[self.chance.below(self.words.len())];
                self.insert(data, word);
            }
        }
    }

    fn at_byte(&mut self, data: &mut [u8], at: usize, change: impl Fn(u8, &mut Chance) -> u8) {
        if let Some(byte) = data.get_mut(at) {
            *byte = change(*byte, &mut self.chance);
        }
    }

    /// Short pieces are likelier than long ones.
    fn end_from(&mut self, at: usize, len: usize) -> usize {
        let most = 1 << self.chance.below(12);
        (at + self.chance.below(most) + 1).min(len)
    }

    fn insert(&mut self, data: &mut Vec<u8>, piece: &[u8]) {
        let at = self.place(data);
        data.splice(at..at, piece.iter().copied());
    }
}
