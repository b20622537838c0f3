//! Routes that are made of files: Next.js, `SvelteKit`, Nuxt.

use crate::code::found::Found;
use crate::code::language::Framework;
use crate::code::route::{ENDPOINT, add, joined};
use crate::code::tree::{Node, Source};

/// Files that are routes by their place.
pub(super) const FRAMEWORK: Framework = Framework {
    grammar: "javascript",
    uses: |path, _| {
        let folders = ["app/", "pages/", "routes/", "server/api/"];
        folders
            .iter()
            .any(|folder| path.starts_with(folder) || path.contains(&format!("/{folder}")))
    },
    words: &[],
    defines: &[ENDPOINT],
    read,
};

fn read(source: &Source<'_>, found: &mut Found) {
    let path = source.path;
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = name.split('.').next().unwrap_or_default();
    let below = |root: &str| {
        let start = if folder.starts_with(root) && folder[root.len()..].starts_with('/') || folder == root {
            Some(root.len())
        } else {
            let inner = format!("/{root}");
            folder
                .find(&format!("{inner}/"))
                .or_else(|| folder.ends_with(&inner).then(|| folder.len() - inner.len()))
                .map(|at| at + inner.len())
        };
        start.map(|start| &folder[start..])
    };
    match stem {
        "route" => {
            if let Some(below) = below("app") {
                let methods: Vec<&str> = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]
                    .into_iter()
                    .filter(|method| exports(source, method))
                    .collect();
                for method in if methods.is_empty() { vec!["ANY"] } else { methods } {
                    add(found, method, below, 0, source.text);
                }
            }
        }
        "page" => {
            if let Some(below) = below("app") {
                add(found, "GET", below, 0, below);
            }
        }
        "+server" | "+page" => {
            if let Some(below) = below("routes") {
                add(found, "ANY", below, 0, below);
            }
        }
        _ => {
            if let Some(below) = below("pages").filter(|_| !matches!(stem, "_app" | "_document")) {
                let last = if stem == "index" { "" } else { stem };
                add(found, "ANY", &joined(below, last), 0, last);
            }
            // `server/api/users.get.ts` of Nuxt.
            if let Some(below) = below("server/api") {
                let last = if stem == "index" { "" } else { stem };
                add(found, "ANY", &joined(&joined("/api", below), last), 0, last);
            }
        }
    }
}

/// Whether a file exports a function or a value.
fn exports(source: &Source<'_>, name: &str) -> bool {
    source.of_kind("export_statement").any(|export| {
        export
            .below()
            .filter(|node| node.is_any(&["function_declaration", "variable_declarator", "export_specifier"]))
            .any(|node| node.field("alias").or_else(|| node.field("name")).map(Node::text) == Some(name))
    })
}

#[cfg(test)]
mod tests {
    use crate::code::testing::{read, routes};

    #[test]
    fn files_are_routes_by_their_place() {
        let of = |path: &str, text: &str| routes(&read(path, text));
        assert_eq!(
            of(
                "apps/web/app/api/users/[id]/route.ts",
                "export async function GET() {}\n// export function POST() {}\n"
            ),
            ["GET /api/users/{}"]
        );
        assert_eq!(
            of(
                "app/a/route.ts",
                "const x = 1;\nexport { x as PUT };\nexport const GET = x;\n"
            ),
            ["GET /a", "PUT /a"]
        );
        assert_eq!(of("src/app/(site)/login/page.tsx", ""), ["GET /login"]);
        assert_eq!(of("pages/api/health.ts", ""), ["ANY /api/health"]);
        assert_eq!(of("src/routes/x/+server.ts", ""), ["ANY /x"]);
        assert!(of("src/lib/x.ts", "").is_empty());
    }
}
