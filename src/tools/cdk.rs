//! The AWS CDK: it looks for its settings where it runs.

use crate::command::call::Call;
use crate::command::sink::Sink;
use crate::model::kind::Kind;
use crate::tools::files::files;
use crate::tools::tool::{NONE, Tool};

/// The AWS CDK.
pub(crate) const TOOL: Tool = Tool {
    names: &["cdk"],
    calls: cdk,
    ..NONE
};

/// Verbs that need an app, which `cdk.json` names.
const OF_APP: [&str; 9] = [
    "deploy", "destroy", "diff", "import", "list", "ls", "rollback", "synth", "watch",
];

/// `cdk deploy`, unless it is told the app.
fn cdk(call: &Call<'_>, sink: &mut Sink) {
    let verb = call.arguments().first();
    let is_told = call.arguments().iter().any(|word| {
        let name = word.text.split('=').next().unwrap_or_default();
        matches!(name, "--app" | "-a" | "--help" | "-h")
    });
    if let Some(verb) = verb.filter(|verb| OF_APP.contains(&verb.text.as_str()) && !is_told) {
        let range = call.start()..verb.range.end;
        let within = ["cdk".to_owned()];
        sink.named(&call.site, &range, Kind::NeededFile, "cdk.json", &within, &call.directory);
    }
    files(call, sink);
}

#[cfg(test)]
mod tests {
    use crate::tools::testing::of_commands;

    #[test]
    fn verbs_of_an_app_need_its_settings() {
        assert_eq!(
            of_commands("cd infra\nnpx cdk deploy --all\ncdk bootstrap aws://1/x\ncdk synth --app 'node x.js'\ncdk doctor"),
            ["folder infra", "needed-file cdk.json of cdk in infra"]
        );
    }
}
