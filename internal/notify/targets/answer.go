package targets

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"watcher/internal/notify"
	"watcher/internal/text"
)

// answer is what a target said to a request.
type answer struct {
	kind   string
	status int
	sent   []byte        // the request's body
	body   string        // the answer's first 512 kB, without the target's secrets
	after  time.Duration // Retry-After; 0 if it did not say
}

// success says whether the status is of those that accept.
func (a answer) success() bool { return a.status >= 200 && a.status < 300 }

// webPage is the beginning of an HTML document, behind a byte order mark,
// comments and an XML declaration.
var webPage = sync.OnceValue(func() *regexp.Regexp { // as its counts make it large
	return regexp.MustCompile(`(?is)^\x{feff}?\s*(<\?xml[^>]{0,200}>\s*|<!--.{0,800}?-->\s*)*<(!doctype\s+html|html)\b`)
})

// page says whether the answer is a whole web page, made for people. A piece of
// HTML is not: a script in PHP may well answer <p>ok</p>.
func (a answer) page() bool { return webPage().MatchString(a.body[:min(len(a.body), 4096)]) }

// verdict is what an answer means for the message.
type verdict int

const (
	temporary verdict = iota
	unclear           // it was not the target that answered; the message may have arrived
	accepted
	badMessage // the target refuses this message and always will
	deadTarget // the target refuses every message until a person acts
)

// codes are what the answers of a kind say, and what that means whatever their
// status is. docs/targets.md has the table of each kind.
type codes map[verdict][]string

// of looks up a code.
func (c codes) of(code string, otherwise verdict) verdict {
	return c.find(func(known string) bool { return known == code }, otherwise)
}

// within looks for phrases in a text. Of several the one for the target counts.
func (c codes) within(text string, otherwise verdict) verdict {
	text = strings.ToLower(text)
	return c.find(func(known string) bool { return strings.Contains(text, strings.ToLower(known)) }, otherwise)
}

func (c codes) find(is func(known string) bool, otherwise verdict) verdict {
	for _, v := range []verdict{deadTarget, temporary, badMessage} {
		if slices.ContainsFunc(c[v], is) {
			return v
		}
	}
	return otherwise
}

// byStatus is what the status means where the answer says nothing that the kind
// knows. A web page that comes with a 400 is of another server than the target's,
// and says nothing of the message; but one that finds a message too large says it
// of the message.
func (a answer) byStatus() verdict {
	v := byStatus(a.status)
	if v == badMessage && a.status != http.StatusRequestEntityTooLarge && a.page() {
		return deadTarget
	}
	return v
}

// byStatus is what a status means for most targets, RFC 9110 section 15.
func byStatus(status int) verdict {
	switch status {
	case http.StatusUnauthorized, http.StatusPaymentRequired, http.StatusForbidden, http.StatusNotFound,
		http.StatusMethodNotAllowed, http.StatusProxyAuthRequired, http.StatusGone:
		return deadTarget
	case http.StatusRequestTimeout, http.StatusMisdirectedRequest, http.StatusTooEarly, http.StatusTooManyRequests:
		return temporary
	}
	switch {
	case status >= 200 && status < 300:
		return accepted
	case status >= 400 && status < 500:
		return badMessage
	}
	return temporary
}

// settle turns a verdict on an answer into Notify's result.
func (a answer) settle(v verdict) error {
	err := fmt.Errorf("%s answered %s", a.kind, a.words())
	if a.success() && a.page() {
		// Whoever put it there, a login, a captive portal or a wrong address, keeps
		// every message from the target.
		v, err = deadTarget, fmt.Errorf("%s answered with a web page, which is no acceptance: is the address right, and no login in front of it? %s", a.kind, a.words())
	}
	switch {
	case v == accepted:
		return nil
	case v == badMessage:
		return &notify.PermanentError{Err: err}
	case v == deadTarget:
		return &notify.PermanentError{Target: true, Err: err}
	}
	return &notify.RetryError{After: a.after, Unclear: v == unclear || v == temporary && fromGateway(a.status), Err: err}
}

// fromGateway says of a status that it tells of a server between us and the
// target, which may have handed the message on before it lost the target: RFC
// 9110 sections 15.6.3 and 15.6.5, and what Cloudflare calls 520 and 524.
func fromGateway(status int) bool {
	switch status {
	case http.StatusBadGateway, http.StatusGatewayTimeout, 520, 524:
		return true
	}
	return false
}

// words quotes the answer for people.
func (a answer) words() string {
	w := fmt.Sprint(a.status)
	if text := http.StatusText(a.status); text != "" {
		w += " " + text
	}
	if body := text.Clip(text.Clean(a.body), 300); body != "" {
		w += ": " + body
	}
	return w
}

// maxRetryAfter bounds a wait that a target asks for.
const maxRetryAfter = 7 * 24 * time.Hour
