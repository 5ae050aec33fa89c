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

/// No secret is of any use where nothing is sent, and none may come into a file that is carried about.
#[test]
fn a_profile_by_hand_asks_for_no_secret_and_names_no_door() {
    let by_hand = SAMPLE.replace("protocol = \"est\"", "protocol = \"byhand\"");
    assert!(matches!(Profile::from_toml(&by_hand), Err(ProfileError::SecretByHand { .. })));
    let plain = by_hand.replace("kind = \"secret\"", "kind = \"id\"");
    assert!(matches!(Profile::from_toml(&plain), Err(ProfileError::BasicByHand { .. })));
    let renewing = plain.replacen("max_polls", "renewal = \"est\"\nmax_polls", 1);
    assert!(matches!(Profile::from_toml(&renewing), Err(ProfileError::RenewalByPages)));
}

#[test]
fn what_a_profile_may_not_say_is_a_mistake_with_its_line() {
    for line in ["renewal = \"cmp\"", "renewal = true", "csrattrs = \"yes\"", "renewals = \"est\""] {
        let mistake = with(line).expect_err(line);
        assert!(matches!(&mistake, ProfileError::Syntax(text) if text.contains("line")), "{line}: {mistake}");
    }
}
