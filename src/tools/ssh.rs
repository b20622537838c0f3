//! ssh: what runs on the other host is none of ours, but the command that carries the connection runs here.

use crate::command::call::Call;
use crate::command::path::Evidence;
use crate::command::sink::{Sink, Value};
use crate::tools::tool::{NONE, Tool};

/// ssh.
pub(crate) const TOOL: Tool = Tool {
    names: &["ssh"],
    calls: proxy,
    ..NONE
};

/// `ssh -o ProxyCommand='./proxy.sh %h %p' host`.
fn proxy(call: &Call<'_>, sink: &mut Sink) {
    for word in call.arguments() {
        let option = word.text.strip_prefix("-o").unwrap_or(&word.text);
        let Some(command) = option.strip_prefix("ProxyCommand=") else {
            continue;
        };
        let program = command.split_whitespace().next().unwrap_or_default();
        if program.contains('/') {
            let value = Value::of(word).tail(&call.site, program);
            sink.path(&call.site, &value, Evidence::Operand, &call.directory);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tools::testing::of_commands;

    #[test]
    fn the_command_that_carries_the_connection_is_a_script() {
        assert_eq!(
            of_commands("ssh -o 'ProxyCommand=./ops/proxy.py %h %p' u@h ./x.sh"),
            ["path ./ops/proxy.py"]
        );
        assert_eq!(of_commands("ssh -o ProxyCommand=none u@h ./ops/x.sh"), [""; 0]);
    }
}
