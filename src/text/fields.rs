//! The fields of a page.

use crate::page::{Block, FieldModel, Page};

/// In reading order.
pub fn fields(page: &Page) -> impl Iterator<Item = &FieldModel> {
    page.blocks.iter().flat_map(|block| match block {
        Block::Fields(fields) => fields.as_slice(),
        _ => &[],
    })
}

/// So that the same mistake is told once more.
pub fn forget_mistakes(blocks: &mut [Block]) {
    for block in blocks {
        if let Block::Fields(fields) = block {
            fields.iter_mut().for_each(|field| field.error = None);
        }
    }
}
