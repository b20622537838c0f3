//! The state of a runbook: truth, evidence and clock, never blended into one score.
