package fingerprint

import (
	"slices"
	"strings"

	"watcher/internal/feeds"
)

// coreOf returns the part of a guid or link that stays the same while its host, a
// session, a counter or a token in it changes from poll to poll; empty if nothing is
// left that could tell items apart. The core identifies an item only where no other
// item of the feed has it: an opaque number may be all that an item is known by. The
// fragment stays, because pages with many reports have one for each.
func coreOf(name string) string {
	rest := strings.TrimSpace(name)
	if _, after, ok := strings.Cut(rest, "://"); ok {
		at := strings.IndexAny(after, "/?#")
		if at < 0 {
			return ""
		}
		rest = after[at:]
	}
	rest, fragment, _ := strings.Cut(rest, "#")
	path, query, _ := strings.Cut(rest, "?")
	var b strings.Builder
	b.Grow(len(name))
	for segment := range strings.SplitSeq(path, "/") {
		segment, _, _ = strings.Cut(segment, ";")
		if segment != "" && !isOpaque(segment) {
			if b.Len() > 0 {
				b.WriteByte('/')
			}
			b.WriteString(withoutVersion(segment))
		}
	}
	if query != "" {
		params := slices.DeleteFunc(strings.FieldsFunc(query, func(r rune) bool { return r == '&' || r == ';' }), isPassing)
		slices.Sort(params)
		for _, p := range params {
			b.WriteByte('?')
			b.WriteString(p)
		}
	}
	if strings.Trim(fragment, "0123456789") != "" {
		b.WriteByte('#')
		b.WriteString(fragment)
	}
	return b.String()
}

// linkCoreOf is coreOf for links, in which a number behind # is a place on the page
// and not a version.
func linkCoreOf(link string) string {
	core := coreOf(link)
	if _, fragment, _ := strings.Cut(link, "#"); fragment != "" && strings.Trim(fragment, "0123456789") == "" {
		core += "#" + fragment
	}
	return core
}

// passing are names of parameters that say who reads, when and from where, and not
// which article it is.
var passing = map[string]bool{
	"sid": true, "phpsessid": true, "jsessionid": true, "aspsessionid": true, "sessionid": true, "session_id": true, "session": true,
	"sess": true, "cfid": true, "cftoken": true, "token": true, "zenid": true, "oscsid": true,
	"from": true, "ref": true, "referrer": true, "referer": true, "source": true, "src": true, "via": true, "campaign": true,
	"rnd": true, "rand": true, "random": true, "nocache": true, "cachebuster": true, "cb": true, "_": true, "ts": true, "time": true, "timestamp": true,
	"v": true, "ver": true, "version": true, "rev": true, "revision": true, "modified": true, "updated": true, "lastmod": true,
}

func isPassing(param string) bool {
	name, value, _ := strings.Cut(param, "=")
	name = strings.ToLower(name)
	return passing[name] || feeds.IsTracker(name) || isOpaque(value)
}

// isOpaque reports whether a part of an address means nothing to people: hex digits, a
// UUID, or letters and digits in no order.
func isOpaque(s string) bool {
	s = strings.Trim(s, "()") // as ASP.NET writes its sessions
	if len(s) > 1 && s[1] == '(' {
		s = s[2:]
	}
	if len(s) < 8 {
		return false
	}
	digits, hex, others := 0, 0, 0
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			digits++
		case c >= 'a' && c <= 'f', c >= 'A' && c <= 'F', c == '-' && len(s) == 36:
			hex++
		case c >= 'g' && c <= 'z', c >= 'G' && c <= 'Z':
			others++
		default:
			return false
		}
	}
	switch {
	case others > 0:
		return len(s) >= 16 && digits >= 3
	case hex > 0:
		return digits > 0
	}
	return digits >= 10
}

// withoutVersion cuts off a version at the end of a guid: "…:v2", "…@3", "…-rev4".
func withoutVersion(s string) string {
	rest := strings.TrimRight(s, "0123456789")
	if rest == s || rest == "" {
		return s
	}
	if base, ok := strings.CutSuffix(rest, "@"); ok {
		return base
	}
	for _, mark := range [...]string{"v", "rev", "version", "update"} {
		if base, ok := strings.CutSuffix(rest, mark); ok && (base == "" || strings.HasSuffix(base, ":") || strings.HasSuffix(base, "-") ||
			strings.HasSuffix(base, ".") || strings.HasSuffix(base, "_")) {
			return base
		}
	}
	return s
}

// coreHash returns 0 for the empty string. If nothing had to be removed from a guid,
// the hash is a part of the guid's own, so that it takes no bytes when it is packed.
func coreHash(core string) uint32 { return uint32(Hash(core)) & MaskBits }
