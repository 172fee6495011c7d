//! The API's model.

mod operations;
mod shapes;

pub(crate) use operations::API;
