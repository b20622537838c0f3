//! A theme over the look of the program: tokens behind those of the style sheet, templates in place of ours. A name that nothing has is
//! refused. The frame of all pages, with their policy, is always that of the program.

use crate::model::nearest::nearest;
use crate::model::theme::Theme;
use crate::site::assets::STYLE;
use crate::site::file::File;
use crate::site::pages::KINDS;

/// Templates that are empty until a theme fills them: above each page, and at its foot.
pub(super) const PLACES: [&str; 2] = ["banner.html", "footer.html"];

/// How a template of a whole page begins.
const FRAME: &str = "{% extends \"base.html\" %}";

/// The style sheet of all pages.
const SHEET: &str = "assets/handbook.css";

/// Adds the tokens to the style sheet of all pages, behind those that stand there.
pub(super) fn dress(theme: &Theme, files: &mut [File]) -> Result<(), String> {
    if theme.tokens.is_empty() {
        return Ok(());
    }
    let known = known_tokens();
    let mut text = "\n/* the theme of this handbook */\n:root{".to_owned();
    for (name, value) in &theme.tokens {
        if !known.contains(&name.as_str()) {
            return Err(unknown("token", name, &known));
        }
        text.push_str(&format!("{name}:{value};"));
    }
    // Paper stays white.
    text.push_str("}\n@media print{:root{--bg:#fff;--sunk:#fff}}\n");
    let sheet = files.iter_mut().find(|file| file.url == SHEET);
    sheet
        .expect("the site has a style sheet")
        .bytes
        .extend_from_slice(text.as_bytes());
    Ok(())
}

/// The templates by the names that the engine knows.
pub(super) fn templates(theme: &Theme) -> Result<Vec<(&'static str, &str)>, String> {
    let pages = KINDS.iter().map(|kind| kind.name);
    let names: Vec<(String, &'static str)> = pages
        .map(|name| (format!("{name}.html"), name))
        .chain(PLACES.iter().map(|name| ((*name).to_owned(), *name)))
        .collect();
    let mut found = Vec::new();
    for (file, text) in &theme.templates {
        let Some((_, name)) = names.iter().find(|(known, _)| known == file) else {
            let known: Vec<&str> = names.iter().map(|(known, _)| known.as_str()).collect();
            return Err(unknown("template", file, &known));
        };
        if !PLACES.contains(name) && !text.starts_with(FRAME) {
            return Err(format!("the template `{file}` does not begin with `{FRAME}`"));
        }
        found.push((*name, text.as_str()));
    }
    Ok(found)
}

/// The tokens of the style sheet.
fn known_tokens() -> Vec<&'static str> {
    let block = STYLE.split_once(":root{").and_then(|(_, rest)| rest.split_once("\n}"));
    let block = block.map(|(block, _)| block).unwrap_or_default();
    let names = block.split([';', '\n']).filter_map(|part| part.trim().split_once(':'));
    names.map(|(name, _)| name).filter(|name| name.starts_with("--")).collect()
}

fn unknown(what: &str, name: &str, known: &[&str]) -> String {
    let hint = nearest(name, known.iter().copied()).map_or_else(
        || format!("there are `{}`", known.join("`, `")),
        |near| format!("did you mean `{near}`?"),
    );
    format!(
        "the theme has a {what} `{}`, and there is none of that name; {hint}",
        name.escape_debug()
    )
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::known_tokens;
    use crate::site::assets::POLICY;
    use crate::site::file::File;
    use crate::site::{Failure, escape, render, sample};

    fn dressed(tokens: &[(&str, &str)], templates: &[(&str, &str)]) -> Result<Vec<File>, Failure> {
        let mut handbook = sample::single();
        let owned = |(name, text): &(&str, &str)| ((*name).to_owned(), (*text).to_owned());
        handbook.theme.tokens = tokens.iter().map(owned).collect();
        handbook.theme.templates = templates.iter().map(owned).collect();
        let files = Mutex::new(Vec::new());
        render(&handbook, &|file| files.lock().unwrap().push(file))?;
        Ok(files.into_inner().unwrap())
    }

    fn text(files: &[File], url: &str) -> String {
        let file = files.iter().find(|file| file.url == url);
        String::from_utf8(file.unwrap_or_else(|| panic!("{url}")).bytes.clone()).unwrap()
    }

    fn refused(tokens: &[(&str, &str)], templates: &[(&str, &str)]) -> String {
        match dressed(tokens, templates) {
            Ok(_) => panic!("{tokens:?} {templates:?}"),
            Err(failure) => failure.to_string(),
        }
    }

    #[test]
    fn tokens_stand_behind_ours_and_change_no_page() {
        assert!(known_tokens().contains(&"--link") && known_tokens().len() > 40);
        let (plain, themed) = (dressed(&[], &[]).unwrap(), dressed(&[("--link", "#005a9c")], &[]).unwrap());
        let sheet = text(&themed, "assets/handbook.css");
        assert!(sheet.contains("\n:root{--link:#005a9c;}\n") && sheet.starts_with(&text(&plain, "assets/handbook.css")));
        assert_eq!(text(&plain, "index.html"), text(&themed, "index.html"));
        assert!(refused(&[("--lnik", "red")], &[]).contains("did you mean `--link`?"));
    }

    #[test]
    fn templates_stand_in_place_of_ours_inside_the_frame_and_its_policy() {
        let home = "{% extends \"base.html\" %}{% block page %}<main id=\"rp-main\"><h1>Ours: {{ page.title }}</h1></main>{% endblock %}";
        let files = dressed(
            &[],
            &[
                ("product.html", home),
                ("banner.html", "<p>Internal to {{ site.title }}</p>"),
                ("footer.html", "<span>Ask operations</span>"),
            ],
        )
        .unwrap();
        let page = text(&files, "index.html");
        let mut policy = String::new();
        escape::text(&mut policy, POLICY);
        for words in [
            "<h1>Ours: ",
            "<p>Internal to Harbor handbook</p>",
            "<span>Ask operations</span></footer>",
            &policy,
        ] {
            assert!(page.contains(words), "{words}\n{page}");
        }
        assert!(
            text(&files, "about/index.html").contains("<code>product.html</code>"),
            "it is said that pages have another shape"
        );
        assert!(!text(&dressed(&[], &[]).unwrap(), "about/index.html").contains("product.html"));
    }

    #[test]
    fn what_would_leave_the_frame_or_has_no_place_is_refused() {
        let page = "{% extends \"base.html\" %}{% block page %}x{% endblock %}";
        assert!(refused(&[], &[("hom.html", page)]).contains("did you mean `home.html`?"));
        assert!(refused(&[], &[("base.html", "x")]).contains("there is none of that name"));
        assert!(refused(&[], &[("parts.html", "x")]).contains("there is none of that name"));
        assert!(refused(&[], &[("sub/home.html", page)]).contains("there is none of that name"));
        assert!(refused(&[], &[("home.html", "<p>x</p>")]).contains("does not begin with"));
        assert!(
            refused(
                &[],
                &[("home.html", "{% extends \"base.html\" %}{% block page %}{% endif %}")]
            )
            .contains("home")
        );
        assert!(refused(&[], &[("banner.html", "{{ site.titel }}")]).contains("titel"));
        // Text of authors stays text.
        assert!(refused(&[], &[("banner.html", "{{ site.title | safe }}")]).contains("safe"));
        assert!(refused(&[], &[("banner.html", "{% filter safe %}{{ site.title }}{% endfilter %}")]).contains("safe"));
    }
}
