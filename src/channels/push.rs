//! Push messages to the app.
