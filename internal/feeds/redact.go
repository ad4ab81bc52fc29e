package feeds

import (
	"net/url"
	"regexp"
	"strings"
)

// Shown is an address as people, logs and targets may see it: without its user and
// password, and without the values of query parameters that grant access (token=…).
// An address that has neither is returned as it is.
func Shown(address string) string {
	if !strings.ContainsAny(address, "@?") {
		return address
	}
	address = userInfo.ReplaceAllString(address, "$1")
	at := strings.IndexByte(address, '?')
	if at < 0 || secretIn(address) == "" {
		return address
	}
	query, fragment, _ := strings.Cut(address[at+1:], "#")
	parts := strings.Split(query, "&")
	for i, part := range parts {
		if name, _, ok := strings.Cut(part, "="); ok && isSecretPart(part) {
			parts[i] = name + "=***"
		}
	}
	if fragment != "" {
		fragment = "#" + fragment
	}
	return address[:at+1] + strings.Join(parts, "&") + fragment
}

// userInfo is what stands before the host of an address, whether or not that can
// be parsed.
var userInfo = regexp.MustCompile(`^([a-zA-Z][a-zA-Z0-9+.-]*://)[^/?#]*@`)

// secretIn returns the name of the first part of an address's query that looks
// like a secret; empty if none does.
func secretIn(address string) string {
	_, query, _ := strings.Cut(address, "?")
	query, _, _ = strings.Cut(query, "#")
	for part := range strings.SplitSeq(query, "&") {
		if isSecretPart(part) {
			name, _, _ := strings.Cut(part, "=")
			return name
		}
	}
	return ""
}

// secretNames are words in the names of query parameters that grant access: private
// feeds of forges, newsletters, podcasts and readers have them.
var secretNames = map[string]bool{
	"token": true, "key": true, "apikey": true, "auth": true, "authkey": true, "secret": true, "sig": true, "signature": true,
	"password": true, "passwd": true, "pass": true, "pwd": true, "passkey": true, "credential": true, "credentials": true,
	"accesstoken": true, "jwt": true, "hmac": true, "session": true, "sid": true,
}

// hexKey matches a value that looks like a key whatever its parameter is called:
// Reddit's private feeds call theirs "feed".
var hexKey = regexp.MustCompile(`^[0-9a-fA-F]{32,}$`)

func isSecretPart(part string) bool {
	name, value, _ := strings.Cut(part, "=")
	if value == "" {
		return false
	}
	if plain, err := url.QueryUnescape(name); err == nil {
		name = plain
	}
	for word := range strings.FieldsFuncSeq(strings.ToLower(name), func(r rune) bool { return r == '_' || r == '-' || r == '.' || r == '[' || r == ']' }) {
		if secretNames[word] {
			return true
		}
	}
	return hexKey.MatchString(value)
}
