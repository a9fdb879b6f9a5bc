//! Oproep: an alert dispatch engine for citizens.

pub mod app;
pub mod backup;
pub mod cap;
pub mod capacity;
pub mod channels;
pub mod cli;
pub mod client;
pub mod config;
pub mod demo;
pub mod desk;
pub mod directory;
pub mod dispatch;
pub mod domain;
pub mod geofence;
pub mod lifecycle;
pub mod receivers;
pub mod storage;
pub mod telemetry;
pub mod training;
pub mod web;
pub mod webhooks;
