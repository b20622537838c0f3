//! Judgement: values in, values out. Nothing is read here and no clock is asked; `today` is an argument.

pub(crate) mod components;
pub(crate) mod freshness;
pub(crate) mod resolve;
pub(crate) mod rules;
pub(crate) mod verdict;
