//! Programs that something runs on in several versions, as people write them: "on Node 18 and 20".

/// Their names. Sorted.
pub(crate) const RUNTIMES: [&str; 22] = [
    ".net", "django", "dotnet", "go", "java", "jdk", "jre", "mariadb", "mysql", "node", "node.js", "nodejs", "php", "postgres",
    "postgresql", "python", "rails", "react", "ruby", "rust", "scala", "ubuntu",
];

#[cfg(test)]
mod tests {
    use super::RUNTIMES;

    #[test]
    fn runtimes_can_be_looked_up() {
        assert!(RUNTIMES.is_sorted());
    }
}
