//! What inline code is: a command, an address of the service, the file of a workflow, a name.

/// Whether code is a command: a program with words behind it, or a script.
pub(crate) fn is_command(code: &str) -> bool {
    let mut parts = code.split_whitespace();
    let program = parts.next().unwrap_or_default();
    let is_tool = [
        "npm", "pnpm", "yarn", "npx", "make", "just", "cargo", "go", "python", "python3", "pytest", "tox", "mvn", "gradle",
        "./gradlew", "./mvnw", "dotnet", "bundle", "rake", "composer", "docker", "kubectl", "helm", "terraform", "task", "mix",
        "bazel", "uv", "poetry", "ruff", "eslint", "vitest", "jest", "playwright", "tsc", "deno", "bun", "nox", "hatch", "bash",
        "sh", "gh", "curl",
    ]
    .contains(&program);
    let is_script = program.contains('/')
        && [".sh", ".py", ".js", ".ts", ".rb", ".ps1"]
            .iter()
            .any(|end| program.ends_with(end));
    is_tool && parts.next().is_some() || is_script
}

/// Whether code is an address of the service.
pub(crate) fn is_endpoint(code: &str) -> bool {
    let path = ["GET ", "POST ", "HEAD ", "PUT "]
        .iter()
        .find_map(|method| code.strip_prefix(method))
        .unwrap_or(code);
    path.starts_with('/') && path.len() > 1 && !path.contains(char::is_whitespace) && !path.contains('.')
}

/// Whether code is the file of a workflow.
pub(crate) fn is_workflow(code: &str) -> bool {
    code.contains(".github/workflows/") || (code.ends_with(".yml") || code.ends_with(".yaml")) && !code.contains('/')
}

/// Whether code is a name as people give them to workflows and checks: `Release Readiness`, `CI`.
pub(crate) fn is_title(code: &str) -> bool {
    code.starts_with(|char: char| char.is_ascii_uppercase())
        && code
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'-' | b'/'))
        && code
            .bytes()
            .any(|byte| byte.is_ascii_lowercase() || code.len() <= 3 && byte.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::{is_command, is_endpoint, is_title, is_workflow};

    #[test]
    fn code_is_told_apart() {
        assert!(is_command("npm run lint") && is_command("scripts/check.sh") && !is_command("npm") && !is_command("API_KEY"));
        assert!(is_endpoint("GET /healthz") && is_endpoint("/v1/x") && !is_endpoint("/") && !is_endpoint("a/b"));
        assert!(is_workflow("security.yml") && is_workflow(".github/workflows/x.yaml") && !is_workflow("a/b.yml"));
        assert!(is_title("Release Readiness") && is_title("CI") && !is_title("analytics_max") && !is_title("API_KEY"));
    }
}
