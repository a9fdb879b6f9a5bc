//! Real accidents of other networks: each is tried here, and does not happen.

mod one_person;
