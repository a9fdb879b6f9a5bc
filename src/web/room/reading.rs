//! Bodies that come in: how many of one address, and how many bytes they hold in memory together.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::web::address::CallerAddress;

/// The share of the memory that bodies of one address may hold: a mobile network puts many people behind one.
const SHARE: usize = 3;

/// What bodies hold that are read, or were read and wait.
#[derive(Clone, Debug)]
pub struct Reading(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    most_bytes: usize,
    most_by_address: usize,
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    bytes: usize,
    by_address: HashMap<CallerAddress, OfAddress>,
}

#[derive(Debug, Default)]
struct OfAddress {
    bodies: usize,
    bytes: usize,
}

/// There is no room for it at this moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full;

impl Reading {
    /// Room for so many bytes in all, and for so many bodies of one address.
    pub(super) fn new(most_bytes: usize, most_by_address: usize) -> Self {
        Self(Arc::new(Shared {
            most_bytes,
            most_by_address,
            held: Mutex::default(),
        }))
    }

    /// Begins a body of an address.
    pub fn begin(&self, address: CallerAddress) -> Result<Hold, Full> {
        let mut held = self.0.held();
        let of_address = held.by_address.entry(address).or_default();
        if of_address.bodies >= self.0.most_by_address {
            return Err(Full);
        }
        of_address.bodies += 1;
        Ok(Hold {
            reading: self.clone(),
            address,
            bytes: 0,
        })
    }
}

impl Shared {
    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What one body holds; given back when it is dropped.
#[derive(Debug)]
pub struct Hold {
    reading: Reading,
    address: CallerAddress,
    bytes: usize,
}

impl Hold {
    /// Makes room for so many bytes more.
    pub fn grow(&mut self, bytes: usize) -> Result<(), Full> {
        let shared = &self.reading.0;
        let mut held = shared.held();
        let of_address = held.by_address.entry(self.address).or_default();
        if of_address.bytes + bytes > shared.most_bytes / SHARE {
            return Err(Full);
        }
        if held.bytes + bytes > shared.most_bytes {
            return Err(Full);
        }
        held.bytes += bytes;
        held.by_address.entry(self.address).or_default().bytes += bytes;
        self.bytes += bytes;
        Ok(())
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        let mut held = self.reading.0.held();
        held.bytes -= self.bytes;
        if let Some(of_address) = held.by_address.get_mut(&self.address) {
            of_address.bodies -= 1;
            of_address.bytes -= self.bytes;
            if of_address.bodies == 0 {
                held.by_address.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_fills_neither_the_memory_nor_the_places_of_others() {
        let reading = Reading::new(300, 2);
        let (one, other) = (CallerAddress::for_test(1), CallerAddress::for_test(2));
        let mut first = reading.begin(one).unwrap();
        let second = reading.begin(one).unwrap();
        assert!(reading.begin(one).is_err(), "two bodies of an address at once");
        assert_eq!(first.grow(100), Ok(()));
        assert_eq!(first.grow(1), Err(Full), "a third of the memory");
        let mut others: Vec<_> = (2..4)
            .map(|number| reading.begin(CallerAddress::for_test(number)).unwrap())
            .collect();
        assert!(others.iter_mut().all(|hold| hold.grow(100).is_ok()));
        let mut late = reading.begin(CallerAddress::for_test(9)).unwrap();
        assert_eq!(late.grow(1), Err(Full), "the memory is bounded");
        drop((first, second));
        assert_eq!(late.grow(100), Ok(()));
        drop((others, late));
        assert!(reading.begin(other).is_ok());
        assert!(reading.0.held().by_address.is_empty());
    }
}
