"""The operator behind a recipient's domain, by a table of domains and of MX host names."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType

_NO_EXTRA: Mapping[str, Sequence[str]] = MappingProxyType({})

DOMAINS: Mapping[str, str] = MappingProxyType(
    {
        "Gmail": "gmail.com googlemail.com google.com",
        "Yahoo": "yahoo.com ymail.com rocketmail.com myyahoo.com aol.com aim.com netscape.net "
        "netscape.com cs.com verizon.net frontier.com frontiernet.net",
        "Microsoft": "hotmail.com outlook.com live.com msn.com passport.com windowslive.com",
        "Comcast": "comcast.net xfinity.com",
        "AT&T": "att.net sbcglobal.net bellsouth.net ameritech.net pacbell.net swbell.net "
        "prodigy.net nvbell.net flash.net snet.net wans.net",
        "Apple": "icloud.com me.com mac.com",
        "GMX": "gmx.de gmx.net gmx.at gmx.ch gmx.com gmx.us gmx.co.uk gmx.fr gmx.es web.de "
        "mail.com email.com usa.com caramail.com",
        "T-Online": "t-online.de magenta.de",
        "Orange": "orange.fr wanadoo.fr voila.fr orange.com",
        "SFR": "sfr.fr neuf.fr cegetel.net club-internet.fr 9online.fr numericable.fr noos.fr",
        "Free": "free.fr freesbee.fr libertysurf.fr online.fr aliceadsl.fr",
        "La Poste": "laposte.net",
        "Mail.ru": "mail.ru bk.ru inbox.ru list.ru internet.ru vk.com",
        "Yandex": "yandex.ru yandex.com ya.ru yandex.ua yandex.by yandex.kz narod.ru",
        "QQ": "qq.com foxmail.com vip.qq.com",
        "NetEase": "163.com 126.com yeah.net 188.com vip.163.com vip.126.com",
        "Sina": "sina.com sina.cn",
        "Cox": "cox.net",
        "Spectrum": "charter.net rr.com twc.com roadrunner.com brighthouse.com spectrum.net "
        "adelphia.net",
        "Zoho": "zoho.com zohomail.com zoho.eu zoho.in",
        "Fastmail": "fastmail.com fastmail.fm messagingengine.com",
        "Proton": "proton.me protonmail.com protonmail.ch pm.me",
        "CenturyLink": "centurylink.net embarqmail.com q.com",
        "EarthLink": "earthlink.net mindspring.com",
        "Optimum": "optonline.net optimum.net",
        "Naver": "naver.com",
        "Daum": "daum.net hanmail.net kakao.com",
        "Docomo": "docomo.ne.jp",
        "Libero": "libero.it iol.it virgilio.it inwind.it",
        "TIM": "tim.it alice.it tin.it",
        "Telefonica": "telefonica.net terra.com.br terra.com",
        "UOL": "uol.com.br bol.com.br",
        "BT": "btinternet.com btopenworld.com btconnect.com",
        "Sky": "sky.com",
        "Virgin Media": "virginmedia.com ntlworld.com blueyonder.co.uk virgin.net",
        "Seznam": "seznam.cz email.cz post.cz",
        "WP": "wp.pl o2.pl tlen.pl",
        "Onet": "onet.pl op.pl poczta.onet.pl vp.pl",
        "Bigpond": "bigpond.com bigpond.net.au telstra.com",
        "Shaw": "shaw.ca",
        "Rogers": "rogers.com",
        "Bell": "bell.net sympatico.ca",
        "Telus": "telus.net",
        "Videotron": "videotron.ca",
        "Rediff": "rediffmail.com",
        "Bluewin": "bluewin.ch",
        "Telenet": "telenet.be",
        "Ziggo": "ziggo.nl home.nl",
        "KPN": "kpnmail.nl planet.nl hetnet.nl",
    }
)
"""Operator -> its own mailbox domains, space-separated; national variants are in `FAMILIES`."""

FAMILIES: Mapping[str, str] = MappingProxyType(
    {
        "gmail": "Gmail",
        "googlemail": "Gmail",
        "google": "Gmail",
        "yahoo": "Yahoo",
        "ymail": "Yahoo",
        "aol": "Yahoo",
        "hotmail": "Microsoft",
        "outlook": "Microsoft",
        "live": "Microsoft",
        "msn": "Microsoft",
        "microsoft": "Microsoft",
        "windowslive": "Microsoft",
        "comcast": "Comcast",
        "att": "AT&T",
        "sbcglobal": "AT&T",
        "icloud": "Apple",
        "apple": "Apple",
        "gmx": "GMX",
        "web": "GMX",
        "webde": "GMX",
        "orange": "Orange",
        "wanadoo": "Orange",
        "t-online": "T-Online",
        "tonline": "T-Online",
        "mailru": "Mail.ru",
        "mail-ru": "Mail.ru",
        "yandex": "Yandex",
        "qq": "QQ",
        "netease": "NetEase",
        "free": "Free",
        "laposte": "La Poste",
        "sfr": "SFR",
        "cox": "Cox",
        "spectrum": "Spectrum",
        "charter": "Spectrum",
        "rr": "Spectrum",
        "zoho": "Zoho",
        "fastmail": "Fastmail",
        "proofpoint": "Proofpoint",
        "mimecast": "Mimecast",
        "barracuda": "Barracuda",
    }
)
"""First label of a rollup queue's name (`yahoo.rollup`) -> operator."""

NATIONAL = frozenset({"gmail", "googlemail", "yahoo", "ymail", "aol", "hotmail", "outlook", "live",
                      "msn", "yandex", "gmx", "orange"})  # fmt: skip
"""Families that own their label below national suffixes, such as `yahoo.co.uk`."""

MX_SUFFIXES: Mapping[str, str] = MappingProxyType(
    {
        "google.com": "Gmail",
        "googlemail.com": "Gmail",
        "yahoodns.net": "Yahoo",
        "outlook.com": "Microsoft",
        "hotmail.com": "Microsoft",
        "outlook.cn": "Microsoft",
        "outlook.de": "Microsoft",
        "comcast.net": "Comcast",
        "prodigy.net": "AT&T",
        "att.net": "AT&T",
        "icloud.com": "Apple",
        "apple.com": "Apple",
        "gmx.net": "GMX",
        "web.de": "GMX",
        "mail.com": "GMX",
        "kundenserver.de": "IONOS",
        "ionos.com": "IONOS",
        "1and1.com": "IONOS",
        "t-online.de": "T-Online",
        "orange.fr": "Orange",
        "wanadoo.fr": "Orange",
        "sfr.fr": "SFR",
        "free.fr": "Free",
        "laposte.net": "La Poste",
        "mail.ru": "Mail.ru",
        "yandex.ru": "Yandex",
        "yandex.net": "Yandex",
        "qq.com": "QQ",
        "163.com": "NetEase",
        "126.com": "NetEase",
        "netease.com": "NetEase",
        "pphosted.com": "Proofpoint",
        "ppe-hosted.com": "Proofpoint",
        "gpphosted.com": "Proofpoint",
        "mimecast.com": "Mimecast",
        "mimecast.co.za": "Mimecast",
        "barracudanetworks.com": "Barracuda",
        "ess.barracuda.com": "Barracuda",
        "cox.net": "Cox",
        "charter.net": "Spectrum",
        "rr.com": "Spectrum",
        "spectrum.net": "Spectrum",
        "zoho.com": "Zoho",
        "zoho.eu": "Zoho",
        "zoho.in": "Zoho",
        "messagingengine.com": "Fastmail",
        "protonmail.ch": "Proton",
        "secureserver.net": "GoDaddy",
        "emailsrvr.com": "Rackspace",
        "messagelabs.com": "Symantec",
        "iphmx.com": "Cisco",
        "fireeyecloud.com": "Trellix",
        "trendmicro.com": "Trend Micro",
        "trendmicro.eu": "Trend Micro",
        "sophos.com": "Sophos",
        "hornetsecurity.com": "Hornetsecurity",
        "antispameurope.com": "Hornetsecurity",
        "antispamcloud.com": "SpamExperts",
        "ovh.net": "OVH",
        "mail.ovh.net": "OVH",
        "amazonaws.com": "Amazon",
        "privateemail.com": "Namecheap",
    }
)
"""Suffix of an MX host's name -> who runs it."""


def _by_domain() -> dict[str, str]:
    return {d: name for name, domains in DOMAINS.items() for d in domains.split()}


_DOMAIN_INDEX = _by_domain()


def _by_suffix(name: str, table: Mapping[str, str]) -> str | None:
    """The entry of the longest suffix of `name` at a label boundary."""
    rest = name
    while rest:
        if rest in table:
            return table[rest]
        _, _, rest = rest.partition(".")
    return None


def _by_name(domain: str) -> str | None:
    label, _, suffix = domain.partition(".")
    if suffix in ("rollup", "queue"):
        return FAMILIES.get(label) or _DOMAIN_INDEX.get(label.replace("_", "."))
    found = _DOMAIN_INDEX.get(domain)
    if found is None and label in NATIONAL and 2 <= len(suffix) <= 6:
        return FAMILIES[label]
    return found


@lru_cache(maxsize=65536)
def _known_isp(domain: str, mx: str) -> str:
    domain, mx = domain.strip().strip(".").lower(), mx.strip().strip(".").lower()
    return _by_name(domain) or _by_suffix(mx, MX_SUFFIXES) or domain


@lru_cache(maxsize=64)
def _extra_index(extra: tuple[tuple[str, tuple[str, ...]], ...]) -> dict[str, str]:
    return {s.strip().lstrip("*").strip(".").lower(): name for name, parts in extra for s in parts}


def isp_of(domain: str, mx: str = "", extra: Mapping[str, Sequence[str]] = _NO_EXTRA) -> str:
    """The operator of `domain` (or of a queue's rollup name), as in `isps[].name`.

    `extra` (the settings' `[providers]`: operator -> domains and MX suffixes) comes first, then
    the table of domains, then the suffix of the MX host; an unknown domain is its own operator.
    """
    if extra:
        index = _extra_index(tuple((name, tuple(parts)) for name, parts in extra.items()))
        own = _by_suffix(domain.lower(), index) or _by_suffix(mx.lower(), index)
        if own is not None:
            return own
    return _known_isp(domain, mx)
