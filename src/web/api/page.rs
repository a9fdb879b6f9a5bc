//! Lists page by page.

use serde::Serialize;
use utoipa::ToSchema;

/// A page of a list.
#[derive(Serialize, ToSchema)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// Where to go on: the next page's `after`. Null at the end.
    pub next: Option<String>,
}
