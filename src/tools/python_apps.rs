//! Programs that load a module of Python: `uvicorn app.main:app`, `celery -A app.tasks worker`, `flask --app app.web run`.

use crate::command::arguments::{Argument, Arguments};
use crate::command::call::Call;
use crate::command::placeholder::in_name;
use crate::command::sink::{Sink, Value};
use crate::model::kind::Kind;
use crate::tools::files::files;
use crate::tools::tool::{NONE, Tool};

/// Servers, which are given the module as their operand.
pub(crate) const SERVERS: Tool = Tool {
    names: &["uvicorn", "gunicorn", "hypercorn", "daphne", "granian"],
    calls: |call, sink| {
        files(call, sink);
        let is_elsewhere =
            |word: &str| word.starts_with("--app-dir") || word.starts_with("--chdir") || word.starts_with("--pythonpath");
        if call.arguments().iter().any(|word| is_elsewhere(&word.text)) {
            return;
        }
        // An operand with a colon is never the value of an option that takes no address.
        for argument in Arguments::new(call.arguments(), VALUED) {
            if let Argument::Operand(word) = argument {
                return module(call, &Value::of(word), sink);
            }
        }
    },
    ..NONE
};

/// Options of the servers that take a value.
const VALUED: &[&str] = &[
    "-b", "--bind", "-c", "--config", "-k", "--worker-class", "-w", "--workers", "-t", "--timeout", "-p", "--port", "-h",
    "--host", "--access-logfile", "--error-logfile", "--log-level", "--log-config", "--threads", "--max-requests", "--env-file",
    "--ssl-keyfile", "--ssl-certfile", "--root-path", "--uds", "--loop", "--interface", "-e", "--env", "--name", "-n",
    "--reload-dir", "--forwarded-allow-ips", "--keep-alive", "--graceful-timeout", "-u", "--user", "-g", "--group", "--umask",
];

/// Programs that take the module as the value of an option.
pub(crate) const OPTIONS: Tool = Tool {
    names: &["celery", "flask"],
    calls: |call, sink| {
        files(call, sink);
        for argument in Arguments::new(call.arguments(), &["-A", "--app"]) {
            match argument {
                Argument::Option { name: "--workdir", .. } => return,
                Argument::Option {
                    name: "-A" | "--app",
                    value: Some(value),
                    ..
                } => {
                    // A package may take in such an object of one of its modules.
                    let last = value.text.rsplit('.').next().unwrap_or_default();
                    if !last.contains("app") && last != "celery" {
                        module(call, &value, sink);
                    }
                    return;
                }
                _ => {}
            }
        }
    },
    ..NONE
};

/// The module of `app.main:app`, which is one only with a dot: a word alone may be any module that is installed.
fn module(call: &Call<'_>, value: &Value<'_>, sink: &mut Sink) {
    let name = value.text.split(':').next().unwrap_or_default();
    let is_module = name.split('.').count() > 1
        && name.split('.').all(|part| {
            part.starts_with(|char: char| char.is_ascii_alphabetic() || char == '_')
                && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        });
    if is_module && !in_name(name) {
        sink.other(&call.site, &value.range, Kind::PythonModule, name, &call.directory);
    }
}

#[cfg(test)]
mod tests {
    use crate::tools::testing::of_commands;

    #[test]
    fn a_module_with_a_dot_is_one() {
        assert_eq!(
            of_commands(
                "uvicorn app.main:app --reload\ngunicorn -w 4 -b 0.0.0.0:80 app.wsgi\ncelery -A app.tasks worker\nflask --app app.web run"
            ),
            [
                "python-module app.main", "python-module app.wsgi", "python-module app.tasks", "python-module app.web"
            ]
        );
        assert_eq!(
            of_commands("uvicorn main:app\nuvicorn $APP\nuvicorn --app-dir src app.main:app\ncelery -A proj worker"),
            [""; 0]
        );
    }
}
