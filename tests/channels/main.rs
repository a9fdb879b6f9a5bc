//! The adapters, each against receivers that do not share its code: our own, and real servers where installed.

mod contract;
mod email;
mod email_bounced;
mod email_dialogue;
mod email_real_servers;
mod email_signed;
mod external;
#[path = "../kannel/running.rs"]
mod running_kannel;
mod sample;
mod sms;
mod sms_kannel;
mod sms_sample;
mod voice;
