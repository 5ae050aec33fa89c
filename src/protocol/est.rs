//! est
