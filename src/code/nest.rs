//! Routes of Nest: controllers with decorated methods.

use crate::code::found::Found;
use crate::code::language::Framework;
use crate::code::route::{ENDPOINT, add, joined};
use crate::code::tree::{Node, Source, arguments, named};

/// Nest.
pub(super) const FRAMEWORK: Framework = Framework {
    grammar: "javascript",
    uses: |_, text| text.contains("@Controller"),
    words: &["@Controller", "@Get", "@Post", "@Put", "@Patch", "@Delete"],
    defines: &[ENDPOINT],
    read,
};

/// Decorators of methods.
const METHODS: &[&str] = &["Get", "Post", "Put", "Patch", "Delete", "Head", "Options", "All"];

fn read(source: &Source<'_>, found: &mut Found) {
    let mut prefix = String::new();
    for decorator in source.of_kind("decorator") {
        let Some(call) = decorator.children().next().and_then(Node::as_call) else {
            continue;
        };
        if call.name() == "Controller" {
            let path = call.first().and_then(|first| {
                first.literal().or_else(|| {
                    named(&arguments(first), "path")
                        .filter(|_| first.kind() == "object")
                        .and_then(Node::literal)
                })
            });
            prefix = path.unwrap_or_default();
        } else if METHODS.contains(&call.name()) {
            let path = match call.first() {
                Some(first) => first.literal(),
                None => Some(String::new()),
            };
            if let Some(path) = path {
                add(found, call.name(), &joined(&prefix, &path), call.at(), call.code());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::code::testing::{read, routes};

    #[test]
    fn controllers_are_joined_with_their_methods() {
        let text = "@Controller('users')\nclass A {\n  @Get(':id')\n  f() {}\n  @Post()\n  g() {}\n  // @Get('gone')\n}\n";
        assert_eq!(routes(&read("x.ts", text)), ["GET /users/{}", "POST /users"]);
    }
}
