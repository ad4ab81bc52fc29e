package feeds

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	whatwg "github.com/nlnwa/whatwg-url/url"
	"golang.org/x/net/idna"
)

func indexKey(key string, i int) string { return key + "[" + strconv.Itoa(i) + "]" }

// trackers are query parameters that tell who came from where and never which
// article it is. Those that begin with utm_ and mtm_ belong to them.
var trackers = map[string]bool{
	"at_campaign": true, "at_medium": true, "cmpid": true, "dclid": true, "fbclid": true, "gclid": true,
	"gclsrc": true, "ftag": true, "guccounter": true, "guce_referrer": true, "guce_referrer_sig": true,
	"igshid": true, "mc_cid": true, "mc_eid": true, "mkt_tok": true, "msclkid": true, "ncid": true,
	"ns_campaign": true, "ns_mchannel": true, "ns_source": true, "oly_anon_id": true, "oly_enc_id": true,
	"piwik_campaign": true, "pk_campaign": true, "pk_kwd": true, "ref_src": true, "smid": true, "spm": true,
	"sr_share": true, "taid": true, "twclid": true, "vero_id": true, "wickedid": true, "wprov": true,
	"xtor": true, "yclid": true, "_hsenc": true, "_hsmi": true, "__twitter_impression": true,
}

// IsTracker takes the name of a parameter in small letters.
func IsTracker(name string) bool {
	return trackers[name] || strings.HasPrefix(name, "utm_") || strings.HasPrefix(name, "mtm_")
}

// CanonicalLink returns the form of an article's link that is the same in every
// feed that carries it: without scheme, leading www., default port, trailing
// slash, tracking parameters and fragment, its parameters in order. A fragment
// that begins with "!" or "/" is the path of a page made by scripts, and one
// that follows the bare host is all there is: these stay. Empty for what is no
// http(s) URL.
func CanonicalLink(link string) string {
	u, err := url.Parse(strings.TrimSpace(link))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return ""
	}
	var b strings.Builder
	host := canonicalHost(u)
	if host == "" {
		return ""
	}
	b.WriteString(host)
	path := strings.TrimRight(u.EscapedPath(), "/")
	b.WriteString(path)
	query := canonicalQuery(u.RawQuery)
	if query != "" {
		b.WriteByte('?')
		b.WriteString(query)
	}
	f := u.EscapedFragment()
	if f != "" && (f[0] == '!' || f[0] == '/' || path == "" && query == "") {
		b.WriteByte('#')
		b.WriteString(f)
	}
	return b.String()
}

func canonicalHost(u *url.URL) string {
	host := strings.TrimRight(strings.ToLower(u.Hostname()), ".")
	if rest, ok := strings.CutPrefix(host, "www."); ok && strings.Contains(rest, ".") {
		host = rest
	}
	if !isASCII(host) {
		if ascii, err := idna.Lookup.ToASCII(host); err == nil {
			host = ascii
		}
	}
	if p := u.Port(); p != "" && p != "80" && p != "443" {
		host += ":" + p
	}
	return host
}

func canonicalQuery(raw string) string {
	if raw == "" {
		return ""
	}
	params := strings.Split(raw, "&")
	for i, p := range params {
		params[i] = strings.TrimRight(p, " ") // as at the end of the link
	}
	params = slices.DeleteFunc(params, func(p string) bool {
		name, _, _ := strings.Cut(p, "=")
		name = strings.ToLower(name)
		return name == "" || IsTracker(name)
	})
	slices.Sort(params)
	return strings.Join(params, "&")
}

// StrippedGUID returns a guid without scheme and leading www., which sites add
// and drop; not without the host, as planet feeds share "/?p=12".
func StrippedGUID(guid string) string {
	rest := guid
	for _, scheme := range [...]string{"http://", "https://"} {
		if len(rest) >= len(scheme) && strings.EqualFold(rest[:len(scheme)], scheme) {
			rest = rest[len(scheme):]
			break
		}
	}
	if len(rest) > 4 && strings.EqualFold(rest[:4], "www.") {
		rest = rest[4:]
	}
	if rest == "" {
		return guid
	}
	return rest
}

// ArticleLink is AbsoluteLink for links as people and broken software write them: in
// quotes, with an ampersand escaped twice, without a scheme or with a wrong one in
// front, inside markup, or a word that stands for no link.
func ArticleLink(base *url.URL, link string) string {
	link = strings.ReplaceAll(strings.Trim(link, " \t\r\n\"'<>“”«»"), "&amp;", "&")
	link = addressIn(link)
	if noLinks[strings.ToLower(link)] {
		return ""
	}
	host, _, _ := strings.Cut(link, "/")
	switch {
	case len(host) > 4 && strings.EqualFold(host[:4], "www.") && strings.Count(host, ".") > 1,
		base != nil && strings.Contains(host, ".") && strings.EqualFold(host, base.Host):
		link = "http://" + link
	}
	return AbsoluteLink(base, link)
}

// noLinks are what programs write that have no link.
var noLinks = map[string]bool{"#": true, "n/a": true, "null": true, "none": true, "nil": true, "undefined": true, "false": true}

var (
	address = regexp.MustCompile(`(?i)https?://[^\s<>"'\])]+`)
	// twoAddresses is one that a program has put behind that of the site.
	twoAddresses = regexp.MustCompile(`(?i)^https?://[^/?#]*?(https?://.+)$`)
)

// addressIn is the first address in what has more than one: markup, words before it,
// another one.
func addressIn(link string) string {
	if m := twoAddresses.FindStringSubmatch(link); m != nil {
		return m[1]
	}
	at := address.FindStringIndex(link)
	switch {
	case at == nil:
	case at[0] == 0:
		if rest := strings.TrimLeft(link[at[1]:], " \t"); address.MatchString(rest) && address.FindStringIndex(rest)[0] == 0 {
			return link[:at[1]]
		}
	case strings.IndexByte(" \"'(<[", link[at[0]-1]) >= 0 && link[0] != '/':
		return link[at[0]:at[1]]
	}
	return link
}

// AbsoluteLink resolves a link against the document's address and drops what is
// neither http nor https: javascript:, data:, mailto:, file:. It is read as
// browsers read it.
func AbsoluteLink(base *url.URL, link string) string {
	link = strings.TrimSpace(link)
	if link == "" {
		return ""
	}
	u, err := url.Parse(link)
	switch {
	case err != nil, strings.IndexByte(link, '\\') >= 0, u.Scheme != "" && u.Host == "", !isASCII(u.Host), len(u.Port()) > 4:
		return browserLink(base, link)
	}
	if !u.IsAbs() && base != nil {
		u = base.ResolveReference(u)
	}
	u.Scheme = strings.ToLower(u.Scheme)
	if u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return ""
	}
	u.RawQuery = strings.ReplaceAll(u.RawQuery, " ", "%20") // which String leaves, and which ends a link in a text
	if u.User != nil {
		u.User = nil // "https://nato.int@evil.example" is made to mislead
	}
	if !strings.ContainsFunc(link, func(r rune) bool { return r <= ' ' || r >= 0x7f }) && strings.HasPrefix(link, u.Scheme+"://") && !strings.Contains(link, "@") {
		return link // as written, where nothing has to be changed
	}
	return u.String()
}

// FirstLink is the first of the links that is an address.
func FirstLink(base *url.URL, links ...string) string {
	for _, link := range links {
		if l := AbsoluteLink(base, link); l != "" {
			return l
		}
	}
	return ""
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r >= 0x80 })
}

// maxOddLink bounds the links that browserLink reads, in bytes.
const maxOddLink = 8 << 10

// browserLink is AbsoluteLink for links that net/url refuses, or reads differently
// from browsers (WHATWG URL): a stray %, line ends and tabs, backslashes, too few or
// too many slashes, host names beyond ASCII, ports out of range.
func browserLink(base *url.URL, link string) string {
	if len(link) > maxOddLink {
		return ""
	}
	// A line that was broken was indented too.
	parts := strings.FieldsFunc(link, func(r rune) bool { return r == '\n' || r == '\r' })
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	from := ""
	if base != nil {
		from = base.String()
	}
	u, err := whatwg.ParseRef(from, strings.Join(parts, ""))
	if err != nil || u.Scheme() != "http" && u.Scheme() != "https" || u.Hostname() == "" {
		return ""
	}
	u.SetUsername("")
	u.SetPassword("")
	href := escapePercent(u.Href(false))
	if ParseURL(href) == nil {
		return ""
	}
	return href
}

// escapePercent escapes a % that begins no escape. Servers read both forms alike;
// many programs read only the escaped one.
func escapePercent(link string) string {
	var b strings.Builder
	for {
		before, after, found := strings.Cut(link, "%")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		b.WriteByte('%')
		if len(after) < 2 || !isHex(after[0]) || !isHex(after[1]) {
			b.WriteString("25")
		}
		link = after
	}
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}
