//! The usual names of runbooks, and of what looks like one and is none. All globs match regardless of case.

/// The endings of texts that are read as Markdown, as a part of a glob.
pub(crate) const MARKDOWN: &str = "{md,markdown,mdx,md.erb}";

/// The endings of texts that are named and not read, as a part of a glob.
pub(crate) const UNREAD: &str = "{adoc,asciidoc,asc,rst,org,textile}";

/// Globs of runbooks under the usual names, without their endings.
const RUNBOOKS: &[&str] = &[
    "**/{runbook,runbooks,playbook,playbooks}/**/*",
    "**/*{runbook,playbook}*",
    "**/RELEASING*",
    "RELEASE",
    "RELEASE[-_ ]*",
    ".github/{RELEASE,RELEASE[-_ ]*}",
    "{apps,components,crates,libs,modules,packages,projects,services}/*/{RELEASE,RELEASE[-_ ]*}",
    "{PUBLISH,ROLLBACK,DEPLOY,OPERATIONS,OPERATING,ONCALL,ON-CALL,INCIDENT,DISASTER,RESTORE}*",
    "{api,app,backend,client,frontend,infra,infrastructure,server,web}/{DEPLOY,ROLLBACK}*",
    ".github/{PUBLISH,ROLLBACK,DEPLOY,ONCALL,ON-CALL,INCIDENT}*",
    "{oncall,on-call,sop,sops,ops,operations,releasing,release,release-process,release_process}/**/*",
    "{doc,docs,documentation}/{release,publishing}*",
    "{doc,docs,documentation}/**/*releasing*",
    "{doc,docs,documentation}/**/release[-_ ]{process,procedure,checklist,guide,steps,instructions,manager,management}*",
    "{doc,docs,documentation}/**/{howto,howtos,how-to,how-tos}/**/release*",
    "{doc,docs,documentation}/**/deploy*",
    "{doc,docs,documentation}/**/{operations,rollback,oncall,on-call,incident,disaster,backup,restore,troubleshoot}*",
    "{doc,docs,documentation}/**/{release,releasing,oncall,on-call,sop,sops,incident*,disaster*}/**/*",
    "{doc,docs,documentation}/{operations,ops,maintainers,troubleshooting,restore*,deploy,deployment,deployments}/**/*",
    "**/docs/{release,deploy,rollback,oncall,on-call,incident}*",
    "{doc,docs,documentation}/releases/*{process,procedure,checklist}*",
    "{contribute,contributing}/**/*release*",
    "{doc,docs,documentation}/**/{contribute,contributing,contributor*,developer*,development,dev,maintainers,internals}/**/*release*",
    "**/*{incident-response,incident_response,disaster-recovery,disaster_recovery}*",
    "**/{HOWTO,HOW-TO,HOW_TO}[-_]RELEASE*",
    "**/{handbooks,*-handbooks}/**/*",
    "{doc,docs,documentation}/**/*handbook*",
    "{doc,docs,documentation}/handbook/**/*",
];

/// Globs of files that are no runbooks although their folder or name says so, with their endings.
const EXCLUDE: &[&str] = &[
    "**/CHANGELOG*",
    "**/{archive,archived,adr,adrs,rfc,rfcs}/**",
    "**/{.,_}{archive,archived,archives,deprecated,legacy,old}/**",
    "**/{doc,docs,documentation,runbook,runbooks,playbooks}/**/{attic,deprecated,legacy,obsolete,retired}/**",
    "**/{rollback,rotation,drill,operations,release}-log*.md",
    "**/logs/**",
    "**/releases/*/**",
    "**/{release,releases}/v[0-9]*",
    "**/{release,releases}/[0-9]*",
    "**/{release,releases}/{release,version}[-_]{,v}[0-9]*",
    "**/releases/{README,index,notes}*",
    "**/releases.*",
    "**/release{-,_, }{,v}[0-9]*.[0-9]*",
    "**/*release{-,_, }note*",
    "**/*release{-,_, }notes/**",
    "**/releasenote*",
    "**/{CLAUDE,AGENTS,GEMINI,SKILL}.*",
    "**/.{agent,agents,claude,codex,cursor,gemini,kiro,opencode,roo,windsurf}/**",
    ".github/{agents,chatmodes,instructions,prompts,skills}/**",
    "**/{plans,prompts,spec,specs,*[-_]spec,*[-_]specs}/**",
    "**/*prompt.*",
    "**/{release,deployment,deploy,implementation,migration,remediation,test}{-,_, }plan*",
    "**/*pull{-,_}request{-,_}template*",
    "**/*pull{-,_}request{-,_}template/**",
    "**/issue{-,_}template/**",
    "**/{blog,_posts}/**",
    "**/{fixtures,testdata}/**",
    "**/node_modules/**",
    "**/{third_party,third-party}/**",
    "**/{vendor,vendored}/**",
    "{doc,docs,documentation}/upstream/**",
    "**/*{playbook,runbook}{-,_, }{log,plan,prompt}.*",
    "**/_index.*",
    "**/archetypes/**",
    "**/example.*",
    "**/{_,}template{,s}.{md,markdown,mdx}",
    "**/*{runbook,playbook,post-mortem,postmortem,incident}{-,_}template.{md,markdown,mdx}",
    // Reports, by their names, their days and their folders.
    "**/*{report,reports,findings,summary,results,retrospective,retro,gaps,gap-analysis,assessment,investigation,decision,decisions,[-_]journal}.{md,markdown,mdx}",
    "**/*{deploy,deployment,release,migration,project,implementation}{-,_}{analysis,status,audit,progress}*",
    "**/*{deploy,deployment}{-,_}{ready,activated,complete,completed,evidence,notes,final-status,final_status}.{md,markdown,mdx}",
    "**/*{19,20}[0-9][0-9][-_.][01][0-9]*",
    "**/*{19,20}[0-9][0-9][-_.][01][0-9]{,[-_.][0-3][0-9]}/**",
    "**/*{issue,issues,session,sprint,standup,meeting}{-,_, }log*",
    "**/{changes[-_ ],todo,to-do}*",
    "**/*{gameplan,game-plan,game_plan,roadmap}*",
    "**/*{recommendation,recommendations}.{md,markdown,mdx}",
    "{doc,docs,documentation}/{analysis,audits,evidence,history,investigations,postmortems,post-mortems,progress,proposals,reports,research,retrospectives,reviews,specs}/**",
    "**/{doc,docs,documentation}/{research,reviews,audits,reports}/**",
];

/// The first of the globs that tell reports.
const FIRST_REPORT: &str = "**/*{report,reports,findings,summary,results,retrospective,retro,gaps,gap-analysis,assessment,investigation,decision,decisions,[-_]journal}.{md,markdown,mdx}";

/// Globs of runbooks in a repository whose name says that it holds runbooks and nothing else, without their endings.
const COLLECTION: &[&str] = &["**/*"];

/// Globs of files that are no runbooks even there: they speak of the repository itself.
const ABOUT: &[&str] = &[
    "{README,CONTRIBUTING,CODE_OF_CONDUCT,SECURITY,LICENSE,SUPPORT}*",
    ".*/**",
    "**/TEMPLATE*",
    "**/*template.md",
    "**/SUMMARY.md",
];

/// Globs of files of which the part about releasing is a runbook, without their endings.
const PARTS: &[&str] = &[
    "{CONTRIBUTING,MAINTAINERS,MAINTAINING,MAINTAINER{-,_,}GUIDE,MAINTAINERS{-,_,}GUIDE}*",
    "{.github,doc,docs}/{CONTRIBUTING,MAINTAINERS,MAINTAINING,MAINTAINER{-,_,}GUIDE,MAINTAINERS{-,_,}GUIDE}*",
];

/// Of a glob that leaves files out, what kind of text those are, where that says more than the glob.
pub(crate) fn kind_of_excluded(glob: &str) -> Option<&'static str> {
    let at = EXCLUDE.iter().position(|known| *known == glob)?;
    let of = |glob: &str| EXCLUDE.iter().position(|known| *known == glob);
    if at >= of(FIRST_REPORT)? {
        return Some("a report, or a text of one day");
    }
    match glob {
        "**/_index.*" => Some("the front page of a section"),
        "**/archetypes/**"
        | "**/example.*"
        | "**/{_,}template{,s}.{md,markdown,mdx}"
        | "**/*{runbook,playbook,post-mortem,postmortem,incident}{-,_}template.{md,markdown,mdx}" => Some("a template"),
        _ => None,
    }
}

/// The globs of runbooks under the usual names.
pub(crate) fn runbooks() -> Vec<String> {
    with_ending(RUNBOOKS, MARKDOWN)
}

/// The globs of files that are no runbooks.
pub(crate) fn exclude() -> Vec<String> {
    owned(EXCLUDE)
}

/// The globs of runbooks in a repository that holds nothing else.
pub(crate) fn collection() -> Vec<String> {
    with_ending(COLLECTION, MARKDOWN)
}

/// The globs of files that are no runbooks even there.
pub(crate) fn about() -> Vec<String> {
    owned(ABOUT)
}

/// The globs of files of which a part is a runbook.
pub(crate) fn parts() -> Vec<String> {
    with_ending(PARTS, MARKDOWN)
}

/// Globs with another ending than Markdown has: for texts that would be runbooks if they could be read.
pub(crate) fn unread(globs: &[String]) -> Vec<String> {
    let endings = [MARKDOWN, "{md,markdown}", "md"];
    let other = |glob: &String| {
        let stem = endings.iter().find_map(|ending| glob.strip_suffix(&format!(".{ending}")))?;
        Some(format!("{stem}.{UNREAD}"))
    };
    globs.iter().filter_map(other).collect()
}

/// The globs as values of their own.
fn owned(globs: &[&str]) -> Vec<String> {
    globs.iter().map(|&glob| glob.to_owned()).collect()
}

fn with_ending(globs: &[&str], ending: &str) -> Vec<String> {
    globs.iter().map(|glob| format!("{glob}.{ending}")).collect()
}
