//! Elnec PG4UW (also sold by B+K Precision and Dataman): lists of bytes, and lists of files.
//!
//! Each line begins with a label in brackets, by which the operator chooses where to start. Labels are
//! unique; letter case makes no difference.

pub mod from_file;
mod own;
pub mod playlist;
