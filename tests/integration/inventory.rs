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
