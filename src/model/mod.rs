//! The words every layer shares: plain types with serde, no behaviour beyond parsing and printing themselves.
