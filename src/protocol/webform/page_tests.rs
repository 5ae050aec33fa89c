use super::*;

fn names(form: &Form) -> Vec<&str> {
    form.controls.iter().map(|control| control.name.as_str()).collect()
}

#[test]
fn a_form_inside_a_table_keeps_its_inputs() {
    let html = "<table><form name=enroll><tr><td><input name=a></td></tr></table><input name=b></form><input name=c>";
    let page = Page::read(html);
    assert_eq!(names(&page.forms[0]), ["a", "b"]);
}

#[test]
fn a_form_within_a_form_does_not_exist() {
    let page = Page::read("<form id=one><input name=a><form id=two><input name=b></form><input name=c>");
    assert_eq!(page.forms.len(), 1);
    assert_eq!(names(&page.forms[0]), ["a", "b"]);
}

#[test]
fn an_input_may_say_whose_it_is() {
    let page = Page::read("<form id=one></form><form id=two><input name=a form=one></form><input name=b form=nobody>");
    assert_eq!(names(&page.forms[0]), ["a"]);
    assert!(page.forms[1].controls.is_empty());
}

#[test]
fn what_stands_in_comments_scripts_and_noscript_is_no_form() {
    let html = "<!-- <form id=a> --><script>'<form id=b>'</script><noscript><form id=c></noscript><style><form></style>\
                <textarea><form id=d></textarea><title><form id=e></title><form id=real>";
    let page = Page::read(html);
    assert_eq!(page.forms.len(), 1);
    assert!(page.form(Some("real")).is_some());
}

#[test]
fn a_refresh_without_scripts_is_not_ours() {
    assert_eq!(Page::read("<noscript><meta http-equiv=refresh content='0;url=/no'></noscript>").refresh, None);
}

#[test]
fn the_text_is_what_a_person_sees() {
    let html = "<title>誤り</title><style>b{}</style><script>var a='<b>';</script><p>認証に<br>失敗&nbsp;しました\u{0}</p>\
                <textarea>typed</textarea><select><option>one</select>&amp;&lt;終";
    assert_eq!(Page::read(html).text, "誤り 認証に 失敗 しました &<終");
}

#[test]
fn refreshes_are_read_as_browsers_read_them() {
    let cases = [
        ("0; url=/next", 0, "/next"),
        ("3;URL='b?x=1'", 3, "b?x=1"),
        ("1,  Url = \"c\" ", 1, "c"),
        ("5", 5, ""),
        ("0.5; d", 0, "d"),
    ];
    for (content, seconds, address) in cases {
        assert_eq!(refresh(content), Some(Refresh { seconds, address: address.to_owned() }), "{content}");
    }
    for nothing in ["", "soon", "-1; url=x", "99999999999; url=x", ";url=x"] {
        assert_eq!(refresh(nothing), None, "{nothing}");
    }
}

#[test]
fn scripts_and_what_runs_after_loading_are_kept_as_text() {
    let page = Page::read("<body onload='go()'><SCRIPT language=javascript><!--\nf('</b>')\n//--></SCRIPT>");
    assert_eq!(page.onload, ["go()"]);
    assert_eq!(page.scripts, ["<!--\nf('</b>')\n//-->"]);
}

#[test]
fn pages_that_never_end_are_survived() {
    for html in [
        "",
        "<",
        "<form",
        "<form><input",
        "<script>",
        "<script><!--",
        "<textarea>",
        "<select><option",
        "<!--",
        "<![CDATA[",
        "<input name=a></select></form></textarea></script>",
        "&#xffffffff;&#0;",
        "\u{0}\u{0}",
    ] {
        let _ = Page::read(html);
    }
    let deep = "<form><table><select>".repeat(20_000);
    assert_eq!(Page::read(&deep).forms.len(), 1);
    let wide = (0..200_000).map(|number| format!("a{number} 表 ")).collect::<String>();
    assert!(Page::read(&format!("<form><form {wide}>")).forms.len() == 1);
}
