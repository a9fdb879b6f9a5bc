//! What may stand at the end of an address without a scheme, so that telephones make a link of it.

/// Country codes (ISO 3166-1 as delegated by IANA).
const COUNTRIES: &str = "ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt \
    bw by bz ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es et eu fi fj fk fm \
    fo fr ga gb gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir is it je jm \
    jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mg mh mk ml mm mn mo mp mq mr ms \
    mt mu mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru \
    rw sa sb sc sd se sg sh si sk sl sm sn so sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw tz ua \
    ug uk us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw";
/// Generic names that are common in links, honest and other.
const GENERIC: &str = "com net org info biz name pro mobi int edu gov mil arpa app dev page web site online website space \
    store shop top xyz club live life link click icu buzz vip win bid loan work world today news blog email cloud host \
    digital media network agency support help center zone tech social chat group team company services solutions global \
    international events expert money finance bank credit cash loans insure amsterdam frl nrw brussels gent vlaanderen \
    wiki art one ltd gmbh bv llc rest bar cafe cam cfd cyou sbs quest monster fun lol rocks ninja guru review reviews \
    stream download trade date science party racing men faith accountant cricket gdn ooo mom kim red blue pink black \
    best bond boats homes hair makeup skin beauty autos yachts tel post coop museum travel jobs cat asia xxx";
/// Those that are told apart from words also when spaces or spelled dots stand in the address.
const STRICT: &[&str] = &[
    "nl",
    "com",
    "org",
    "info",
    "eu",
    "io",
    "app",
    "biz",
    "xyz",
    "online",
    "site",
    "shop",
    "link",
    "click",
    "top",
    "ru",
    "cn",
    "uk",
    "frl",
    "amsterdam",
    "website",
    "icu",
    "cc",
    "tk",
    "ml",
    "ga",
    "cf",
    "gq",
    "ly",
    "gl",
];
/// Words before a spelled dot that make it a word: "op dat punt".
const NO_NAMES: &[&str] = &[
    "het", "dat", "dit", "een", "elk", "ieder", "op", "van", "een", "the", "this", "that", "a", "at",
    "every", "each", "één",
];
/// Hosts at which anybody can make a link to anywhere.
const SHORTENERS: &[&str] = &[
    "bit.ly",
    "tinyurl.com",
    "t.co",
    "goo.gl",
    "ow.ly",
    "is.gd",
    "buff.ly",
    "rebrand.ly",
    "cutt.ly",
    "t.ly",
    "rb.gy",
    "shorturl.at",
    "tiny.cc",
    "bl.ink",
    "lnkd.in",
    "s.id",
    "v.gd",
    "dub.sh",
    "short.io",
    "linktr.ee",
    "kutt.it",
    "urlz.fr",
    "qr.ae",
    "adf.ly",
    "tr.im",
    "j.mp",
    "x.gd",
    "surl.li",
    "clck.ru",
    "t.me",
    "wa.me",
    "forms.gle",
    "u.nu",
    "shrtco.de",
];

fn is_in(list: &str, name: &str) -> bool {
    list.split_ascii_whitespace().any(|one| one == name)
}

/// Whether an address may end in it; `name` is in lower case.
pub(super) fn is_top_level(name: &str) -> bool {
    is_in(COUNTRIES, name) || is_in(GENERIC, name) || name.starts_with("xn--")
}

/// Whether an address may end in it though something stands in its way.
pub(super) fn is_strictly_top_level(name: &str) -> bool {
    STRICT.contains(&name)
}

/// Whether it is a word before "punt", rather than the name of a host.
pub(super) fn is_no_name(word: &str) -> bool {
    NO_NAMES.contains(&word)
}

/// Whether anybody can make a link to anywhere at this host.
pub(super) fn is_shortener(host: &str) -> bool {
    SHORTENERS.contains(&host)
}
