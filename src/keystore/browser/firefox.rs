//! Which of its profiles Firefox starts: `profiles.ini`.

#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Profile {
    pub(super) name: String,
    pub(super) path: String,
}

/// The profiles that Firefox starts by itself: those of `[Install…]` sections, else the one with `Default=1`. Where it
/// would ask its user, all of them.
pub(super) fn default_profiles(ini: &str) -> Vec<Profile> {
    let sections = sections(ini);
    let value = |section: &Section, key: &str| {
        section.entries.iter().find(|(name, _)| name == key).map(|(_, value)| value.clone())
    };
    let profile = |section: &Section| {
        let path = value(section, "Path")?;
        Some(Profile { name: value(section, "Name").unwrap_or_else(|| path.clone()), path })
    };
    let listed: Vec<&Section> = sections.iter().filter(|section| section.name.starts_with("Profile")).collect();
    let installs = sections.iter().filter(|section| section.name.starts_with("Install"));
    let mut chosen: Vec<Profile> = Vec::new();
    for path in installs.filter_map(|section| value(section, "Default")) {
        let known = listed.iter().filter_map(|section| profile(section)).find(|profile| profile.path == path);
        let profile = known.unwrap_or_else(|| Profile { name: path.clone(), path });
        if !chosen.contains(&profile) {
            chosen.push(profile);
        }
    }
    if chosen.is_empty() {
        let default = listed.iter().find(|section| value(section, "Default").as_deref() == Some("1"));
        chosen.extend(default.and_then(|section| profile(section)));
    }
    if chosen.is_empty() {
        chosen.extend(listed.iter().filter_map(|section| profile(section)));
    }
    chosen
}

struct Section {
    name: String,
    entries: Vec<(String, String)>,
}

fn sections(ini: &str) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    for line in ini.lines().map(str::trim) {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            sections.push(Section { name: name.to_owned(), entries: Vec::new() });
        } else if let (Some((key, value)), Some(section)) = (line.split_once('='), sections.last_mut()) {
            section.entries.push((key.trim().to_owned(), value.trim().to_owned()));
        }
    }
    sections
}

#[cfg(test)]
mod tests {
    use super::{super::tests::PROFILES, default_profiles};

    fn paths(ini: &str) -> Vec<String> {
        default_profiles(ini).into_iter().map(|profile| profile.path).collect()
    }

    #[test]
    fn firefox_means_the_profile_of_the_installation_rather_than_the_old_default() {
        let profiles = default_profiles(PROFILES);
        assert_eq!(profiles.len(), 1);
        assert_eq!(profiles[0].name, "default-esr");
        assert_eq!(profiles[0].path, "abc.default-esr");
    }

    #[test]
    fn without_an_installation_the_marked_profile_counts_and_without_a_mark_all_of_them() {
        let marked = PROFILES.split_once("\n\n").expect("two parts").1;
        assert_eq!(default_profiles(marked)[0].name, "default");
        assert_eq!(paths("[Profile0]\nName=a\nPath=p\n"), ["p"]);
        assert_eq!(paths("[Profile0]\nPath=p\n[Profile1]\nPath=q\n"), ["p", "q"]);
    }

    #[test]
    fn two_installations_have_two_profiles() {
        let ini = "[InstallA]\nDefault=p\n[InstallB]\nDefault=q\n[InstallC]\nDefault=p\n[Profile0]\nName=one\nPath=p\n";
        assert_eq!(paths(ini), ["p", "q"]);
    }
}
