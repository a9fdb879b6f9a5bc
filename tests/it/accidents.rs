//! Real accidents of other networks: each is tried here, and does not happen.

mod area_lost;
mod one_person;
mod wrong_number;
