//! What the URL of a remote tells: the name of the repository and where it can be read on the web.

use url::Url;

/// The folder name that `git clone` would make for a URL or path; none when nothing of a name is left.
pub(crate) fn clone_name(url: &str) -> Option<String> {
    let url = url.trim().trim_end_matches('/');
    let url = url.strip_suffix("/.git").unwrap_or(url).trim_end_matches('/');
    let name = url.rsplit(['/', ':', '\\']).next().unwrap_or_default();
    let name = name.strip_suffix(".git").unwrap_or(name);
    (!name.is_empty() && name != "." && name != "..").then(|| name.to_owned())
}

/// The `https` page of a repository on a forge, without credentials; none for local paths and URLs that no browser opens.
pub(crate) fn web_url(url: &str) -> Option<String> {
    let url = url.trim();
    let (host, port, path) = if let Some((scheme, _)) = url.split_once("://") {
        let url = Url::parse(url).ok()?;
        // The port of ssh and git is not the port of the web pages; that of http may well be.
        let port = match scheme.to_ascii_lowercase().as_str() {
            "https" => url.port(),
            "http" if url.port().is_none() => None,
            "ssh" | "git+ssh" | "ssh+git" | "git" => None,
            _ => return None,
        };
        (url.host_str()?.to_owned(), port, url.path().to_owned())
    } else {
        // `user@host:path`; a single letter before the colon is a Windows drive.
        let (host, path) = url.split_once(':')?;
        let host = host.rsplit('@').next()?;
        if host.len() < 2 || host.contains(['/', '\\']) {
            return None;
        }
        (host.to_owned(), None, format!("/{}", path.trim_start_matches('/')))
    };
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'-';
    if !host.contains('.') || !host.bytes().all(is_name) {
        return None;
    }
    let path = path.trim_end_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path);
    if path.split('/').filter(|part| !part.is_empty()).count() < 2 {
        return None;
    }
    let port = port.map(|port| format!(":{port}")).unwrap_or_default();
    // Parsing once more encodes what may not stand in a URL.
    let page = Url::parse(&format!("https://{host}{port}{path}")).ok()?;
    (page.query().is_none() && page.fragment().is_none()).then(|| page.to_string())
}

#[cfg(test)]
mod tests {
    use super::{clone_name, web_url};

    #[test]
    fn names_are_those_of_git_clone() {
        for (url, name) in [
            ("https://example.org/group/handbook.git", "handbook"),
            ("git@example.org:handbook.git", "handbook"),
            ("git@example.org:group/handbook/", "handbook"),
            ("/srv/git/handbook/.git", "handbook"),
            ("../handbook", "handbook"),
            ("C:\\work\\handbook", "handbook"),
        ] {
            assert_eq!(clone_name(url).as_deref(), Some(name), "{url}");
        }
        assert_eq!(clone_name(".."), None);
        assert_eq!(clone_name("/"), None);
    }

    #[test]
    fn pages_have_no_credentials_and_no_foreign_port() {
        for (url, page) in [
            ("https://user:token@github.com/a/b.git", "https://github.com/a/b"),
            ("git@github.com:a/b.git", "https://github.com/a/b"),
            (
                "ssh://git@gitlab.example.org:2222/g/s/b.git/",
                "https://gitlab.example.org/g/s/b",
            ),
            ("https://git.example.org:8443/a/b", "https://git.example.org:8443/a/b"),
            ("http://github.com/a/b", "https://github.com/a/b"),
            ("git@github.com:a/b c.git", "https://github.com/a/b%20c"),
            ("https://github.com/a/b?token=1#x", "https://github.com/a/b"),
        ] {
            assert_eq!(web_url(url).as_deref(), Some(page), "{url}");
        }
    }

    #[test]
    fn what_is_no_forge_has_no_page() {
        for url in [
            "/srv/git/b.git",
            "../b",
            "file:///srv/b",
            "C:\\work\\a\\b",
            "c:/work/a/b",
            "javascript:alert(1)/a/b",
            "https://localhost/a/b",
            "http://git.example.org:3000/a/b",
            "git@github.com:b",
            "",
        ] {
            assert_eq!(web_url(url), None, "{url}");
        }
    }
}
