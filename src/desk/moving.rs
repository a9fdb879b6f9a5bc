//! Bringing participants and regions in, and taking participants out.

pub mod export;
pub mod import;
pub mod population;
pub mod regions;
#[cfg(test)]
mod tests;
