"""Validates what `runproof lint` writes against schemas: ours, and those that others publish.

Usage: validate.py PROGRAM REPOSITORY [ARGUMENT...]

Needs the Python packages `jsonschema` and, for JUnit, `lxml`. The schemas of others are not part of this repository: `RUNPROOF_SCHEMAS`
names a folder that holds `sarif-schema-2.1.0.json` (OASIS), `DiagnosticResult.json` and `Diagnostic.json` (reviewdog) and
`junit-10.xsd` (the xunit plugin of Jenkins). What is missing is said to be skipped.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

FORMATS = ["gitlab", "json", "json-lines", "junit", "rdjson", "rdjsonl", "sarif"]
SEVERITIES = {"info", "minor", "major", "critical", "blocker"}
OWN = pathlib.Path(__file__).resolve().parents[2] / "schemas"


def values(path, is_lines):
    text = path.read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()] if is_lines else [json.loads(text)]


def against(jsonschema, path, schema, is_lines=False):
    validator = jsonschema.validators.validator_for(schema)(schema)
    found = [error for value in values(path, is_lines) for error in validator.iter_errors(value)]
    return [f"{error.json_path}: {error.message[:200]}" for error in found]


def gitlab(path):
    """GitLab publishes no schema, so this is what its documentation demands."""
    (issues,) = values(path, False)
    wrong = []
    for issue in issues:
        place = issue["location"]
        if not (issue["description"] and issue["check_name"] and issue["severity"] in SEVERITIES):
            wrong.append(f"incomplete: {issue}")
        if place["path"].startswith(("./", "/")) or not isinstance(place["lines"]["begin"], int) or place["lines"]["begin"] < 1:
            wrong.append(f"wrong place: {issue}")
    if len({issue["fingerprint"] for issue in issues}) != len(issues):
        wrong.append("a fingerprint stands twice")
    return wrong


def code_scanning(path):
    """What code scanning of GitHub demands beyond the schema."""
    ((run,),) = [value["runs"] for value in values(path, False)]
    results = run["results"]
    wrong = []
    for result in results:
        place = result["locations"][0]["physicalLocation"]
        uri = place["artifactLocation"]["uri"]
        if uri.startswith("/") or ":" in uri or place["region"]["startLine"] < 1:
            wrong.append(f"wrong place: {place}")
        index = result.get("ruleIndex")
        if index is None or run["tool"]["driver"]["rules"][index]["id"] != result["ruleId"]:
            wrong.append(f"wrong rule: {result['ruleId']}")
    if len({json.dumps(result["partialFingerprints"]) for result in results}) != len(results):
        wrong.append("a fingerprint stands twice")
    return wrong


def main():
    program, repository, *more = sys.argv[1:]
    try:
        import jsonschema
    except ImportError:
        print("skipped: the Python package `jsonschema` is not there")
        return 0
    schemas = pathlib.Path(os.environ.get("RUNPROOF_SCHEMAS", "/nonexistent"))
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        outputs = [word for name in FORMATS for word in ("--output", f"{name}={folder / name}")]
        command = [program, "lint", "--quiet", "--repo", repository, "--fail-on", "never", *outputs, *more]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

        def told(name, wrong):
            nonlocal failed
            failed += bool(wrong)
            print(f"{name}: {'ok' if not wrong else f'{len(wrong)} wrong'}")
            for line in wrong[:5]:
                print(f"  {line}")

        def foreign(name, file, is_lines):
            if not (schemas / file).is_file():
                print(f"{name}: skipped, RUNPROOF_SCHEMAS has no `{file}`")
                return
            told(name, against(jsonschema, folder / name, json.loads((schemas / file).read_text()), is_lines))

        for name, schema in [("json", "runproof-lint"), ("json-lines", "runproof-lint-line")]:
            schema = json.loads((OWN / f"{schema}.schema.json").read_text())
            told(name, against(jsonschema, folder / name, schema, name == "json-lines"))
        told("gitlab", gitlab(folder / "gitlab"))
        told("sarif for code scanning", code_scanning(folder / "sarif"))
        foreign("sarif", "sarif-schema-2.1.0.json", False)
        foreign("rdjson", "DiagnosticResult.json", False)
        foreign("rdjsonl", "Diagnostic.json", True)
        try:
            from lxml import etree
        except ImportError:
            etree = None
        if etree is None or not (schemas / "junit-10.xsd").is_file():
            print("junit: skipped, it needs `lxml` and `junit-10.xsd` in RUNPROOF_SCHEMAS")
        else:
            schema = etree.XMLSchema(etree.parse(str(schemas / "junit-10.xsd")))
            schema.validate(etree.parse(str(folder / "junit")))
            told("junit", [f"line {error.line}: {error.message}" for error in schema.error_log])
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
