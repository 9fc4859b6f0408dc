//! pics
