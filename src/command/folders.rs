//! The folder that a command runs in, as far as `cd` tells.

use crate::command::directory::{below, host, is_of_host, joined};
use crate::command::placeholder::in_name;
use crate::command::words::Word;
use crate::model::directory::Directory;

/// The folders of the commands of a section.
#[derive(Clone, Debug)]
pub(crate) struct Folders {
    current: Directory,
    previous: Directory,
    pushed: Vec<Directory>,
    /// The folders that `git clone` made: the clone is the repository, so that entering it is entering its root.
    clones: Vec<String>,
    /// Whether the current folder was entered in an earlier block, whose reader may have gone back since.
    is_carried: bool,
}

impl Default for Folders {
    fn default() -> Self {
        Self {
            current: root(),
            previous: root(),
            pushed: Vec::new(),
            clones: Vec::new(),
            is_carried: false,
        }
    }
}

/// Most folders that are remembered.
const MAX_REMEMBERED: usize = 32;

fn root() -> Directory {
    Directory::Known(String::new())
}

impl Folders {
    /// Those of a text whose first command runs in a folder.
    pub(crate) fn in_folder(folder: Directory) -> Self {
        Self {
            previous: folder.clone(),
            current: folder,
            ..Self::default()
        }
    }

    /// The folder that the next command runs in.
    pub(crate) fn current(&self) -> &Directory {
        &self.current
    }

    /// A new section begins: readers start at the root again.
    pub(crate) fn reset(&mut self) {
        self.current = root();
        self.previous = root();
        self.pushed.clear();
        self.is_carried = false;
    }

    /// A new block of the same section begins.
    pub(crate) fn carry(&mut self) {
        self.is_carried = self.current != root();
    }

    /// Whether a folder was made by `git clone` in this text.
    pub(crate) fn is_clone(&self, folder: &str) -> bool {
        self.clones.iter().any(|clone| clone == folder.trim_end_matches('/'))
    }

    /// The folder that the operand of `cd` counts from: the current one, or the root where the words tell that the reader went back.
    pub(crate) fn base(&self, words: &[Word]) -> Directory {
        let target = words.iter().skip(1).find(|word| !word.text.starts_with('-'));
        match target.filter(|target| self.goes_back(&target.text)) {
            Some(_) => root(),
            None => self.current.clone(),
        }
    }

    /// Whether a target begins at the root again. Most readers begin each block there, and a target below the folder that an earlier
    /// block entered tells that the author meant so.
    fn goes_back(&self, target: &str) -> bool {
        let Directory::Known(folder) = &self.current else {
            return false;
        };
        let first = |path: &str| path.trim_start_matches("./").split('/').next().unwrap_or_default().to_owned();
        self.is_carried && !target.starts_with('.') && first(folder) == first(target)
    }

    /// `git clone URL [FOLDER]`.
    pub(crate) fn cloned(&mut self, url: &str, folder: Option<&str>) {
        let name = folder.unwrap_or_else(|| {
            let url = url.trim_end_matches('/');
            let url = url.strip_suffix(".git").unwrap_or(url);
            url.rsplit(['/', ':']).next().unwrap_or_default()
        });
        let name = name.trim_end_matches('/');
        if !name.is_empty() && !self.is_clone(name) && self.clones.len() < MAX_REMEMBERED {
            self.clones.push(name.to_owned());
        }
    }

    /// `cd`, `pushd`, `popd`.
    pub(crate) fn change(&mut self, words: &[Word]) {
        let Some(verb) = words.first() else { return };
        let target = words[1..]
            .iter()
            .find(|word| word.text == "-" || !word.text.starts_with('-'))
            .map(|word| word.text.as_str());
        let next = match (verb.text.as_str(), target) {
            ("popd", _) => self.pushed.pop().unwrap_or(Directory::Unknown),
            (_, Some("-")) => self.previous.clone(),
            (_, Some(target)) => self.entered(target),
            (_, None) => Directory::Unknown,
        };
        if verb.text == "pushd" && self.pushed.len() < MAX_REMEMBERED {
            self.pushed.push(self.current.clone());
        }
        self.previous = std::mem::replace(&mut self.current, next);
        self.is_carried = false;
    }

    fn entered(&self, target: &str) -> Directory {
        if matches!(target, "$(git rev-parse --show-toplevel)" | "`git rev-parse --show-toplevel`") {
            return root();
        }
        if self.is_clone(target) {
            // Of several clones at most one is this repository, and nobody says which.
            return if self.clones.len() == 1 { root() } else { Directory::Unknown };
        }
        if is_of_host(target) {
            return host(target);
        }
        if in_name(target) || target.starts_with(['/', '~', '\\']) || target.contains([':', '*']) {
            return Directory::Unknown;
        }
        let folder = match &self.current {
            Directory::Known(folder) => folder,
            Directory::Host(outer) => return below(outer, target),
            Directory::Unknown => return Directory::Unknown,
        };
        // Elsewhere the tree tells: where there is no such folder in this one, the reader went back.
        if self.goes_back(target) {
            return joined("", target);
        }
        // `cd ../web` at the top: the reader stood in a folder beside it, which an earlier section entered.
        let beside = target
            .strip_prefix("../")
            .filter(|rest| folder.is_empty() && !rest.starts_with('.') && !rest.is_empty());
        joined(folder, beside.unwrap_or(target))
    }
}

#[cfg(test)]
mod tests {
    use super::Folders;
    use crate::command::words::Word;
    use crate::model::directory::Directory;

    /// Where a row of commands leads; `--` begins a new block of the same section.
    fn after(commands: &str) -> Directory {
        let mut folders = Folders::default();
        for command in commands.split("; ") {
            if command == "--" {
                folders.carry();
                continue;
            }
            let words: Vec<Word> = command
                .replace("$(git rev-parse --show-toplevel)", "$(top)")
                .split(' ')
                .map(|word| Word {
                    text: word.trim_matches('"').replace("$(top)", "$(git rev-parse --show-toplevel)"),
                    ..Word::default()
                })
                .collect();
            if words[0].text == "clone" {
                folders.cloned(&words[1].text, words.get(2).map(|word| word.text.as_str()));
            } else {
                folders.change(&words);
            }
        }
        folders.current().clone()
    }

    fn known(folder: &str) -> Directory {
        Directory::Known(folder.to_owned())
    }

    #[test]
    fn relative_folders_are_followed() {
        assert_eq!(after("cd backend"), known("backend"));
        assert_eq!(after("cd a/b; cd ../c/"), known("a/c"));
        assert_eq!(after("cd a; cd -"), known(""));
        assert_eq!(after("cd ../web"), known("web"));
        assert_eq!(after("cd ../../web"), Directory::Unknown);
        assert_eq!(after("pushd a; cd b; popd"), known(""));
        assert_eq!(after("cd \"$(git rev-parse --show-toplevel)\""), known(""));
    }

    #[test]
    fn what_is_entered_counts_from_the_root_where_the_reader_went_back() {
        let word = |text: &str| Word {
            text: text.to_owned(),
            ..Word::default()
        };
        let mut folders = Folders::default();
        folders.change(&[word("cd"), word("a/b")]);
        assert_eq!(folders.base(&[word("cd"), word("a/c")]), known("a/b"));
        folders.carry();
        assert_eq!(folders.base(&[word("cd"), word("a/c")]), known(""));
        assert_eq!(folders.base(&[word("cd"), word("c")]), known("a/b"));
        assert_eq!(folders.base(&[word("cd"), word("./a")]), known("a/b"));
    }

    #[test]
    fn elsewhere_is_unknown() {
        for commands in [
            "cd", "cd ~", "cd /", "cd /srv/$APP", "cd $DIR", "cd <repo>", "cd ..", "popd", "cd $DIR; cd x", "cd C:\\x",
        ] {
            assert_eq!(after(commands), Directory::Unknown, "{commands}");
        }
    }

    #[test]
    fn a_folder_of_a_host_is_kept_as_it_is_written() {
        let host = |folder: &str| Directory::Host(folder.to_owned());
        assert_eq!(after("cd /srv/app/"), host("/srv/app"));
        assert_eq!(after("cd ~/app; cd api"), host("~/app/api"));
        assert_eq!(after("cd web; cd /srv/app/api; cd ../web"), host("/srv/app/web"));
        assert_eq!(after("cd /srv; cd .."), Directory::Unknown);
        assert_eq!(after("cd /srv/app; cd -"), known(""));
    }

    #[test]
    fn a_clone_is_the_root() {
        assert_eq!(after("clone https://example.org/team/app.git; cd app"), known(""));
        assert_eq!(after("clone git@example.org:team/app.git work; cd work/"), known(""));
        assert_eq!(after("clone x/a; clone x/b; cd a"), Directory::Unknown);
    }

    #[test]
    fn a_new_block_may_begin_at_the_root_again() {
        assert_eq!(after("cd apps/api; --; cd apps/web"), known("apps/web"));
        assert_eq!(after("cd backend; --; cd frontend"), known("backend/frontend"));
        assert_eq!(after("cd backend; --; cd .."), known(""));
        assert_eq!(after("cd backend; --; cd ./x"), known("backend/x"));
    }
}
