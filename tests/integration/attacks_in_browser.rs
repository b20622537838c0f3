//! The hostile repository in a browser, with more of what only a browser can be caught by: tags that pages do take, with attributes that they
//! must not; markup that changes when it is parsed twice; names that hide what scripts look for; pictures that run. Every page is opened with
//! the content policy stripped and with it (`tests/browser/attacks.mjs`). Without a browser the test says so and passes.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use crate::attacks::{hostile, keep};
use crate::browser::browser;

/// What runs, leads away or covers the page where it is taken for markup.
const PAYLOADS: [&str; 58] = [
    // Tags that pages take, with what they must leave behind.
    "<a href=\"javascript:window.__pwn=1\">a</a>",
    "<a href=\"&#106;&#97;vascript&colon;window.__pwn=1\">a</a>",
    "<a href=\"java&Tab;script:window.__pwn=1\">a</a>",
    "<a href=\" \u{1}javascript:window.__pwn=1\">a</a>",
    "<a href='data:text/html,<script>window.__pwn=1</script>'>a</a>",
    "<a href=x onclick=window.__pwn=1 onmouseover=window.__pwn=1>a</a>",
    "<a href=x ping=https://evil.example/ target=_blank>a</a>",
    "<a id=__proto__ name=location>a</a>",
    "<a id=rp-main name=rp-main>a</a>",
    "<img src=x onerror=window.__pwn=1>",
    "<img src=x srcset=\"https://evil.example/a 1x, https://evil.example/b 2x\">",
    "<img src=\"javascript:window.__pwn=1\">",
    "<img src=data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciIG9ubG9hZD0id2luZG93Ll9fcHduPTEiLz4=>",
    "<img src=//evil.example/x.png lowsrc=//evil.example/y.png dynsrc=//evil.example/z.png>",
    "<picture><source srcset=https://evil.example/x><img src=x onerror=window.__pwn=1></picture>",
    "<details open ontoggle=window.__pwn=1><summary onclick=window.__pwn=1>a</summary></details>",
    "<p align=\"center\" onmouseover=window.__pwn=1 style=\"position:fixed;inset:0;background:url(//evil.example)\">a</p>",
    "<table background=//evil.example/x.png onmouseenter=window.__pwn=1><tr><td background=//evil.example>a</td></tr></table>",
    "<font color=\"expression(window.__pwn=1)\" onpointerdown=window.__pwn=1>a</font>",
    "<h1 id=rp-main onfocusin=window.__pwn=1 tabindex=0>Approved</h1>",
    "<div id=constructor><div id=document><div id=runproof></div></div></div>",
    "<br onclick=window.__pwn=1><hr onload=window.__pwn=1>",
    "<blockquote cite=javascript:window.__pwn=1><q cite=javascript:window.__pwn=1>a</q></blockquote>",
    "<del cite=javascript:window.__pwn=1>a</del><ins cite=javascript:window.__pwn=1>b</ins>",
    // Tags that no page takes.
    "<svg/onload=window.__pwn=1>",
    "<svg><animate onbegin=window.__pwn=1 attributeName=x dur=1s>",
    "<svg><a xlink:href=javascript:window.__pwn=1><text x=0 y=20>a</text></a></svg>",
    "<svg><set attributeName=onload to=window.__pwn=1></svg>",
    "<svg><foreignObject><iframe srcdoc='<script>parent.__pwn=1</script>'></iframe></foreignObject></svg>",
    "<svg><use href=\"data:image/svg+xml,<svg id='x' xmlns='http://www.w3.org/2000/svg'><image href='1' onerror='window.__pwn=1'/></svg>#x\"/></svg>",
    "<math href=javascript:window.__pwn=1>a</math>",
    "<math><maction actiontype=statusline xlink:href=javascript:window.__pwn=1>a</maction></math>",
    "<meta http-equiv=refresh content=\"0;url=javascript:window.__pwn=1\">",
    "<meta http-equiv=refresh content=\"0;url=https://evil.example/\">",
    "<base href=https://evil.example/><base target=_blank>",
    "<form action=javascript:window.__pwn=1><button formaction=javascript:window.__pwn=1>a</button><input type=image src=x onerror=window.__pwn=1></form>",
    "<form id=location><input name=href><input name=attributes></form>",
    "<link rel=stylesheet href=https://evil.example/x.css><link rel=preload as=script href=//evil.example/x.js>",
    "<style>@import url(//evil.example/x.css);*{background:url(//evil.example/y)}</style>",
    "<iframe src=javascript:window.parent.__pwn=1></iframe><embed src=javascript:window.__pwn=1><object data=javascript:window.__pwn=1></object>",
    "<video><source onerror=window.__pwn=1></video><audio src=x onerror=window.__pwn=1>",
    "<input autofocus onfocus=window.__pwn=1><select autofocus onfocus=window.__pwn=1><textarea autofocus onfocus=window.__pwn=1>",
    "<body onload=window.__pwn=1 onhashchange=window.__pwn=1><html manifest=//evil.example>",
    "<marquee onstart=window.__pwn=1>a</marquee><dialog open onclose=window.__pwn=1>a</dialog>",
    "<x onclick=window.__pwn=1 contenteditable autofocus onfocus=window.__pwn=1>a</x>",
    "<template shadowrootmode=open><img src=x onerror=window.__pwn=1></template>",
    // Markup that becomes another one when it is parsed again.
    "<svg></p><style><a id=\"</style><img src=1 onerror=window.__pwn=1>\">",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=window.__pwn=1&gt;\">",
    "<form><math><mtext></form><form><mglyph><svg><mtext><style><path id=\"</style><img onerror=window.__pwn=1 src>\">",
    "<noscript><p title=\"</noscript><img src=x onerror=window.__pwn=1>\">",
    "<table><caption><svg><title><template><style></title><img src=x onerror=window.__pwn=1>",
    "<details><summary></details><img src=x onerror=window.__pwn=1></summary>",
    "<!--><img src=x onerror=window.__pwn=1>-->",
    "<![CDATA[><img src=x onerror=window.__pwn=1>]]>",
    "<?xml version='1.0'?><?php echo '<img src=x onerror=window.__pwn=1>' ?>",
    "</pre></figure></main></body></html><script>window.__pwn=1</script>",
    "<img alt=\"<x\" title=\"/><img src=x onerror=window.__pwn=1>\">",
    "\u{202e}<kbd title='\u{2066}' onclick=window.__pwn=1>\u{200b}a</kbd>",
];

/// Pictures that run, or ask others for something, where they are opened by themselves or set into a page.
const PICTURES: [&str; 7] = [
    "<script>window.__pwn=1</script>",
    "<image href=\"https://evil.example/x.png\" width=\"1\" height=\"1\"/>",
    "<style>@import url(https://evil.example/x.css);rect{fill:url(https://evil.example/y#z)}</style>",
    "<foreignObject width=\"9\" height=\"9\"><body xmlns=\"http://www.w3.org/1999/xhtml\" onload=\"window.__pwn=1\"/></foreignObject>",
    "<a xmlns:xlink=\"http://www.w3.org/1999/xlink\" xlink:href=\"javascript:window.__pwn=1\"><rect width=\"9\" height=\"9\"/></a>",
    "<rect width=\"9\" height=\"9\"><animate attributeName=\"href\" values=\"javascript:window.__pwn=1\" onbegin=\"window.__pwn=1\"/></rect>",
    "<use href=\"https://evil.example/x.svg#y\"/><set attributeName=\"onload\" to=\"window.__pwn=1\"/>",
];

fn runbook(payload: &str) -> String {
    let line = payload.replace('\n', " ");
    let quoted = line.replace('\\', "\\\\").replace('"', "\\\"");
    let cell = line.replace('|', "\\|");
    format!(
        "---\ntitle: \"{quoted}\"\nowner: \"{quoted}\"\n---\n\n# T {line}\n\n{payload}\n\nWords {line} words.\n\n## H {line}\n\n[{line}](https://example.org \
         \"{quoted}\") ![{line}](x.png)\n\n```{line}\n{payload}\n```\n\n```sh\nmake {line}\n```\n\n| {cell} |\n|---|\n| {cell} |\n\n- [ ] {line}\n\n1. {line}\n\n> \
         [!NOTE]\n> {line}\n\n<details><summary>{line}</summary>\n\n{payload}\n\n</details>\n\n<table><tr><td>{payload}</td></tr></table>\n\n[^{cell}]: {line}\n\n\
         !!! note \"{quoted}\"\n    {line}\n"
    )
}

#[test]
#[allow(clippy::print_stdout, reason = "what a test skips or finds is said where tests are run")]
fn nothing_of_a_hostile_repository_runs_in_a_browser() {
    let Some((modules, chromium)) = browser() else { return };
    let folder = hostile();
    for (at, payload) in PAYLOADS.iter().enumerate() {
        folder.write(&format!("docs/runbooks/b{at}.md"), runbook(payload));
    }
    let mut pictures = String::from("# Pictures\n\n");
    for (at, inside) in PICTURES.iter().enumerate() {
        folder.write(
            &format!("docs/runbooks/s{at}.svg"),
            format!(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 9\" onload=\"window.__pwn=1\" onclick=\"window.__pwn=1\">{inside}<rect width=\"9\" height=\"9\"/></svg>"
            ),
        );
        let _ = write!(pictures, "![p](s{at}.svg) <img src=\"s{at}.svg\"> [the file](s{at}.svg)\n\n");
    }
    folder.write("docs/runbooks/pictures.md", pictures);
    folder.git(&["add", "--all"]);
    folder.git(&["commit", "--quiet", "--message", "More <img src=x onerror=window.__pwn=1>"]);
    let ran = folder.run(&["build", "--out", "site"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    keep(&folder, &folder.files("site"));
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser/attacks.mjs");
    let looked = Command::new("node")
        .arg(script)
        .arg(folder.join("site"))
        .env("RUNPROOF_MODULES", &modules)
        .env("RUNPROOF_CHROMIUM", &chromium)
        .output()
        .expect("node can be started");
    let said = String::from_utf8_lossy(&looked.stdout);
    println!("{said}");
    assert!(looked.status.success(), "{said}{}", String::from_utf8_lossy(&looked.stderr));
}
