"""The table of replies by origin: PMTA's own texts first, then tags that one provider alone uses.

Each rule is a meaning, not a string that was seen: a pattern over the folded reply (lower case,
addresses as <ip> and <addr>), the class, how sure that is, and whose problem it means.
"""

from typing import NamedTuple

from pmtatop.model.reason import Confidence, ReasonClass, Stage, Whose

HIGH, MEDIUM, LOW = Confidence.HIGH, Confidence.MEDIUM, Confidence.LOW


class Rule(NamedTuple):
    """One line of a table: the first rule whose pattern is found decides."""

    provider: str | None
    """Operator that the text gives away."""
    pattern: str
    """Regular expression over the folded reply."""
    class_: ReasonClass
    confidence: Confidence = HIGH
    whose: Whose | None = None
    """None: what the class usually means (`WHOSE`)."""
    stage: Stage | None = None
    """Where such a text is said; None: what the class usually means (`STAGES`)."""


C = ReasonClass
OURS, THEIRS, RECIPIENT, UNKNOWN = Whose.OURS, Whose.THEIRS, Whose.RECIPIENT, Whose.UNKNOWN

PMTA_RULES: tuple[Rule, ...] = (
    Rule(None, r"message rate limit reached \(based on|based on (backoff-)?max-(msg|smtp|data)",
         C.OWN_LIMIT, HIGH, OURS, Stage.UNKNOWN),
    Rule(None, r"\bin suppression list\b", C.POLICY, HIGH, OURS, Stage.UNKNOWN),
    Rule(None, r"^(wsa)?(etimedout|econnreset|econnaborted|enetunreach|ehostunreach|edisconn?)\b"
         r".*\bstarttls", C.TLS, MEDIUM, UNKNOWN, Stage.STARTTLS),
    Rule(None, r"\b(wsa)?(etimedout|econnrefused|econnreset|econnaborted|enetunreach|ehostunreach|"
         r"ediscon|epipe|enetdown|ehostdown)\b", C.TIMEOUT, HIGH, UNKNOWN, Stage.CONNECT),
    Rule(None, r"statusdnsquery(failed|timeout)|\bdns query failed\b", C.DNS_MX, HIGH, UNKNOWN,
         Stage.DNS),
    Rule(None, r"\b(dane|tlsa|mta-sts)\b.*(fail|mismatch|invalid|not match|no (usable|valid))",
         C.TLS, HIGH, UNKNOWN, Stage.STARTTLS),
    Rule(None, r"^4\.4\.3 \(directory server failure\)$", C.DNS_MX, MEDIUM, UNKNOWN, Stage.DNS),
    Rule(None, r"no answer from host", C.TIMEOUT, HIGH, UNKNOWN, Stage.CONNECT),
    Rule(None, r"delivery time expired|message expired|bounce-after", C.EXPIRED, HIGH),
)  # fmt: skip
"""PMTA's own words: they stand where no receiver has spoken, or PMTA itself held the mail."""

GMAIL_RULES: tuple[Rule, ...] = (
    Rule("Gmail", r"\b4\.7\.(26|27|30|31|32|40)\b.*(gmail|google|rate limited)", C.AUTHENTICATION),
    Rule("Gmail", r"\b5\.7\.(26|27|30|32|40)\b.*(gmail|google|authenticat|spf|dkim|dmarc)",
         C.AUTHENTICATION),
    Rule("Gmail", r"\b4\.7\.24\b.*spf", C.AUTHENTICATION),
    Rule("Gmail", r"\b[45]\.7\.(23|25)\b.*(ptr|reverse|ip address)", C.PTR_HELO),
    Rule("Gmail", r"(sending ip|ip address|<ip>).*does not have a ptr|guidelines.*ptr record",
         C.PTR_HELO),
    Rule("Gmail", r"\b[45]\.7\.29\b|gmail.*\b(tls|ssl) connection|tls required for rcpt domain",
         C.TLS, HIGH, OURS, Stage.MAIL),
    Rule("Gmail", r"(user|account) you are trying to contact is receiving (e?mail|messages)",
         C.RATE, HIGH, RECIPIENT, Stage.RCPT),
    Rule("Gmail", r"unusual rate of (unsolicited )?(e?mail|messages)|same message-id",
         C.RATE, HIGH, OURS, Stage.DATA),
    Rule("Gmail", r"(very )?low reputation of the sending", C.REPUTATION),
    Rule("Gmail", r"suspicious due to the nature of the (content|links?)", C.CONTENT),
    Rule("Gmail", r"likely (unsolicited mail|spam|suspicious)", C.CONTENT),
    Rule("Gmail", r"email account that you tried to reach is (disabled|inactive)", C.INACTIVE),
    Rule("Gmail", r"email account that you tried to reach is over quota", C.MAILBOX_FULL),
    Rule("Gmail", r"email account that you tried to reach does not exist", C.UNKNOWN_USER),
    Rule("Gmail", r"inbox is out of storage", C.MAILBOX_FULL),
    Rule("Gmail", r"daily (user |smtp |relay )?(sending )?(quota|limit)", C.RATE, MEDIUM, OURS),
    Rule("Gmail", r"message was blocked because its content presents a potential security",
         C.VIRUS),
    Rule("Gmail", r"try again later, closing connection.*(gsmtp|google)?", C.CONNECTION_LIMIT, LOW),
)  # fmt: skip

YAHOO_RULES: tuple[Rule, ...] = (
    Rule("Yahoo", r"spamhaus.*\[?(bl|tss)\d\d|\[(bl2\d|tss07)\]", C.REPUTATION),
    Rule("Yahoo", r"\[(ip)?tss?\d\d\]", C.REPUTATION, HIGH, OURS, Stage.MAIL),
    Rule("Yahoo", r"deferred due to (unexpected volume|user complaints)", C.REPUTATION, HIGH),
    Rule("Yahoo", r"resources temporarily unavailable.*#4\.16", C.REMOTE_FAULT),
    Rule("Yahoo", r"max(imum)? messages? per connection reached", C.CONNECTION_LIMIT),
    Rule("Yahoo", r"\[ph\d\d\]", C.CONTENT),
    Rule("Yahoo", r"requires all senders to authenticate", C.AUTHENTICATION),
    Rule("Yahoo", r"delivery error: dd .*(disabled|suspended|inactive|\(554\.30\))", C.INACTIVE),
    Rule("Yahoo", r"delivery error: dd .*(over ?quota|full)", C.MAILBOX_FULL),
    Rule("Yahoo", r"delivery error: dd ", C.UNKNOWN_USER),
    Rule("Yahoo", r"user is receiving mail too quickly", C.RATE, HIGH, RECIPIENT, Stage.RCPT),
    Rule("Yahoo", r"unresolvable rfc\.?\s?5321", C.DNS_MX, HIGH, OURS, Stage.MAIL),
    Rule("Yahoo", r"\bvs\d?-(ip|mf)\b|excessive unknown recipients", C.REPUTATION, MEDIUM),
    Rule("Yahoo", r"\brly:[a-z]{1,2}\d?\b", C.REPUTATION, MEDIUM),
    Rule("Yahoo", r"\bhvu:b\d\b", C.CONTENT, MEDIUM),
    Rule("Yahoo", r"\bdyn:t\d\b", C.REPUTATION, MEDIUM),
    Rule("Yahoo", r"message (not accepted|not allowed) for policy reasons|\[299\]", C.POLICY,
         MEDIUM),
)  # fmt: skip

MICROSOFT_RULES: tuple[Rule, ...] = (
    Rule("Microsoft", r"\(s(775|843|3140|3150|844|845|3115)\)|\bs31[45]0\b", C.REPUTATION),
    Rule("Microsoft", r"part of their network is on our block ?list", C.REPUTATION),
    Rule("Microsoft", r"rate limited due to ip reputation", C.REPUTATION),
    Rule("Microsoft", r"\b5\.7\.(60[6-9]|6[1-4]\d|511)\b|banned (sending ip|sender)", C.REPUTATION),
    Rule("Microsoft", r"\b(sc-00\d|ou-001|dy-00\d)\b", C.REPUTATION),
    Rule("Microsoft", r"\bou-002\b", C.CONTENT),
    Rule("Microsoft", r"\brp-00\d\b", C.RATE),
    Rule("Microsoft", r"server busy.*\(as77712\d+\)|\(as777\d+\)", C.RATE, LOW),
    Rule("Microsoft", r"\b4\.7\.[56]\d\d\b.*access denied, please try again", C.RATE, HIGH, OURS),
    Rule("Microsoft", r"\b4\.7\.(8[5-9]\d)\b", C.REPUTATION, MEDIUM),
    Rule("Microsoft", r"\b5\.7\.(509|515|23|57)\b.*(denied|spf|dmarc|authent|sending domain|5322)",
         C.AUTHENTICATION),
    Rule("Microsoft", r"\b[45]\.7\.32[1-5]\b|starttls-not-supported|certificate-(expired|host)|"
         r"(tlsa|dnssec)-invalid", C.TLS, HIGH, UNKNOWN, Stage.STARTTLS),
    Rule("Microsoft", r"\b5\.4\.1\b.*access denied", C.UNKNOWN_USER),
    Rule("Microsoft", r"organization queue quota|\b[45]\.2\.12[12]\b|recipient.?s? (per|hour)ly?.*"
         r"limit|resubmit limit", C.RATE, HIGH, RECIPIENT),
    Rule("Microsoft", r"\b(prx\d|attr\d+|pfa agent busy)\b|temporary server error.*prx",
         C.REMOTE_FAULT),
    Rule("Microsoft", r"message replication|has not (yet )?(been )?replicat", C.REMOTE_FAULT),
    Rule("Microsoft", r"\b5\.7\.(513|12[04]|1[03]\d?)\b.*(sender|restrict|block|permission)",
         C.POLICY),
    Rule("Microsoft", r"recipnotfound|resolver\.adr|\b5\.1\.10\b.*recipient", C.UNKNOWN_USER),
    Rule("Microsoft", r"quotaexceeded|storedrv.*quota", C.MAILBOX_FULL),
)  # fmt: skip

OTHER_PROVIDER_RULES: tuple[Rule, ...] = (
    Rule("Comcast", r"#?\brl0000\d\d\b|\bthrottled\b.*comcast|too many recent messages", C.RATE),
    Rule("Comcast", r"too many sessions opened", C.CONNECTION_LIMIT),
    Rule("Comcast", r"reverse dns failure", C.PTR_HELO),
    Rule("Comcast", r"#?\b(bl[01]{6}|es0000[01][01])\b|comcast block for spam", C.REPUTATION),
    Rule("Comcast", r"#?\b(odm|dm)0000\d+\b", C.AUTHENTICATION),
    Rule("Comcast", r"not our customer|mailbox unallocated", C.UNKNOWN_USER),
    Rule("AT&T", r"dnsbl:(attrbl|rbl)|521<? ?<ip> ?>?_is_blocked", C.REPUTATION),
    Rule(None, r"without a valid sender domain.*reverse dns", C.PTR_HELO),
    Rule("Apple", r"deferred due to excessive volume", C.RATE, HIGH, OURS),
    Rule("Apple", r"\[cs\d\d\]|\[hm\d\d\]", C.POLICY),
    Rule("Apple", r"\[hme\d\]", C.AUTHENTICATION),
    Rule("Apple", r"\[hcm\d\]", C.RATE, MEDIUM),
    Rule("Apple", r"\[bs\d\d\]", C.REMOTE_FAULT, MEDIUM),
    Rule("Orange", r"\b(ofr|lpn)\d*_104\b", C.CONNECTION_LIMIT),
    Rule("Orange", r"\b(ofr|lpn)\d*_(10[12]|510)\b", C.REPUTATION),
    Rule("Orange", r"\b(ofr|lpn)\d*_(103|10[7-9]|201|999)\b", C.POLICY, MEDIUM),
    Rule("Orange", r"\b(ofr|lpn)\d*_505\b", C.REMOTE_FAULT),
    Rule("Orange", r"\b(ofr|lpn)\d*_506\b", C.CONTENT),
    Rule("Orange", r"\b(ofr|lpn)\d*_416\b", C.UNKNOWN_USER),
    Rule("Orange", r"\b(ofr|lpn)\d*_417\b", C.MAILBOX_FULL),
    Rule("Orange", r"\b(ofr|lpn)\d*_42\d\b", C.INACTIVE),
    Rule("Orange", r"\b(ofr|lpn)\d*_(401|402|517)\b", C.AUTHENTICATION),
    Rule("Orange", r"\b(ofr|lpn)\d*_(403|405|415)\b", C.POLICY, MEDIUM, OURS, Stage.MAIL),
    Rule("Orange", r"\b(ofr|lpn)\d*_514\b", C.SIZE),
    Rule("GMX", r"bad dns ptr resource record", C.PTR_HELO, HIGH, OURS, Stage.GREETING),
    Rule("GMX", r"no smtp service.*(black ?list|listed|reputation)", C.REPUTATION, HIGH, OURS,
         Stage.GREETING),
    Rule("GMX", r"reject due to policy (restrictions|violations)", C.POLICY),
    Rule("T-Online", r"\bip[=:]<ip> - (a problem occurred|none/bad reputation)|\(nowl\)|"
         r"tosa@rx\.t-online", C.REPUTATION, HIGH, OURS, Stage.GREETING),
    Rule("T-Online", r"rejected due to spam or virus classification", C.CONTENT),
    Rule("Mail.ru", r"notspam-support|spam message rejected\. please visit", C.CONTENT),
    Rule("Mail.ru", r"message was not accepted -- invalid mailbox.*disabled", C.INACTIVE),
    Rule("Yandex", r"service is currently unavailable\. please come back later", C.REMOTE_FAULT,
         MEDIUM),
    Rule("Yandex", r"recipient has exceeded message rate limit", C.RATE, HIGH, RECIPIENT,
         Stage.RCPT),
    Rule("Yandex", r"rejected under suspicion of spam", C.CONTENT),
    Rule("QQ", r"connection frequency limited", C.CONNECTION_LIMIT, MEDIUM),
    Rule("QQ", r"\b(ip|sender|domain) frequency limited", C.RATE),
    Rule("QQ", r"mailbox unavailable or access denied", C.RATE, LOW),
    Rule("QQ", r"mail content denied", C.CONTENT),
    Rule("QQ", r"suspected (bounce attacks|spam ip)", C.REPUTATION),
    Rule("NetEase", r"\bdt:spm\b", C.CONTENT),
    Rule("NetEase", r"\b(rp:(orq|qrc|trc|cel)|hl:itc|rp:irl)\b", C.RATE),
    Rule("NetEase", r"\b(hl:(iho|ifc|ihu|iwl)|im:avs|mi:(sts|ifc))\b", C.POLICY, MEDIUM),
    Rule("NetEase", r"\bmi:spb\b", C.RATE, MEDIUM),
    Rule("Proofpoint", r"blocked using prs\.proofpoint|ipcheck\.proofpoint|proofpoint.*(block|dyn)",
         C.REPUTATION),
    Rule("Mimecast", r"internal resources? (are |is )?temporarily unavailable|"
         r"internal resource\(s\) temporarily", C.GREYLISTING, MEDIUM),
    Rule("Mimecast", r"csi\.mimecast|mimecast.*(reputation|blocklist|blacklist|rbl)", C.REPUTATION),
    Rule("Mimecast", r"anti-?spoofing policy", C.AUTHENTICATION),
    Rule("Barracuda", r"cuda_nsu", C.POLICY, MEDIUM),
    Rule("Barracuda", r"permanent failure for one or more recipients.*blocked", C.CONTENT, MEDIUM),
    Rule("Barracuda", r"b\.barracudacentral|barracuda(networks|central).*(reputation|block|list)",
         C.REPUTATION),
    Rule("GoDaddy", r"\bib(007|101|705)\b", C.CONNECTION_LIMIT),
    Rule("GoDaddy", r"\bib108\b", C.PTR_HELO),
    Rule("GoDaddy", r"\bib(212|50[0-9]|60[0-9])\b", C.CONTENT),
    Rule("GoDaddy", r"\bib(10[0-79]|11\d)\b", C.REPUTATION),
    Rule("Cox", r"\bcxcnct\b", C.CONNECTION_LIMIT, MEDIUM),
    Rule("Cox", r"\bcxmxrt\b", C.RATE, MEDIUM),
    Rule("Cox", r"\bcxdns\b", C.PTR_HELO, MEDIUM),
    Rule("Cox", r"\bcxsndr\b", C.POLICY, MEDIUM),
    Rule(None, r"\bipbl\d{3,4}\b", C.REPUTATION, MEDIUM),
    Rule("Spectrum", r"\baup#[a-z]{0,4}-?1[01]\d\d\b|\baup#(in|bl|rbl|i-)", C.REPUTATION, MEDIUM),
    Rule("Spectrum", r"\baup#(cnct|conn|lim|mxrt)\b", C.CONNECTION_LIMIT, MEDIUM),
    Rule("Spectrum", r"\baup#(snd|dns)", C.PTR_HELO, MEDIUM),
)  # fmt: skip

PROVIDER_HINTS: tuple[tuple[str, str], ...] = (
    (r"gsmtp|\bgoogle\b|google(mail)?\.com|\bgmail\b", "Gmail"),
    (r"\byahoo\b|yahoodns|ymail\.|\baol\b|postmaster\.yahooinc", "Yahoo"),
    (r"outlook\.com|hotmail|\bmsn\b|microsoft|office365|\bexchangelabs\b|mail\.live\.com",
     "Microsoft"),
    (r"comcast", "Comcast"),
    (r"\bat&t\b|att\.net|prodigy\.net|abuse-att", "AT&T"),
    (r"icloud|apple\.com|\bme\.com\b|\bmac\.com\b", "Apple"),
    (r"\bgmx\b|web\.de|1und1|kundenserver|mail\.com/", "GMX"),
    (r"t-online", "T-Online"),
    (r"\bofr_?\d|orange\.fr|wanadoo", "Orange"),
    (r"\blpn\d*_\d|laposte", "La Poste"),
    (r"\bfree\.fr|proxad", "Free"),
    (r"mail\.ru", "Mail.ru"),
    (r"yandex", "Yandex"),
    (r"\bqq\.com|tencent", "QQ"),
    (r"\b(163|126)\.com|netease", "NetEase"),
    (r"proofpoint|pphosted", "Proofpoint"),
    (r"mimecast", "Mimecast"),
    (r"barracuda|cuda_nsu", "Barracuda"),
    (r"\bcox\.net", "Cox"),
    (r"charter\.net|spectrum\.net|\brr\.com", "Spectrum"),
    (r"secureserver\.net|godaddy", "GoDaddy"),
    (r"zoho", "Zoho"),
    (r"messagingengine|fastmail", "Fastmail"),
)  # fmt: skip
"""What in a reply gives its sender away, where no tag of the tables above did."""

RULES = PMTA_RULES + GMAIL_RULES + YAHOO_RULES + MICROSOFT_RULES + OTHER_PROVIDER_RULES
