//! Ports of this machine that commands call, against those that Compose publishes.

use crate::audit::resolve::index::Index;
use crate::audit::resolve::resolver::Resolver;
use crate::model::definition::Definition;
use crate::model::format;
use crate::model::kind::Kind;
use crate::model::reason::Reason;
use crate::model::reference::{Named, Reference, ReferenceContext, ReferenceKind, Resolution};
use crate::tools::lookup::answer::{broken, resolved, unverifiable};
use crate::tools::lookup::document::Document;

/// Ports.
pub(super) const RESOLVER: Resolver = Resolver {
    looks_up: |kind| matches!(kind, Kind::Port),
    resolve,
};

/// The most references of a block that are looked at for another port.
const NEAR: usize = 200;

/// A port of a Compose file.
struct Published<'source> {
    file: &'source str,
    definition: &'source Definition,
}

impl<'source> Published<'source> {
    fn service(&self) -> &'source str {
        self.definition.value.as_deref().unwrap_or_default()
    }
}

/// Anything may listen on a port of this machine. It is one of Compose for certain when the same block calls another one that Compose
/// publishes, and nothing in the text opens it.
fn resolve(index: &Index<'_>, document: &Document<'_>, reference: &Reference, named: &Named) -> Resolution {
    let files = index
        .source
        .definitions
        .values()
        .filter(|file| file.format == format::COMPOSE);
    let published: Vec<Published<'_>> = files
        .flat_map(|file| {
            file.of_kind(Kind::Port).map(|definition| Published {
                file: &file.path,
                definition,
            })
        })
        .collect();
    let owners = || published.iter().filter(|port| covers(&port.definition.name, &named.name));
    if let Some(owner) = owners().next() {
        let names: Vec<&str> = owners().map(Published::service).collect();
        let Some(said) = said_service(document, reference, &published, &names) else {
            return resolved(
                owner.file,
                Some(owner.definition.line),
                Reason::PortOf(owner.service().to_owned()),
            );
        };
        let reason = Reason::PortOfOther {
            port: named.name.clone(),
            said: said.to_owned(),
            actual: owner.service().to_owned(),
        };
        return Resolution {
            target: Some(owner.file.to_owned()),
            target_line: Some(owner.definition.line),
            ..broken(reason, None)
        };
    }
    let is_published = |other: &Reference| match &other.kind {
        ReferenceKind::Named(other) if other.kind == Kind::Port => {
            published.iter().any(|port| covers(&port.definition.name, &other.name))
        }
        _ => false,
    };
    let others = document
        .others_in_block(reference)
        .take(NEAR)
        .filter(|other| is_published(other));
    let names = others.filter_map(|other| match &other.kind {
        ReferenceKind::Named(other) => Some(other.name.as_str()),
        _ => None,
    });
    // The file that publishes what is called beside it.
    let beside: Vec<&str> = names.collect();
    let first = published
        .iter()
        .find(|port| beside.iter().any(|name| covers(&port.definition.name, name)))
        .filter(|_| reference.context == ReferenceContext::Command);
    let Some(first) = first else {
        return unverifiable(Reason::PortMaybe);
    };
    // Where several files publish, one port says little: it may be that of a program beside the services.
    let is_only = published.iter().all(|port| port.file == first.file);
    let is_among_published = is_only || beside.len() > 1;
    if is_among_published && !document.is_remote(reference.span.start) && !opens(&document.runbook.text, &named.name) {
        return broken(Reason::NoServicePublishes(named.name.clone(), first.file.to_owned()), None);
    }
    unverifiable(Reason::PortMaybe)
}

/// Whether a port is one of those that are published: `8080`, or `9000-9010`.
fn covers(published: &str, port: &str) -> bool {
    let number = |text: &str| text.parse::<u32>().ok();
    match published.split_once('-') {
        Some((first, last)) => match (number(first), number(last), number(port)) {
            (Some(first), Some(last), Some(port)) => (first..=last).contains(&port),
            _ => false,
        },
        None => published == port,
    }
}

/// Whether a text opens a port itself: forwards it, or tells a program to listen there.
fn opens(text: &str, port: &str) -> bool {
    text.match_indices(port).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + port.len()..].chars().next();
        if before.is_some_and(char::is_alphanumeric) || after.is_some_and(char::is_alphanumeric) {
            return false;
        }
        let hosts = ["localhost:", "127.0.0.1:", "0.0.0.0:"];
        !hosts.iter().any(|host| text[..at].ends_with(host))
    })
}

/// The service that the comment behind a command names, when only others publish the port: `# GL` behind the port of `payments`.
fn said_service<'source>(
    document: &Document<'_>,
    reference: &Reference,
    published: &[Published<'source>],
    owners: &[&str],
) -> Option<&'source str> {
    let line = document.behind(reference.span.end).lines().next()?;
    let (command, comment) = line.split_once('#')?;
    let word = comment.trim();
    let is_word = word.len() >= 2 && word.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
    if command.contains(['|', ';']) || !is_word {
        return None;
    }
    let is_called = |service: &&str| {
        service.eq_ignore_ascii_case(word) || service.split(['-', '_']).any(|part| part.eq_ignore_ascii_case(word))
    };
    if owners.iter().any(is_called) {
        return None;
    }
    published.iter().map(Published::service).find(is_called)
}

#[cfg(test)]
mod tests {
    use super::{covers, opens};
    use crate::audit::testing::{Fixture, named, tree};
    use crate::model::definition::{Definition, DefinitionFile};
    use crate::model::kind::Kind;
    use crate::model::place::Span;
    use crate::model::runbook::{CodeBlock, CodeKind};

    #[test]
    fn ranges_cover_their_ports() {
        assert!(covers("8080", "8080") && covers("9000-9002", "9001"));
        assert!(!covers("8080", "808") && !covers("9000-9002", "9003"));
    }

    #[test]
    fn a_text_that_forwards_a_port_opens_it() {
        assert!(opens("kubectl port-forward svc/x 8082:80", "8082"));
        assert!(opens("PORT=8082 ./serve", "8082"));
        assert!(!opens("curl http://localhost:8082/x", "8082"));
        assert!(!opens("curl http://localhost:18082/x", "8082"));
    }

    #[test]
    fn one_port_says_little_where_several_files_publish() {
        let file = |path: &str, port: &str| DefinitionFile {
            definitions: vec![Definition {
                kind: Kind::Port,
                name: port.to_owned(),
                value: Some("x".to_owned()),
                line: 3,
                ..Definition::default()
            }],
            ..DefinitionFile::complete(path, "compose")
        };
        let status = |text: &str, ports: &[&str]| {
            let mut fixture = of_block(text, ports)
                .with(file("a/compose.yml", "8086"))
                .with(file("b/compose.yml", "8088"));
            fixture.path = "docs/runbook.md".to_owned();
            format!("{:?}", fixture.resolutions().pop().map(|one| one.status))
        };
        assert_eq!(
            status("curl localhost:8086\ncurl localhost:8082\n", &["8086", "8082"]),
            "Some(Unverifiable)"
        );
        assert_eq!(
            status(
                "curl localhost:8086\ncurl localhost:8088\ncurl localhost:8082\n",
                &["8086", "8088", "8082"]
            ),
            "Some(Broken)"
        );
    }

    /// A runbook of one block that calls some ports.
    fn of_block(text: &str, ports: &[&str]) -> Fixture {
        let mut fixture = tree(&["compose.yml"]).says(text);
        fixture.runbook.code_blocks.push(CodeBlock {
            language: "bash".to_owned(),
            kind: CodeKind::Shell,
            span: Span::new(0, text.len()),
            content: Span::new(0, text.len()),
            text: text.to_owned(),
            commands: Vec::new(),
            blanks: Vec::new(),
            section: None,
        });
        for port in ports {
            let at = text.rfind(port).expect("the port is in the text");
            let mut reference = named(Kind::Port, port, &[], "");
            reference.span = Span::new(at, at + port.len());
            fixture.runbook.references.push(reference);
        }
        fixture
    }

    /// What comes of the ports that a block calls where Compose publishes `8086` for `ar`, `8088` for `payments` and `8090` for `gl`.
    fn outcomes(text: &str, ports: &[&str]) -> Vec<String> {
        let port = |name: &str, service: &str| Definition {
            kind: Kind::Port,
            name: name.to_owned(),
            value: Some(service.to_owned()),
            line: 3,
            ..Definition::default()
        };
        let compose = DefinitionFile {
            definitions: vec![port("8086", "ar"), port("8088", "payments"), port("8090", "gl")],
            ..DefinitionFile::complete("compose.yml", "compose")
        };
        let fixture = of_block(text, ports).with(compose);
        let outcomes = fixture.resolutions();
        outcomes
            .iter()
            .map(|one| format!("{:?}: {}", one.status, one.reason))
            .collect()
    }

    #[test]
    fn a_port_that_nobody_publishes_is_missing_beside_one_that_is() {
        assert_eq!(
            outcomes(
                "curl http://localhost:8086/h\ncurl http://localhost:8082/h\n",
                &["8086", "8082"]
            ),
            [
                "Resolved: the port of `ar`",
                "Broken: no service of `compose.yml` publishes port 8082"
            ]
        );
        assert_eq!(
            outcomes("curl http://localhost:3000/h\n", &["3000"]),
            ["Unverifiable: something else may listen there"]
        );
        assert_eq!(
            outcomes(
                "ssh -L 8082:x:80 h\ncurl http://localhost:8086/h\ncurl localhost:8082\n",
                &["8086", "8082"]
            )[1],
            "Unverifiable: something else may listen there"
        );
    }

    #[test]
    fn the_comment_behind_a_call_names_the_service() {
        assert_eq!(
            outcomes("curl http://localhost:8088/h # GL\n", &["8088"]),
            ["Broken: port 8088 is that of `payments` and not of `gl`"]
        );
        for text in [
            "curl http://localhost:8088/h # Payments\n",
            "curl http://localhost:8088/h # check twice\n",
        ] {
            assert_eq!(outcomes(text, &["8088"]), ["Resolved: the port of `payments`"], "{text}");
        }
    }
}
