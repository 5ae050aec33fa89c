//! The product's words. Knows no other layer.
