//! `component` and `advisory`, and their pages: which releases contain something, when it came and went.

use crate::support::Folder;

fn bill(components: &[(&str, &str)]) -> String {
    let components: Vec<String> = components
        .iter()
        .map(|(name, version)| {
            format!(r#"{{"type":"library","name":"{name}","version":"{version}","purl":"pkg:npm/{name}@{version}"}}"#)
        })
        .collect();
    format!(
        r#"{{"bomFormat":"CycloneDX","specVersion":"1.5","version":1,"components":[{}]}}"#,
        components.join(",")
    )
}

fn scan(hits: &[(&str, &str, &str)]) -> String {
    let hits: Vec<String> = hits
        .iter()
        .map(|(id, package, version)| {
            format!(r#"{{"VulnerabilityID":"{id}","PkgName":"{package}","InstalledVersion":"{version}","Severity":"HIGH"}}"#)
        })
        .collect();
    format!(
        r#"{{"SchemaVersion":2,"ArtifactName":"shop","Results":[{{"Target":"package-lock.json","Class":"lang-pkgs","Vulnerabilities":[{}]}}]}}"#,
        hits.join(",")
    )
}

fn shop() -> Folder {
    let folder = Folder::with(&[("docs/runbooks/release.md", "# Release\n")]);
    let releases = [
        ("v1.0.0", bill(&[("lodash", "4.17.20"), ("left-pad", "1.3.0")]), scan(&[])),
        (
            "v1.1.0",
            bill(&[("lodash", "4.17.20")]),
            scan(&[("CVE-2021-23337", "lodash", "4.17.20")]),
        ),
        ("v1.2.0", bill(&[("lodash", "4.17.21")]), scan(&[])),
    ];
    for (version, bill, scan) in &releases {
        let path = |file: &str| format!("releases/{version}/evidence/{file}");
        folder.commit(
            version,
            &[(&path("sbom/shop.cdx.json"), bill), (&path("scan/trivy.json"), scan)],
        );
        folder.git(&["tag", version]);
    }
    folder
}

#[test]
fn a_component_is_found_in_the_releases_that_contain_it() {
    let folder = shop();
    let ran = folder.run(&["component", "lodash@<4.17.21"]);
    assert_eq!(ran.code, 1, "{}{}", ran.stdout, ran.stderr);
    let lines: Vec<&str> = ran.stdout.lines().filter(|line| line.contains("pkg:npm/lodash")).collect();
    assert_eq!(lines.len(), 2, "{}", ran.stdout);
    assert!(lines[0].contains("v1.1.0") && lines[1].contains("v1.0.0"), "{}", ran.stdout);
    let ran = folder.run(&["component", "react"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("looked at 3 releases"), "{}", ran.stdout);
    let nothing = Folder::with(&[("docs/runbooks/release.md", "# Release\n")]);
    assert_eq!(nothing.run(&["component", "react"]).code, 3, "nothing was looked at");
}

#[test]
fn an_advisory_says_when_it_came_and_went_and_why() {
    let folder = shop();
    let ran = folder.run(&["advisory", "cve-2021-23337"]);
    assert_eq!(ran.code, 0, "the newest scan does not find it: {}{}", ran.stdout, ran.stderr);
    for words in [
        "went with v1.2.0: the component went from 4.17.20 to 4.17.21",
        "came with v1.1.0: the component is the same",
        "in v1.1.0: lodash 4.17.20, open",
    ] {
        assert!(ran.stdout.contains(words), "{words}\n{}", ran.stdout);
    }
    let ran = folder.run(&["advisory", "CVE-0", "--format", "json"]);
    assert_eq!(ran.code, 0);
    assert!(ran.stdout.contains("\"found\": []"), "{}", ran.stdout);
}

#[test]
fn the_pages_lead_from_the_list_to_the_component_and_its_advisory() {
    let folder = shop();
    let ran = folder.run(&["build"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let list = folder.read("site/components/index.html");
    assert!(
        list.contains("href=\"../components/of/pkg~3anpm~2flodash/index.html\""),
        "{list}"
    );
    assert!(list.contains("No longer contained"), "{list}");
    let page = folder.read("site/components/of/pkg~3anpm~2flodash/index.html");
    assert!(page.contains("advisories/cve-2021-23337/index.html"), "{page}");
    assert!(page.contains("4.17.20") && page.contains("4.17.21"));
    let advisory = folder.read("site/advisories/cve-2021-23337/index.html");
    assert!(advisory.contains("the component went from 4.17.20 to 4.17.21"), "{advisory}");
    let release = folder.read("site/releases/v1.2.0/index.html");
    assert!(
        release.contains("advisories/cve-2021-23337/index.html"),
        "it went with this release"
    );
}

/// A bill whose subject needs `a`, which needs `b`; with licences.
fn bill_with_ways(version: &str, with_b: bool) -> String {
    let component = |name: &str, licence: &str| {
        format!(
            r#"{{"type":"library","bom-ref":"{name}","name":"{name}","version":"{version}","purl":"pkg:npm/{name}@{version}","licenses":[{{"expression":"{licence}"}}]}}"#
        )
    };
    let b = if with_b {
        format!(",{}", component("b", "MIT AND AGPL-3.0-only"))
    } else {
        String::new()
    };
    let edges = if with_b { r#"["b"]"# } else { "[]" };
    format!(
        r#"{{"bomFormat":"CycloneDX","specVersion":"1.5","version":1,"metadata":{{"component":{{"type":"application","bom-ref":"app","name":"shop"}}}},"components":[{}{b},{{"type":"library","name":"nameless"}}],"dependencies":[{{"ref":"app","dependsOn":["a"]}},{{"ref":"a","dependsOn":{edges}}}]}}"#,
        component("a", "MIT OR GPL-3.0-only")
    )
}

fn licensed() -> Folder {
    let policy = "[licences]\nallow = [\"MIT\"]\ndeny = [\"AGPL-*\", \"GPL-*\"]\n";
    let folder = Folder::with(&[("docs/runbooks/release.md", "# Release\n"), ("runproof.toml", policy)]);
    for (version, number, with_b) in [("v1.0.0", "2.0.0", false), ("v1.1.0", "1.9.0", true)] {
        let path = format!("releases/{version}/evidence/sbom/shop.cdx.json");
        folder.commit(version, &[(&path, &bill_with_ways(number, with_b))]);
        folder.git(&["tag", version]);
    }
    folder
}

#[test]
fn a_denied_licence_of_the_newest_release_is_an_error_and_an_unstated_one_a_warning() {
    let folder = licensed();
    let ran = folder.run(&["lint", "--format", "json", "--today", "2030-01-01"]);
    let value: serde_json::Value = serde_json::from_str(&ran.stdout).expect("the output is JSON");
    let findings = value["findings"].as_array().expect("findings are a list");
    let told: Vec<(&str, &str)> = findings
        .iter()
        .filter_map(|finding| Some((finding["rule"].as_str()?, finding["message"].as_str()?)))
        .filter(|(rule, _)| rule.starts_with("licence-"))
        .collect();
    assert_eq!(
        told,
        [
            (
                "licence-denied",
                "`MIT AND AGPL-3.0-only` is denied, and v1.1.0 contains it: `b`"
            ),
            (
                "licence-to-review",
                "no licence is stated, and v1.1.0 contains it: `nameless`"
            ),
        ]
    );
    assert_eq!(ran.code, 1);
}

#[test]
fn what_is_new_says_through_what_it_came_and_what_became_older_says_so() {
    let folder = licensed();
    let ran = folder.run(&["diff", "v1.0.0", "v1.1.0", "--components"]);
    assert_eq!(
        ran.stdout,
        "Components: 2 changed, 1 is the same\n  older    a 2.0.0 -> 1.9.0\n  added    b 1.9.0  through a\n"
    );
    folder.run(&["build", "--today", "2030-01-01"]);
    let page = folder.read("site/licences/index.html");
    for words in [
        "Denied",
        "MIT AND AGPL-3.0-only",
        "not stated",
        "2 not allowed by the settings",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
}

/// A repository with a release that holds the fixtures of attestations: an artifact, provenance of it, and the trust root.
fn attested(settings: &str) -> Folder {
    let fixture = |name: &str| {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/attestations");
        std::fs::read_to_string(folder.join(name)).expect("the fixture is there")
    };
    let release = "# Release\n\nA tag publishes:\n\n- the wheels of `app` and `worker`;\n- `app-sbom.json`.\n";
    let folder = Folder::with(&[
        ("docs/runbooks/release.md", release),
        ("trust/root.json", &fixture("trusted_root.json")),
        ("runproof.toml", settings),
    ]);
    let at = |file: &str| format!("releases/v1.0.0/evidence/{file}");
    folder.commit(
        "v1.0.0",
        &[
            (&at("dist/app-1.0.0-py3-none-any.whl"), &fixture("app-1.0.0-py3-none-any.whl")),
            (&at("dist/worker-1.0.0-py3-none-any.whl"), "another wheel"),
            (&at("provenance/app.sigstore.json"), &fixture("provenance.sigstore.json")),
        ],
    );
    folder.git(&["tag", "v1.0.0"]);
    folder
}

const SIGNER: &str = "[attestations]\ntrusted-roots = [\"trust/root.json\"]\n\n[[attestations.signers]]\nissuer = \"https://token.example.org\"\nidentity = \"https://github.example/team/app/.github/workflows/*@refs/tags/*\"\n";

#[test]
fn artifacts_stand_beside_what_proves_them() {
    let checks = cfg!(feature = "attestations");
    let without_signers = SIGNER.split("\n\n").next().expect("it has two parts");
    let other = SIGNER.replace("team/app", "team/other");
    for (settings, expected) in [
        ("", "not-checked"),
        (SIGNER, "verified"),
        (without_signers, "signer-not-judged"),
        (other.as_str(), "signature-failed"),
        ("[attestations]\ntrusted-roots = [\"trust/none.json\"]\n", "not-checked"),
    ] {
        let folder = attested(settings);
        let built = folder.run(&["build", "--out", "site"]);
        assert_eq!(built.code, 0, "{}", built.stderr);
        let twin: serde_json::Value = serde_json::from_str(&folder.read("site/provenance/index.json")).expect("it is JSON");
        let proofs = &twin["facts"]["proofs"];
        let rows = proofs["rows"].as_array().expect("there are rows");
        let provenance = &rows[0]["provenance"][0];
        assert_eq!(provenance["digest"], "digest-matches");
        assert_eq!(
            provenance["signature"],
            if checks { expected } else { "not-checked" },
            "{settings}"
        );
        assert_eq!(rows[1]["has_provenance"], false, "the other wheel has none");
        assert_eq!(proofs["missing"][0]["name"], "app-sbom.json");
        assert_eq!(
            (&proofs["declared"], proofs["missing"].as_array().map(Vec::len)),
            (&3.into(), Some(1))
        );
        let page = folder.read("site/provenance/index.html");
        assert!(page.contains("No attestation of how it was built"), "{page}");
        assert_eq!(page.contains("Signature verified"), checks && expected == "verified");
        let verified = folder.run(&["verify"]).stdout;
        let told = match (checks, expected) {
            (true, "verified") => !verified.contains("signature"),
            (true, "signature-failed") => {
                verified.contains("signature: the signature of a statement does not hold: it is signed by")
            }
            _ => verified.contains("not checked: 1 signature of statements about artifacts, in v1.0.0: "),
        };
        assert!(told, "{settings}: {verified}");
    }
}

#[test]
fn tables_are_written_for_other_programs() {
    let folder = shop();
    let ran = folder.run(&["export", "--out", "lake", "--name", "shop"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(
        ran.stderr.contains("components 4") && ran.stderr.contains("releases 3"),
        "{}",
        ran.stderr
    );
    let rows = |table: &str| -> Vec<serde_json::Value> {
        let text = folder.read(&format!("lake/{table}.ndjson"));
        text.lines()
            .map(|line| serde_json::from_str(line).expect("a line is JSON"))
            .collect()
    };
    let shipped: Vec<String> = rows("components")
        .iter()
        .filter(|row| row["name"] == "lodash" && row["version"] == "4.17.20")
        .map(|row| row["release"].to_string())
        .collect();
    assert_eq!(shipped, ["\"v1.1.0\"", "\"v1.0.0\""]);
    let advisories = rows("advisories");
    assert_eq!((advisories.len(), &advisories[0]["advisory"]), (1, &"CVE-2021-23337".into()));
    assert_eq!(rows("runbooks")[0]["path"], "docs/runbooks/release.md");
    let first = folder.read("lake/components.ndjson");
    folder.run(&["export", "--out", "lake", "--name", "shop"]);
    assert_eq!(folder.read("lake/components.ndjson"), first, "the same bytes");
    assert_ne!(folder.run(&["export"]).code, 0);
    let parquet = folder.run(&["export", "--format", "parquet", "--out", "lake"]);
    assert_eq!(
        parquet.code,
        if cfg!(feature = "parquet") { 0 } else { 2 },
        "{}",
        parquet.stderr
    );
}
