//! What rendering costs. Nothing is asserted about time: the numbers are printed when RUNPROOF_MEASURE is set.
