//! Looking references up: is what a runbook names there?
