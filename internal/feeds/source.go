package feeds

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"watcher/internal/problem"
	"watcher/internal/schedule"
)

// Source is a feed as the config names it.
type Source struct {
	// ID is the configured name, else the URL. Alerts, logs and the store know
	// the feed by it. It outlives a redirect and a change of URL.
	ID   string   `yaml:"name"`
	URL  string   `yaml:"url"`
	Tags []string `yaml:"tags"`

	// Every, Adaptive and Schedule exclude each other: poll after this interval,
	// after one that follows how often the feed publishes, or at the times of
	// this cron spec in Timezone (IANA name, empty is UTC). All zero: the
	// config's default.
	Every    time.Duration `yaml:"every"`
	Adaptive bool          `yaml:"-"` // every: adaptive
	Schedule string        `yaml:"schedule"`
	Timezone string        `yaml:"timezone"`

	// MaxAge: items published longer ago are recorded, not alerted; 0 is no
	// limit.
	MaxAge time.Duration `yaml:"max_age"`
	// Updates: alert on every change of an item.
	Updates bool `yaml:"updates"`
	// FullText: read the article's page where the feed only has a summary.
	FullText bool `yaml:"full_text"`
	// HostLimits: what the host asks for one feed (429) holds for this one too,
	// and its spacing. nil is true; false suits a local bridge that speaks for
	// many hosts.
	HostLimits *bool `yaml:"host_limits"`

	// How to ask. Username and Password are basic authentication, Token is a
	// bearer token; they exclude each other. Like Headers they go to the host of
	// URL alone, redirects included.
	UserAgent string            `yaml:"user_agent"`
	Headers   map[string]string `yaml:"headers"`
	Username  string            `yaml:"username"`
	Password  string            `yaml:"password,secret"`
	Token     string            `yaml:"token,secret"`
	// Proxy is an http, https or socks5 URL. It is trusted: the guard against
	// private addresses does not hold for it nor for what it connects to.
	Proxy string `yaml:"proxy"`
	// TLS is empty, or LegacyTLS: versions and ciphers are offered that are no longer
	// safe, to where the feed redirects as well.
	TLS string `yaml:"tls"`
}

// reservedHeaders are set by the client itself; another value would break
// conditional requests, decoding or framing.
var reservedHeaders = map[string]string{
	"Accept-Encoding":   "watcher sets it itself",
	"Authorization":     "write username and password, or token",
	"Connection":        "watcher sets it itself",
	"Content-Length":    "watcher sets it itself",
	"Host":              "it follows from url",
	"If-Modified-Since": "watcher sets it itself",
	"If-None-Match":     "watcher sets it itself",
	"Range":             "a feed is read as a whole",
	"Transfer-Encoding": "watcher sets it itself",
	"User-Agent":        "write user_agent",
}

// Validate returns what is wrong with the settings by themselves, without I/O. The
// caller, who has all sources, checks that their names are unique.
func (s *Source) Validate() []problem.Problem {
	var ps []problem.Problem
	if p, bad := ValidateURL("url", s.URL, "http", "https"); bad {
		ps = append(ps, p)
	} else if u, err := url.Parse(s.URL); err == nil && u.User != nil {
		ps = append(ps, problem.At("url", "a user and password do not belong into the address, which is shown and logged; write username and password_file"))
	}
	for i, tag := range s.Tags {
		if strings.TrimSpace(tag) == "" {
			ps = append(ps, problem.At(indexKey("tags", i), "a tag cannot be empty"))
		}
	}
	ps = append(ps, s.validateCadence()...)
	if s.MaxAge < 0 {
		ps = append(ps, problem.At("max_age", "cannot be negative"))
	}
	return append(ps, s.validateRequest()...)
}

func (s *Source) validateCadence() []problem.Problem {
	var ps []problem.Problem
	switch {
	case s.Every < 0 || s.Every > 0 && s.Every < time.Second:
		ps = append(ps, problem.At("every", "the shortest interval is 1s"))
	case s.Schedule != "" && (s.Every > 0 || s.Adaptive):
		ps = append(ps, problem.At("schedule", "every and schedule exclude each other, keep one"))
	}
	if _, err := schedule.Zone(s.Timezone); err != nil {
		ps = append(ps, problem.At("timezone", "%v", err))
	}
	switch {
	case s.Schedule != "":
		if _, err := schedule.Parse(s.Schedule, ""); err != nil {
			ps = append(ps, problem.At("schedule", "%v", err))
		}
	case s.Timezone != "":
		ps = append(ps, problem.At("timezone", "only a schedule has a time zone"))
	}
	return ps
}

func (s *Source) validateRequest() []problem.Problem {
	var ps []problem.Problem
	if !validHeaderValue(s.UserAgent) {
		ps = append(ps, problem.At("user_agent", "cannot contain control characters"))
	}
	for name, value := range s.Headers {
		key := "headers." + name
		why, reserved := reservedHeaders[http.CanonicalHeaderKey(name)]
		switch {
		case reserved:
			ps = append(ps, problem.At(key, "this header cannot be set: %s", why))
		case !validHeaderName(name):
			ps = append(ps, problem.At(key, "not the name of a header"))
		case !validHeaderValue(value):
			ps = append(ps, problem.At(key, "cannot contain control characters"))
		}
	}
	switch {
	case s.Token != "" && (s.Username != "" || s.Password != ""):
		ps = append(ps, problem.At("token", "a token and a username exclude each other"))
	case s.Password != "" && s.Username == "":
		ps = append(ps, problem.At("password", "needs a username"))
	case strings.Contains(s.Username, ":"):
		ps = append(ps, problem.At("username", "cannot contain a colon (RFC 7617)"))
	case !validHeaderValue(s.Token):
		ps = append(ps, problem.At("token", "cannot contain control characters"))
	}
	if s.TLS != "" && s.TLS != LegacyTLS {
		ps = append(ps, problem.At("tls", "is legacy, or left out"))
	}
	if s.Proxy != "" {
		if p, bad := ValidateURL("proxy", s.Proxy, "http", "https", "socks5"); bad {
			ps = append(ps, p)
		}
	}
	return ps
}

// HasCredentials reports whether a request for the source carries what only its
// own host may see.
func (s *Source) HasCredentials() bool {
	return s.Username != "" || s.Token != "" || len(s.Headers) > 0
}

func ValidateURL(key, raw string, schemes ...string) (problem.Problem, bool) {
	if raw == "" {
		return problem.At(key, "is missing"), true
	}
	u, err := url.Parse(raw)
	if err != nil {
		return problem.At(key, "not a URL: %q", Shown(raw)), true
	}
	for _, scheme := range schemes {
		if u.Scheme == scheme {
			if u.Hostname() == "" {
				return problem.At(key, "the URL names no host"), true
			}
			return problem.Problem{}, false
		}
	}
	return problem.At(key, "the URL must begin with %s://", strings.Join(schemes, ":// or ")), true
}

func validHeaderName(name string) bool {
	for i := range len(name) {
		c := name[i]
		if c <= ' ' || c >= 0x7f || strings.IndexByte(`()<>@,;:\"/[]?={}`, c) >= 0 {
			return false
		}
	}
	return name != ""
}

func validHeaderValue(value string) bool {
	for i := range len(value) {
		if c := value[i]; c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return true
}

// LegacyTLS is the value of Source.TLS that also allows old versions and ciphers of
// TLS.
const LegacyTLS = "legacy"

// At is the source at another address, which its document named. Credentials and
// headers that only the source's own host may see are left out if the host differs.
func (s Source) At(address string) Source {
	own, to := ParseURL(s.URL), ParseURL(address)
	if own == nil || to == nil || !SameOrigin(own, to) {
		s.Headers, s.Username, s.Password, s.Token = nil, "", "", ""
	}
	s.URL = address
	return s
}
