//! 更新, on the PC that has the whole job behind it.

use super::{Error, FIRST, Film, Person, Scene};

impl Film<'_> {
    pub fn renewal(&self) -> Result<(), Error> {
        let (database, profile) = (self.stage.folder.at(FIRST), self.stage.bank.early_profile()?);
        let scene = Scene { language: self.language, trace: "pages-6.txt", database: &database, profile: &profile };
        let mut person = Person::sit_down(self.stage, self.display, scene)?;
        person.arrive("login")?;
        self.picture(&person, "12-renew-login")?;
        person.press("Return")?;
        person.arrive("trust")?;
        self.picture(&person, "13-renew-trust")?;
        person.decide("y")?;
        person.arrive("security")?;
        person.decide("Return")?;
        person.arrive("install")?;
        self.picture(&person, "14-renew-install")?;
        person.decide("y")?;
        person.arrive("complete")?;
        self.picture(&person, "15-renew-complete")?;
        person.press("Return")?;
        person.leave()
    }
}
