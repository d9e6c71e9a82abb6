"""The table of wordings that any receiver may use, from the most telling to the vaguest."""

from pmtatop.analysis.reply_rules import HIGH, LOW, MEDIUM, OURS, RECIPIENT, THEIRS, Rule
from pmtatop.model.reason import ReasonClass as C
from pmtatop.model.reason import Stage

_USER = r"(user|recipient|mailbox|account|address|addressee|e?-?mail address|usuario|utilisateur)"
_IP = (
    r"(\bip( address)?|\bclient( host)?|\bhost|\bserver|\bsender|sending (mta|host|server)|"
    r"<ip>|\bmta)"
)
_LIST = r"(black|block|deny)[ -]?list"

LIST_PHRASES: tuple[Rule, ...] = (
    Rule(None, r"(uribl|surbl|dnsbl|rbl|spamhaus|barracuda).*query (was )?refused", C.REMOTE_FAULT,
         MEDIUM, THEIRS),
    Rule(None, r"\bgr[ae]y-?list|postgrey|grey ?listing in action", C.GREYLISTING),
    Rule(None, r"\btriplet\b|first[- ]time (sender|contact|connection)|(sender|recipient)s?.{0,12}"
         r"(pair|combination)", C.GREYLISTING, MEDIUM),
    Rule(None, r"intentional policy rejection, please try again", C.GREYLISTING, MEDIUM),
    Rule(None, r"uribl|surbl|\bdbl\.spamhaus|spamhaus[^a-z]{0,3}dbl|rhsbl|dob\.sibl|"
         r"\b(url|uri|link|hyperlink)s?\b.{0,60}\b(listed|black ?list|block|found|spam)",
         C.CONTENT, HIGH),
    Rule(None, r"spamhaus|spamcop|sorbs|uceprotect|abuseat|barracudacentral|hostkarma|invaluement|"
         r"spamrl|senderscore|senderbase|mailspike|psbl\b|manitu|nixspam|njabl|cobion|"
         r"csi\.cloudmark|cloudmark.{0,30}(reputation|sender)|blagr|abusix|spamrats|truncate\.gbudb|"
         r"backscatterer|dronebl|mail-abuse\.(com|org)|trendmicro.*(ers|rbl|reputation)|"
         r"spameatingmonkey|s5h\.net|lashback|fmb\.la|kundenserver.*black|countries\.nerd|"
         r"fortiguard|talosintelligence|symantec.{0,20}(reputation|zodiac)|bl\.mailru",
         C.REPUTATION),
    Rule(None, r"\b(dns ?bls?|rbls?|real-?time " + _LIST + r"|dnsrbl|rbldns|dns_rbl)\b",
         C.REPUTATION),
    Rule(None, _LIST + r"(ed|ing)|\b" + _LIST + r"s?\b.*" + _IP + r"|" + _IP + r".*\b" + _LIST
         + r"|in (a|our|the|your)( \w+)? " + _LIST, C.REPUTATION),
)  # fmt: skip

AUTH_PHRASES: tuple[Rule, ...] = (
    Rule(None, r"\bdmarc", C.AUTHENTICATION),
    Rule(None, r"\b(spf|dkim|sender ?id)\b.*(fail|pass|reject|not |invalid|error|record|denied|"
         r"unauthori|policy|check|permitted|designate)|(fail|reject|denied|block).*\b(spf|dkim)\b",
         C.AUTHENTICATION),
    Rule(None, r"(validat\w*|verif\w*|evaluat\w*|check\w*)( the| of)?( the)? (spf|dkim)",
         C.AUTHENTICATION),
    Rule(None, r"openspf\.|not (a )?(permitted|designated|authori[sz]ed) (sender|to send (mail|"
         r"e-?mail|on behalf|from))|unauthenticated (e?mail|message|sender)|sender (policy|"
         r"authentication)|domain.{0,40}(spoof|forged)|spoof(ed|ing)|impersonat|arc (valid|fail)",
         C.AUTHENTICATION, MEDIUM),
    Rule(None, r"\bauth(entication)? (is )?required|must (be )?authenticat|\bsmtp auth\b",
         C.AUTHENTICATION, MEDIUM),
    Rule(None, r"\bptr\b|reverse[ -]?(dns|lookup|hostname|name)|\brdns\b|\bfcrdns\b|"
         r"cannot find your (reverse )?hostname|no (valid )?reverse|forward.confirmed|"
         r"does(n't| not) resolve to|(unverified|unresolv\w+) (client|host)|"
         r"in-addr|cannot resolve your (address|hostname)|invert(ed|ida) dns", C.PTR_HELO),
    Rule(None, r"\b(helo|ehlo)\b.*(invalid|reject|resolve|fqdn|fully|match|forged|bad|not |must|"
         r"found|required|mismatch|deny|denied|dynamic)|(invalid|bad|bogus|forged) (helo|ehlo)",
         C.PTR_HELO, HIGH, OURS, Stage.EHLO),
    Rule(None, r"(dynamic|dial-?up|residential|generic|non-?static) (ip|address|host|space|pool|"
         r"reverse|client|range)|dynamically.assigned", C.REPUTATION, MEDIUM),
)  # fmt: skip

TLS_PHRASES: tuple[Rule, ...] = (
    Rule(None, r"must issue a starttls|starttls (is )?(required|first|command failed)|"
         r"\b(tls|ssl|encryption)\b.{0,40}(required|not available|negotiation|handshake|"
         r"fail|error|needed|mandatory|unavailable)|(require|need|without|enforce)s?\b.{0,30}"
         r"\b(tls|ssl|starttls)\b|certificate.{0,40}(expired|invalid|verif|mismatch|untrusted|"
         r"self.signed|not trusted)|\bssl routines|wrong version number|\b(tls|ssl) alert",
         C.TLS, HIGH, None, Stage.STARTTLS),
)  # fmt: skip

RELAY_PHRASES: tuple[Rule, ...] = (
    Rule(None, r"relay(ing)?\b(?!.*spam).{0,20}(denied|not (permitted|allowed)|prohibited)|"
         r"not (allowed|permitted) to relay|(unable|cannot|can't|won't) (to )?relay|"
         r"we do not relay|not (a )?(local|hosted|accepted|relay) domain|open relay",
         C.RELAYING, MEDIUM),
)  # fmt: skip

LIMIT_PHRASES: tuple[Rule, ...] = (
    Rule(None, r"(too many|excessive|max(imum)?( number of)?|number of|limit on|exceed\w*)"
         r"[^.]{0,50}\b(connections?|sessions?|connects|conexiones|connexions|verbindungen)\b|"
         r"(connection|session)s?( (rate|count|number|frequency))? (limit|exceeded|quota)|"
         r"\bconcurrent\b[^.]{0,60}(smtp|limit|exceed|connection)|trop de connexions|"
         r"too many (messages|mails|emails) (in|per|on) (this|one|a|the)? ?(connection|session)|"
         r"refus\w+ (new |further |more )?connections?\b.{0,40}\blimit|limit of \d+ (connection|"
         r"session)|zu viele (verbindungen|sessions)", C.CONNECTION_LIMIT),
    Rule(None, r"all server ports are busy|too (many|much) (load|processes|smtp)|"
         r"(load average|system load|server load)", C.REMOTE_FAULT, MEDIUM),
    Rule(None, r"receiv(ed|ing) (too many|too much|mail too)|recipient.{0,30}(rate|too (many|fast|"
         r"quickly)).{0,20}(limit|exceed|message|quickly)|too many messages (for|to) this (user|"
         r"recipient|mailbox)|mailbox.{0,20}receiving.{0,20}(rate|quickly)", C.RATE, MEDIUM,
         RECIPIENT, Stage.RCPT),
    Rule(None, r"rate[ -]?limit|rate (is )?(exceeded|too)|throttl|(sending|mail|message|smtp) rate|"
         r"too (many|much) (e?-?mails?|messages|mail|recipients? (in|per) (hour|day|minute))|"
         r"(hourly|daily|per (hour|minute|day)|frequency).{0,30}(limit|quota|exceed)|"
         r"(limit|quota|exceed\w*).{0,30}(hourly|daily|per (hour|minute|day)|frequency)|"
         r"unusual (rate|traffic|volume|amount)|excessive (volume|mail|e-?mail|messages|rate)|"
         r"sen(ding|t).{0,15}too (fast|quickly|many|much)|slow(ing)? ?down|reduce (your|the) "
         r"(rate|sending|volume)|(messages?|mail|e-?mail) (quota|limit) (exceeded|reached)|"
         r"exceeded.{0,40}(messages|e?mails) (per|limit|allowed)|too fast|too frequent|"
         r"(volume|traffic).{0,20}(exceed|limit|too)|envois? trop|sending (quota|limit)|"
         r"(smtp|mail) relay limit|"
         r"excessive (amount|number) of (e?-?mails?|messages)|(throughput|submission) (limit|"
         r"quota)", C.RATE, MEDIUM),
    Rule(None, r"too many (recipients|rcpts?|invalid|unknown|bad|errors|failed|syntax|hops)?"
         r" ?(recipients|rcpts?)\b", C.RATE, LOW),
    Rule(None, r"too many (errors|failed|unknown|invalid|bad)", C.POLICY, LOW, OURS),
    Rule(None, r"too many hops|mail loop|loop detected|routing loop", C.DNS_MX, MEDIUM),
)  # fmt: skip

MAILBOX_PHRASES: tuple[Rule, ...] = (
    Rule(None, r"insufficient system (storage|resources)", C.REMOTE_FAULT, MEDIUM),
    Rule(None, r"(mail ?box|inbox|account|folder)('s)? (size|space|limit).{0,15}(exceed|full|"
         r"reach)", C.MAILBOX_FULL),
    Rule(None, r"\bno mx\b|(sender|recipient|address|domain).{0,30}\bdomain( name)? (not found|"
         r"does(n't| not) exist|has no|not exist)|lookup fail\w*.{0,20}\b(domain|host|mx)\b",
         C.DNS_MX, MEDIUM),
    Rule(None, r"(message|mail|e-?mail|size).{0,40}(too (large|big)|exceeds?.{0,30}(size|maximum "
         r"(message|allowed)|limit of \d)|size limit)|(message|mail) size|size.{0,20}exceed|"
         r"fixed maximum message size|too large|exceeds size", C.SIZE),
    Rule(None, r"(over|exceed\w*|out of|insufficient|not enough|no)\b.{0,40}\b(quota|storage|disk|"
         r"mailbox (size|space|limit)|mail ?box capacity)|quota.{0,30}(exceed|full|reached|"
         r"violation|over|limit)|over[ -]?quota|(mail ?box|inbox|mailfolder|maildir|box|bo[iî]te|"
         r"buz[oó]n|postfach|mailspool|account)( (is|of|du|de|almost|the|user|\w+)){0,4} "
         r"(full|pleine|lleno|voll|llena|over ?full|exceed\w*)|full mail ?box|mail ?box full|"
         r"is full\b|not enough space|(storage|disk) (allocation|quota|space)|casella piena|"
         r"bo[iî]te.{0,20}pleine|\bmbox.?full|size limit exceeded|kvota|квота|переполнен",
         C.MAILBOX_FULL, HIGH),
    Rule(None, _USER + r".{0,40}\b(disabled|inactive|suspended|deactivated|locked|expired|"
         r"not active|deleted|discontinued|terminated|cancell?ed|closed|frozen|dormant|blocked due "
         r"to inactivity|no longer (active|in use|available|valid|accept))|(disabled|inactive|"
         r"suspended|deactivated|expired|dormant|locked) (" + _USER[1:-1] + r")|"
         r"(not|n't) (logged in|been used).{0,30}(long|days|months)|due to inactivity|"
         r"desactiv|deaktiviert|\bno longer (works|employed|with)|mailbox (is )?currently "
         r"(unavailable|suspended)|account (is )?(unavailable|not available|not activated)",
         C.INACTIVE, MEDIUM),
    Rule(None, r"\b(unknown|invalid|nonexistent|non-existent|no such|bad|wrong|illegal|unrouteable|"
         r"undeliverable|incorrect|undefined|unrecogni[sz]ed|"
         r"not? (a )?(valid|known|local|existing)) ?(local )?(destination )?(e?-?mail )?"
         r"(to )?(" + _USER[1:-1] + r"|users?|person|"
         r"rcpt|alias|local ?part|mail ?drop|destination|name|here|delivery address|customer|id)",
         C.UNKNOWN_USER),
    Rule(None, _USER + r".{0,80}\b(unknown|not found|does(n't| not) (exist|have)|not exist|invalid|"
         r"is not (known|valid|recogni[sz]ed|a valid|listed|local|here|on this|handled|defined)|"
         r"doesn.?t exist|unrecogni[sz]ed|not (valid|known|recogni[sz]ed|listed|defined|here|local|"
         r"our)|nonexist|"
         r"no existe|inconnu|unbekannt|onbekend|inexistente|desconocido|sconosciut|could not be "
         r"found|couldn't be found|cannot be found|undeliverable|unrouteable|isn't|unallocated|"
         r"nicht (gefunden|vorhanden|bekannt)|inexistant|no encontrado|n'existe)",
         C.UNKNOWN_USER),
    Rule(None, r"no mail[ -]?box (here|by that)|not a mailbox|no (such )?(mailbox|account)|does "
         r"not like recipient|sorry, no mailbox|unknown local.?part|there is no (one|account|user)|"
         r"^(5\d\d )?(5\.\d\.\d )?address rejected|"
         r"(user|adresse?|destinataire) inconnu|not our customer|recipient (address )?rejected:? "
         r"*(unknown|user|undeliv|no such|invalid|address unknown)|unable to find (recipient|user)|"
         r"user not (exist|here)|not accept mail (for|to) this (user|address)|"
         r"empf[aä]nger.{0,20}unbekannt|destinatario|получатель|пользовател\w+ не|doesn't have a "
         r"\S+ account|no user\b|not known here|never heard of|not listed in|verify (the )?"
         r"recipient|verification failed for <addr>", C.UNKNOWN_USER, HIGH),
)  # fmt: skip

CONTENT_PHRASES: tuple[Rule, ...] = (
    Rule(None, r"\bspam or virus", C.CONTENT, LOW),
    Rule(None, r"\bvirus|malware|trojan|infected|\bclamav|worm\b|phishing.{0,10}attachment|"
         r"(attachment|file).{0,30}(type|extension|executable).{0,30}(not|block|reject|prohibit)|"
         r"(banned|blocked|forbidden|dangerous) (file|attachment|extension)", C.VIRUS, MEDIUM),
    Rule(None, _IP + r".{0,60}\b(poor|bad|low|negative|untrusted)\b.{0,20}(reputation|rating|"
         r"karma|score)|(poor|bad|low|negative|no) (sender |ip |domain |email )?reputation|"
         r"reputation.{0,30}(too low|poor|bad|below|block|reject|denied|service)|"
         r"your access to (this mail system|submit messages)|spammer|"
         r"(\bip|<ip>|\bhost|\bserver|network|subnet|netblock|address range|\bclient).{0,60}\b("
         r"(is|was|been|are|temporarily|currently|permanently) )*(blocked|banned|refused|rejected|"
         r"denied|listed|reported|blocklisted)\b(?!.{0,40}content)|(block|ban|reject|refus)\w* "
         r"(by|from|your|mail from|connections? from|e-?mail from|the)? ?(ip|<ip>|host|server|"
         r"network)|(bad|blocked|banned|spam|blocking) ip|not allowed to connect|"
         r"source (address|of spam)|known spam (source|sender)|spam (source|sender|sources)|"
         r"geograph|country.{0,20}(block|not)|connections? (not accepted|refused|rejected) from|"
         r"sending (us )?spam|sends? spam|spamming|abuse (from|by|report)|(unwanted|spam) mail "
         r"from your", C.REPUTATION, MEDIUM),
    Rule(None, r"\bspam|junk|unsolicited|\buce\b|\bube\b|bulk mail|(message|mail|e-?mail|your|the) "
         r"?(message )?content|content.{0,30}(reject|block|filter|denied|not|unaccept|violat|"
         r"policy|restrict)|content (filter|reject)|spamassassin|rspamd|phish|\bscam|"
         r"high probability|(message|mail) (looks|appears).{0,20}(like|to be)|pattern|"
         r"fingerprint|suspicious|prohibited (text|words|phrase)|milter|\bpublicit|pyzor|"
         r"inappropriate|objectionable|dcc\b|bayes|(message|mail) (is |was )?(blocked|filtered) by",
         C.CONTENT, MEDIUM),
)  # fmt: skip

FAULT_PHRASES: tuple[Rule, ...] = (
    Rule(None, r"\b(mx|dns|name ?server|domain|hostname|nxdomain)\b.{0,60}(not found|lookup|resolv|"
         r"fail|does not exist|no (mx|a) record|error|timeout|timed out|invalid|unknown|loop)|"
         r"no (mx|a|valid mx) record|null ?mx|host (unknown|not found|lookup)|unrouteable|"
         r"unable to route|(sender|from).{0,30}(domain|address).{0,40}(not exist|resolv|not found|"
         r"no mx|unresolv|mx)|(cannot|can't|couldn't|could not|unable to|failed to) (find|"
         r"resolve|look ?up|route)", C.DNS_MX, MEDIUM),
    Rule(None, r"tim(ed|e)[ -]?out|connection (reset|refused|dropped|lost|closed unexpectedly|"
         r"failed|died|aborted)|(no route|network is unreachable|network error|host unreachable)|"
         r"lost connection|conversation with.{0,40}(timed|lost)|idle too long",
         C.TIMEOUT, MEDIUM),
    Rule(None, r"syntax error|bad (sequence|command)|command (not|unrecogni|rejected|unknown)|"
         r"unrecogni[sz]ed command|(bare|stray) (lf|cr|newline)|protocol (error|violation)|"
         r"pipelin|not implemented|invalid (header|mime|message format|rfc|format)|rfc ?[25]\d{3}|"
         r"(missing|duplicate|multiple|malformed|invalid) (header|from|date|message-id|to |mime)|"
         r"non-?ascii|8.?bit|too long|improper|line length", C.PROTOCOL, MEDIUM),
    Rule(None, r"\b(members|subscribers)[ -]only|only (list )?(members|subscribers)|not allowed to "
         r"post", C.POLICY, MEDIUM),
    Rule(None, r"^[45]\d\d[ -](\d\.\d+\.\d+ )?blocked by \w+", C.REPUTATION, LOW),
    Rule(None, r"\b(policy|administrative|administrator|prohibit|restrict|denied by|not permitted|"
         r"not accepted for policy|security (policy|reasons)|not authori[sz]ed|unauthori[sz]ed|"
         r"blocked by (the )?(recipient|user|customer|admin)|sender (denied|rejected|blocked)|"
         r"sender address rejected|recipient (denied|preferences)|access denied|access rule|"
         r"(no|without) permission|refuses? (to accept )?(mail|messages) from|user.{0,10}(choose|"
         r"chosen)|only accept|whitelist|allow.?list|local policy)", C.POLICY, LOW),
    Rule(None, r"(temporar\w+|internal|local|system|server|service|database|ldap|directory|disk|"
         r"backend|back-end|storage|resource|queue|config\w*|software|write|i/o|unexpected|"
         r"processing) ?(\w+ ){0,3}(error|problem|fail\w*|unavailable|busy|overload\w*|trouble|"
         r"exhausted|shortage|down|full|lookup|not available|issue|maintenance|shutting)|"
         r"too busy|server (is )?busy|unable to process|insufficient (system )?(storage|"
         r"resources)|cannot process|out of (memory|resources)|overload|maintenance|(resources|"
         r"service|system).{0,20}(unavailable|not available|not accepting)|shutting down|"
         r"try a(nother|lternat\w+) (mx|server)|error in processing|could not (complete|process|"
         r"be (processed|completed))|problem(s)? (delivering|processing)|failure (writing|"
         r"accepting)|temp(orary)?[ -]?fail", C.REMOTE_FAULT, MEDIUM),
)  # fmt: skip

PHRASES = (
    LIST_PHRASES + AUTH_PHRASES + TLS_PHRASES + RELAY_PHRASES + LIMIT_PHRASES
    + MAILBOX_PHRASES + CONTENT_PHRASES + FAULT_PHRASES
)  # fmt: skip
