//! The push account against the local receivers, over real connections.

#[path = "push/apns.rs"]
mod apns;
#[path = "push/fcm.rs"]
mod fcm;
#[path = "push/services.rs"]
mod services;
#[path = "push/setting.rs"]
mod setting;
#[path = "push/tls.rs"]
mod tls;
#[path = "push/web_push.rs"]
mod web_push;
