use proptest::prelude::proptest;

use super::parse;
use crate::model::evidence::Content;
use crate::parse::recognise::read;

#[test]
fn what_is_said_of_vulnerabilities_is_read_as_in_json() {
    let text = r#"<bom xmlns="http://cyclonedx.org/schema/bom/1.5"><components><component type="library" bom-ref="r"><name>a</name><version>1</version>
            <scope>optional</scope><hashes><hash alg="SHA-1">0123456789abcdef0123</hash><hash alg="SHA-256">fedcba98765432100123</hash></hashes>
            <purl>pkg:npm/a@1</purl></component></components><vulnerabilities>
            <vulnerability><id>CVE-1</id><source><name>NVD</name></source><analysis><state>false_positive</state><justification>code_not_present</justification>
              <detail>no</detail></analysis><affects><target><ref>r</ref></target><target><ref>urn:cdx:x</ref></target></affects></vulnerability>
            <vulnerability><id>CVE-2</id></vulnerability>
            <vulnerability><id>CVE-3</id><analysis><state>exploitable</state><detail>yes</detail><lastUpdated>2026-01-02T00:00:00Z</lastUpdated></analysis></vulnerability>
            </vulnerabilities></bom>"#;
    let Content::Sbom(sbom) = read(text.as_bytes(), None).content else {
        panic!("it is read");
    };
    let said: Vec<_> = sbom
        .statements
        .iter()
        .map(|said| {
            (
                said.vulnerability.as_str(),
                said.status.as_str(),
                said.justification.as_str(),
                said.products.join(" "),
            )
        })
        .collect();
    assert_eq!(
        said,
        [
            (
                "CVE-1",
                "not_affected",
                "code_not_present",
                "pkg:npm/a@1 urn:cdx:x".to_owned()
            ),
            ("CVE-3", "affected", "yes", String::new())
        ]
    );
    assert_eq!(
        (sbom.vulnerabilities, sbom.statements[1].at.as_deref()),
        (3, Some("2026-01-02T00:00:00Z"))
    );
    let component = &sbom.components[0];
    assert_eq!(component.scope.word(), "optional");
    assert_eq!(
        component.hash.map(|hash| hash.to_string()).as_deref(),
        Some("sha256 fedcba9876543210…"),
        "the stronger one"
    );
}

#[test]
fn only_components_of_the_bill_of_materials_are_counted() {
    let text = r#"<?xml version="1.0"?><bom xmlns="http://cyclonedx.org/schema/bom/1.5" version="1"><metadata><timestamp>2026-01-02T00:00:00Z</timestamp>
            <tools><components><component type="application"><group>x</group><name>cdx</name><version>6.0</version></component></components></tools>
            <component type="application" bom-ref="root"><name>app</name><version>1.0</version></component></metadata>
            <components><component type="library" bom-ref="a"><supplier><name>S</name></supplier><group>@s</group><name>a</name><version>1.0</version>
              <hashes><hash alg="SHA-1">0000000000000000000000000000000000000000</hash></hashes><licenses><license><id>MIT</id></license><license><name>A &amp; B</name></license></licenses>
              <purl>pkg:npm/%40s/a@1.0?x=1&amp;y=2</purl><pedigree><ancestors><component><name>old</name></component></ancestors></pedigree>
              <components><component type="library"><name>inner</name></component></components></component></components>
            <dependencies><dependency ref="root"><dependency ref="a"/><provides ref="z"/></dependency><dependency ref="a"/></dependencies>
            <vulnerabilities><vulnerability><id>CVE-1</id></vulnerability></vulnerabilities></bom>"#;
    let artifact = read(text.as_bytes(), Some("cyclonedx-xml"));
    assert_eq!(artifact.problems, []);
    let Content::Sbom(sbom) = artifact.content else {
        panic!("it is read");
    };
    let shown: Vec<_> = sbom
        .components
        .iter()
        .map(|c| {
            format!(
                "{}={} {} [{}] {} {} {:?}",
                c.identity, c.name, c.version, c.licence, c.supplier, c.has_hash, c.is_direct
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            "pkg:npm/@s/a?x=1&y=2=@s/a 1.0 [A & B AND MIT] S true Some(true)",
            "inner=inner  []  false Some(false)"
        ]
    );
    assert_eq!(
        (sbom.standard_version.as_str(), sbom.subject.as_deref()),
        ("1.5", Some("app 1.0"))
    );
    assert_eq!(sbom.tools, ["cdx 6.0"]);
    let counts = [
        sbom.top_level, sbom.edges, sbom.dependency_records, sbom.vulnerabilities, sbom.purls,
    ];
    assert_eq!(counts, [1, 1, 2, 1, 1]);
}

#[test]
fn parts_of_the_subject_and_bare_nesting_are_read_and_what_the_schema_forbids_is_told() {
    let text = "<bom xmlns='http://cyclonedx.org/schema/bom/1.5'><metadata><timestamp>soon</timestamp><component type='application'><name>app</name>
            <components><component type='library'><name>part</name></component></components></component></metadata>
            <components><component type='library'><name>a</name><hashes><hash alg='MD5'>1</hash></hashes><licenses><license><url>x</url></license></licenses>
            <component><name>bare</name></component></component></components></bom>";
    let artifact = read(text.as_bytes(), None);
    let words: Vec<_> = artifact.problems.iter().map(|problem| problem.message.as_str()).collect();
    assert_eq!(
        words,
        [
            "1 component has no type, which the schema forbids",
            "1 hash is not as its algorithm has it, which the schema forbids",
            "1 choice of licence is none, or is two, which the schema forbids",
            "1 time is none, which the schema forbids"
        ]
    );
    let Content::Sbom(sbom) = artifact.content else {
        panic!("it is read");
    };
    assert_eq!((sbom.components.len(), sbom.parts.len(), sbom.top_level), (2, 1, 1));
    assert_eq!(sbom.subject.as_deref(), Some("app"));
}

#[test]
fn half_a_file_is_refused() {
    let artifact = parse("<bom xmlns='http://cyclonedx.org/schema/bom/1.4'><components>");
    assert!(matches!(artifact.content, Content::Unread));
    assert_eq!(artifact.problems[0].message, "the file ends inside of an element");
}

proptest! {
    #[test]
    fn any_mixture_of_elements_is_read(
        text in "<bom xmlns=\"http://cyclonedx.org/schema/bom/1.4\">(<(components|component|name|purl|dependencies|dependency|metadata)/?>|</(components|component|name)>|pkg:a/b@1|é){0,14}</bom>"
    ) {
        let _ = parse(&text);
    }
}

#[test]
fn what_stands_in_extensions_is_told_and_not_read() {
    let text = r#"<bom xmlns="http://cyclonedx.org/schema/bom/1.1" xmlns:v="http://cyclonedx.org/schema/ext/vulnerability/1.0" xmlns:dg="http://cyclonedx.org/schema/ext/dependency-graph/1.0">
        <components><component type="library"><name>a</name><v:vulnerabilities><v:vulnerability/></v:vulnerabilities></component></components>
        <dg:dependencies><dg:dependency ref="a"/></dg:dependencies></bom>"#;
    let artifact = read(text.as_bytes(), None);
    let problems: Vec<_> = artifact.problems.iter().map(|problem| problem.message.as_str()).collect();
    assert_eq!(
        problems,
        ["2 dependencies and vulnerabilities stand in extensions of CycloneDX, which are not read"]
    );
}
