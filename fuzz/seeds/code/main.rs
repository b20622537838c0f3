use clap::Parser;
#[derive(Parser)]
struct A { #[arg(long)] x: bool }
fn main() { std::env::var("B"); }
