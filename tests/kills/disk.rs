//! A disk that forgets. What is written to a file is on it once the file is synced, and a name once its folder is; of
//! the rest a power cut leaves what it likes.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

/// Up to so many names at once every choice of them is tried, else every beginning.
const EVERY_CHOICE: usize = 4;

/// What a disk holds: files with their content, and folders.
pub type Tree = BTreeMap<PathBuf, Option<Vec<u8>>>;

/// One line of the record of `moments.c`.
#[derive(Debug, Clone)]
pub struct Change {
    /// Counted from 1.
    pub number: usize,
    act: Act,
    path: PathBuf,
}

#[derive(Debug, Clone)]
enum Act {
    Create,
    MakeFolder,
    Write { at: usize, bytes: Vec<u8> },
    Truncate(usize),
    Sync,
    Rename { to: PathBuf },
    Link { to: PathBuf },
    Unlink,
}

#[derive(Debug, Clone)]
enum Node {
    File { synced: Vec<u8>, since: Vec<Edit> },
    Folder { synced: Names, since: Vec<Naming> },
}

type Names = BTreeMap<PathBuf, usize>;

#[derive(Debug, Clone)]
enum Edit {
    Write { at: usize, bytes: Vec<u8> },
    Truncate(usize),
}

/// A change of names that happens as a whole.
#[derive(Debug, Clone)]
struct Naming {
    gone: Option<PathBuf>,
    new: Option<(PathBuf, usize)>,
}

#[derive(Debug, Clone)]
pub struct Disk {
    home: PathBuf,
    nodes: Vec<Node>,
}

impl Change {
    pub fn read(record: &Path) -> Vec<Self> {
        fs::read_to_string(record).unwrap_or_default().lines().map(Self::parse).collect()
    }

    fn parse(line: &str) -> Self {
        let fields: Vec<&str> = line.split('\t').collect();
        let [count, act, path, at, hex] = fields[..] else { panic!("not a change: {line}") };
        let number = |text: &str| text.parse::<usize>().expect("a number");
        let bytes: Vec<u8> = hex.as_bytes().chunks(2).map(from_hex).collect();
        let other = || PathBuf::from(String::from_utf8(bytes.clone()).expect("a path"));
        let act = match act {
            "create" => Act::Create,
            "mkdir" => Act::MakeFolder,
            "write" => Act::Write { at: number(at), bytes },
            "truncate" => Act::Truncate(number(at)),
            "sync" => Act::Sync,
            "rename" => Act::Rename { to: other() },
            "link" => Act::Link { to: other() },
            "unlink" => Act::Unlink,
            other => panic!("nobody knows {other}"),
        };
        Self { number: number(count), act, path: path.into() }
    }

    /// Of a file with this ending.
    pub fn is_sync_of(&self, ending: &str) -> bool {
        matches!(self.act, Act::Sync) && self.path.extension().is_some_and(|extension| extension == ending)
    }
}

fn from_hex(digits: &[u8]) -> u8 {
    let digits = std::str::from_utf8(digits).expect("ASCII");
    u8::from_str_radix(digits, 16).expect("two hex digits")
}

impl Disk {
    /// With this home on it, all of it synced.
    pub fn with(home: &Path) -> Self {
        let mut disk = Self { home: home.to_owned(), nodes: Vec::new() };
        disk.load(home);
        disk
    }

    /// The same where this is the home.
    pub fn at(self, home: &Path) -> Self {
        Self { home: home.to_owned(), ..self }
    }

    fn load(&mut self, path: &Path) -> usize {
        let number = self.nodes.len();
        if path.is_file() {
            self.nodes.push(Node::File { synced: fs::read(path).expect("a file"), since: Vec::new() });
            return number;
        }
        self.nodes.push(Node::Folder { synced: Names::new(), since: Vec::new() });
        let entries = fs::read_dir(path).expect("a folder").map(|entry| entry.expect("an entry"));
        let names = entries.map(|entry| (entry.file_name().into(), self.load(&entry.path()))).collect();
        self.nodes[number] = Node::Folder { synced: names, since: Vec::new() };
        number
    }

    pub fn apply(&mut self, change: &Change) {
        let path = &change.path;
        match &change.act {
            Act::Create => self.make(path, Node::File { synced: Vec::new(), since: Vec::new() }),
            Act::MakeFolder => self.make(path, Node::Folder { synced: Names::new(), since: Vec::new() }),
            Act::Write { at, bytes } => self.edit(path, Edit::Write { at: *at, bytes: bytes.clone() }),
            Act::Truncate(length) => self.edit(path, Edit::Truncate(*length)),
            Act::Sync => self.sync(path),
            Act::Rename { to } => self.rename(path, to),
            Act::Link { to } => {
                let node = self.find(path).expect("what is linked");
                self.name(to, Naming { gone: None, new: Some((file_name(to), node)) });
            }
            Act::Unlink => self.name(path, Naming { gone: Some(file_name(path)), new: None }),
        }
    }

    fn make(&mut self, path: &Path, node: Node) {
        let number = self.nodes.len();
        self.nodes.push(node);
        self.name(path, Naming { gone: None, new: Some((file_name(path), number)) });
    }

    fn rename(&mut self, from: &Path, to: &Path) {
        assert_eq!(from.parent(), to.parent(), "a move from folder to folder is not known here");
        let node = self.find(from).expect("what is renamed");
        self.name(to, Naming { gone: Some(file_name(from)), new: Some((file_name(to), node)) });
    }

    fn name(&mut self, path: &Path, naming: Naming) {
        let folder = self.find(path.parent().expect("a folder")).expect("the folder of a name");
        if let Node::Folder { since, .. } = &mut self.nodes[folder] {
            since.push(naming);
        }
    }

    /// A file without a name is nobody's.
    fn edit(&mut self, path: &Path, edit: Edit) {
        if let Some(Node::File { since, .. }) = self.find(path).map(|node| &mut self.nodes[node]) {
            since.push(edit);
        }
    }

    fn sync(&mut self, path: &Path) {
        match self.find(path).map(|node| &mut self.nodes[node]) {
            Some(Node::File { synced, since }) => since.drain(..).for_each(|edit| edit.make(synced)),
            Some(Node::Folder { synced, since }) => since.drain(..).for_each(|naming| naming.make(synced)),
            None => {}
        }
    }

    /// As everybody sees it who asks before the power goes.
    fn find(&self, path: &Path) -> Option<usize> {
        let way = path.strip_prefix(&self.home).expect("it is at home");
        way.iter().try_fold(0, |node, name| match &self.nodes[node] {
            Node::Folder { synced, since } => {
                let mut names = synced.clone();
                since.iter().for_each(|naming| naming.make(&mut names));
                names.get(Path::new(name)).copied()
            }
            Node::File { .. } => None,
        })
    }

    /// Everything that may be left when the power goes now.
    pub fn after_a_power_cut(&self) -> BTreeSet<Tree> {
        let choices: Vec<Vec<Node>> = self.nodes.iter().map(Node::leavings).collect();
        let mut trees = BTreeSet::new();
        let count: usize = choices.iter().map(Vec::len).product();
        for mut number in 0..count {
            let mut nodes = Vec::new();
            for choice in &choices {
                nodes.push(&choice[number % choice.len()]);
                number /= choice.len();
            }
            let mut tree = Tree::new();
            grow(&nodes, 0, Path::new(""), &mut tree);
            trees.insert(tree);
        }
        trees
    }
}

fn file_name(path: &Path) -> PathBuf {
    path.file_name().expect("a name").into()
}

fn grow(nodes: &[&Node], node: usize, path: &Path, tree: &mut Tree) {
    match nodes[node] {
        Node::File { synced, .. } => {
            tree.insert(path.to_owned(), Some(synced.clone()));
        }
        Node::Folder { synced, .. } => {
            tree.insert(path.to_owned(), None);
            synced.iter().for_each(|(name, node)| grow(nodes, *node, &path.join(name), tree));
        }
    }
}

impl Node {
    /// What may be left of it.
    fn leavings(&self) -> Vec<Self> {
        match self {
            Self::File { synced, since } => {
                contents(synced, since).into_iter().map(|synced| Self::File { synced, since: Vec::new() }).collect()
            }
            Self::Folder { synced, since } => choices(since.len())
                .into_iter()
                .map(|choice| {
                    let mut names = synced.clone();
                    choice.into_iter().for_each(|number| since[number].make(&mut names));
                    Self::Folder { synced: names, since: Vec::new() }
                })
                .collect(),
        }
    }
}

/// Every beginning; and the edit after it cut in half, or long enough and empty: blocks that never came.
fn contents(synced: &[u8], since: &[Edit]) -> Vec<Vec<u8>> {
    let mut content = synced.to_vec();
    let mut all = vec![content.clone()];
    for edit in since {
        if let Edit::Write { at, bytes } = edit {
            for torn in [bytes[..bytes.len() / 2].to_vec(), vec![0; bytes.len()]] {
                let mut left = content.clone();
                Edit::Write { at: *at, bytes: torn }.make(&mut left);
                all.push(left);
            }
        }
        edit.make(&mut content);
        all.push(content.clone());
    }
    all
}

/// Which of so many are kept.
fn choices(count: usize) -> Vec<Vec<usize>> {
    if count > EVERY_CHOICE {
        return (0..=count).map(|kept| (0..kept).collect()).collect();
    }
    (0..1 << count).map(|set: usize| (0..count).filter(|number| set >> number & 1 == 1).collect()).collect()
}

impl Edit {
    fn make(&self, content: &mut Vec<u8>) {
        match self {
            Self::Truncate(length) => content.resize(*length, 0),
            Self::Write { at, bytes } => {
                let end = at + bytes.len();
                content.resize(content.len().max(end), 0);
                content[*at..end].copy_from_slice(bytes);
            }
        }
    }
}

impl Naming {
    fn make(&self, names: &mut Names) {
        if let Some(gone) = &self.gone {
            names.remove(gone);
        }
        if let Some((name, node)) = &self.new {
            names.insert(name.clone(), *node);
        }
    }
}

/// Puts a tree in the place of what is at home.
pub fn put(tree: &Tree, home: &Path) {
    fs::remove_dir_all(home).expect("a home");
    for (path, content) in tree {
        let path = home.join(path);
        match content {
            None => fs::DirBuilder::new().mode(0o700).create(&path).expect("a folder"),
            Some(content) => {
                let mut file = fs::OpenOptions::new();
                let file = file.write(true).create_new(true).mode(0o600).open(&path);
                std::io::Write::write_all(&mut file.expect("a file"), content).expect("a file");
            }
        }
    }
}
