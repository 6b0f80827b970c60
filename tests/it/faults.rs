//! Crashes, signals and wrong beginnings of the real program.

mod beginnings;
mod crashes;
mod memory;
