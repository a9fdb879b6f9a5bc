//! Real accidents of other networks: each is tried here, and does not happen.

mod area_lost;
mod eleven_times;
mod half_an_hour_late;
mod one_person;
mod stolen_contacts;
mod test_sent_live;
mod wrong_number;
