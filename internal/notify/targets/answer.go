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

// answer is a target's response to a request.
type answer struct {
	kind   string
	status int
	sent   []byte        // the request's body
	body   string        // its first 512 kB, without the target's secrets
	after  time.Duration // Retry-After; 0 for none
}

// success reports whether the status is 2xx.
func (a answer) success() bool { return a.status >= 200 && a.status < 300 }

// webPage matches the beginning of an HTML document, after a byte order mark, comments
// and an XML declaration.
var webPage = sync.OnceValue(func() *regexp.Regexp { // compiled on demand: its repetitions make it large
	return regexp.MustCompile(`(?is)^\x{feff}?\s*(<\?xml[^>]{0,200}>\s*|<!--.{0,800}?-->\s*)*<(!doctype\s+html|html)\b`)
})

// page reports whether the body is a whole web page, made for people. A piece of HTML
// is none: a script in PHP may well answer <p>ok</p>.
func (a answer) page() bool { return webPage().MatchString(a.body[:min(len(a.body), 4096)]) }

// verdict is what an answer means for the message.
type verdict int

const (
	temporary verdict = iota
	unclear           // something else answered for the target; the message may have arrived
	accepted
	badMessage // the target refuses this message and always will
	deadTarget // the target refuses every message until a person acts
)

// codes are what a kind of target says in its answers, by what that means, whatever the
// status is. docs/targets.md has the table of each kind.
type codes map[verdict][]string

// of looks up a code.
func (c codes) of(code string, otherwise verdict) verdict {
	return c.find(func(known string) bool { return known == code }, otherwise)
}

// within looks for the codes as phrases of a text. Of several the one about the target
// counts.
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

// byStatus is the verdict where the answer says nothing that the kind knows. A web page
// with a 400 comes from another server than the target and says nothing about the
// message; with a 413 it does.
func (a answer) byStatus() verdict {
	v := byStatus(a.status)
	if v == badMessage && a.status != http.StatusRequestEntityTooLarge && a.page() {
		return deadTarget
	}
	return v
}

// byStatus is the meaning of a status for most targets, RFC 9110 section 15.
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

// settle turns a verdict into the result of Notify.
func (a answer) settle(v verdict) error {
	err := fmt.Errorf("%s answered %s", a.kind, a.words())
	if a.success() && a.page() {
		// A login, a captive portal or a wrong address keeps every message from the
		// target.
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

// fromGateway reports whether a status is about a server between us and the target,
// which may have passed the message on before it lost the target: RFC 9110 sections
// 15.6.3 and 15.6.5, and Cloudflare's 520 and 524.
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

// maxRetryAfter caps the Retry-After of a target.
const maxRetryAfter = 7 * 24 * time.Hour
