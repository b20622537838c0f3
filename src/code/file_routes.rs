//! Routes that are made of files: Next.js, `SvelteKit`, Nuxt.

use crate::code::found::Found;
use crate::code::language::Framework;
use crate::code::route::{ENDPOINT, add, joined};
use crate::code::tree::{Node, Source};

/// Files that are routes by their place.
pub(super) const FRAMEWORK: Framework = Framework {
    grammar: "javascript",
    uses: |path, _| places(path).next().is_some(),
    words: &[],
    defines: &[ENDPOINT],
    read,
};

/// What a file serves by its place.
struct Place<'path> {
    path: String,
    /// What a change of it changes.
    code: &'path str,
    /// The method; none where the file exports a function for each.
    method: Option<&'static str>,
}

fn read(source: &Source<'_>, found: &mut Found) {
    for Place { path, code, method } in places(source.path) {
        if let Some(method) = method {
            add(found, method, &path, 0, code);
            continue;
        }
        let methods: Vec<&str> = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]
            .into_iter()
            .filter(|method| exports(source, method))
            .collect();
        for method in if methods.is_empty() { vec!["ANY"] } else { methods } {
            add(found, method, &path, 0, source.text);
        }
    }
}

/// The places that a path is, most often none.
fn places(path: &str) -> impl Iterator<Item = Place<'_>> {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = name.split('.').next().unwrap_or_default();
    let last = if stem == "index" { "" } else { stem };
    let place = |path: String, code, method| Place { path, code, method };
    let of_name = match stem {
        "route" => below(folder, "app").map(|below| place(below.to_owned(), "", None)),
        "page" => below(folder, "app").map(|below| place(below.to_owned(), below, Some("GET"))),
        "+server" | "+page" => below(folder, "routes").map(|below| place(below.to_owned(), below, Some("ANY"))),
        _ => None,
    };
    let is_other = !matches!(stem, "route" | "page" | "+server" | "+page");
    let of_pages = below(folder, "pages").filter(|_| is_other && !matches!(stem, "_app" | "_document"));
    let of_pages = of_pages.map(|below| place(joined(below, last), last, Some("ANY")));
    // `server/api/users.get.ts` of Nuxt.
    let of_nuxt = below(folder, "server/api").filter(|_| is_other);
    let of_nuxt = of_nuxt.map(|below| place(joined(&joined("/api", below), last), last, Some("ANY")));
    [of_name, of_pages, of_nuxt].into_iter().flatten()
}

/// What of a folder stands below another one.
fn below<'path>(folder: &'path str, root: &str) -> Option<&'path str> {
    let is_first = folder
        .strip_prefix(root)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    if is_first {
        return Some(&folder[root.len()..]);
    }
    let inner = format!("/{root}");
    let at = folder
        .find(&format!("{inner}/"))
        .or_else(|| folder.ends_with(&inner).then(|| folder.len() - inner.len()))?;
    Some(&folder[at + inner.len()..])
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
