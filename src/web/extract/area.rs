//! An area in a body.

use crate::domain::area::{Area, UncheckedArea};
use crate::domain::problem::{FieldProblem, ProblemCode};
use crate::web::problem::Problem;

/// The area, or the rule that it breaks; `under` is the path of what holds it, with a dot behind it.
pub fn checked(area: UncheckedArea, under: &str) -> Result<Area, Problem> {
    area.check().map_err(|error| {
        let field = FieldProblem::new(format!("{under}{}", error.at), ProblemCode::AreaForm);
        field.saying(error.problem.said().sentence()).into()
    })
}
