//! Routes of Django.

use crate::code::found::Found;
use crate::code::language::{Framework, has_any};
use crate::code::route::{ENDPOINT, MOUNT, add, joined, mount};
use crate::code::tree::{Call, Node, Source};

/// Django.
pub(super) const FRAMEWORK: Framework = Framework {
    grammar: "python",
    uses: |_, text| has_any(text, &["urlpatterns", "DefaultRouter", "SimpleRouter"]),
    words: &["path(", "url(", "register("],
    defines: &[ENDPOINT, MOUNT],
    read,
};

fn read(source: &Source<'_>, found: &mut Found) {
    for call in source.calls() {
        match call.name() {
            "path" | "re_path" | "url" => path(&call, found),
            "register" if call.owner.is_some() => {
                if let Some(path) = call.first_literal() {
                    add(found, "ANY", &path, call.at(), call.code());
                    add(found, "ANY", &joined(&path, "*"), call.at(), call.code());
                }
            }
            _ => {}
        }
    }
}

/// `path("users/<int:id>/", view)`, `path("api/", include("app.urls"))`.
fn path(call: &Call<'_>, found: &mut Found) {
    let Some(path) = call.first_literal() else { return };
    let arguments = call.arguments();
    let Some(view) = arguments.get(1).map(|second| second.value) else {
        add(found, "ANY", &path, call.at(), call.code());
        return;
    };
    if view.text().ends_with("site.urls") {
        add(found, "ANY", &joined(&path, "*"), call.at(), call.code());
        return;
    }
    let Some(include) = view.as_call().filter(|view| view.name() == "include") else {
        add(found, "ANY", &path, call.at(), call.code());
        return;
    };
    mount(found, &path, call.at(), call.code());
    // Routes of a package that is installed are not in the repository.
    if let Some(module) = include.first().and_then(Node::literal) {
        found.file.includes.push(format!("{path} {module}"));
    }
}

#[cfg(test)]
mod tests {
    use crate::code::testing::{names, read};
    use crate::model::kind::Kind;

    #[test]
    fn urls_are_read() {
        let text = "urlpatterns = [\n  path('health/', view),\n  path('api/', include('app.api.urls')),\n  path('admin/', admin.site.urls),\n  # path('gone/', view),\n]\nrouter.register(r'users', V)\n";
        let file = read("x.py", text);
        assert_eq!(
            names(&file, Kind::Endpoint),
            ["ANY /health:2", "ANY /admin/*:4", "ANY /users:7", "ANY /users/*:7"]
        );
        assert_eq!(names(&file, Kind::EndpointMount), ["/api:3"]);
        assert_eq!(file.includes, ["api/ app.api.urls"]);
    }
}
