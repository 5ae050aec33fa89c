use super::*;

const SAMPLE: &str = include_str!("../../../tests/support/profile.toml");

fn with(line: &str) -> Result<Profile, ProfileError> {
    let text = SAMPLE.replacen("max_polls", &format!("{line}\nmax_polls"), 1);
    assert_ne!(text, SAMPLE);
    Profile::from_toml(&text)
}

#[test]
fn a_profile_that_says_nothing_of_renewals_leaves_them_to_the_banks_pages() {
    let profile = Profile::from_toml(SAMPLE).expect("a profile");
    assert_eq!((profile.ca.renewal, profile.ca.csrattrs), (Renewal::None, false));
}

#[test]
fn a_profile_may_offer_renewals_and_ask_for_attributes() {
    assert_eq!(with("renewal = \"est\"").expect("a profile").ca.renewal, Renewal::Est);
    assert_eq!(with("renewal = \"none\"").expect("a profile").ca.renewal, Renewal::None);
    assert!(with("csrattrs = true").expect("a profile").ca.csrattrs);
}

#[test]
fn what_a_profile_may_not_say_is_a_mistake_with_its_line() {
    for line in ["renewal = \"cmp\"", "renewal = true", "csrattrs = \"yes\"", "renewals = \"est\""] {
        let mistake = with(line).expect_err(line);
        assert!(matches!(&mistake, ProfileError::Syntax(text) if text.contains("line")), "{line}: {mistake}");
    }
}
