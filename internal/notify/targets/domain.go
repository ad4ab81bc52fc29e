package targets

import (
	"fmt"
	"net/mail"
	"regexp"
	"strings"

	"golang.org/x/net/idna"
)

// asciiHost is a host in the form that goes over the wire, xn-- where a person
// wrote other letters. net/http does so by itself; nothing else does.
func asciiHost(host string) (string, error) {
	if isASCII(host) {
		return host, nil // as it is: names of machines need not be those of domains
	}
	ascii, err := idna.Lookup.ToASCII(host)
	if err != nil {
		return "", fmt.Errorf("%s is no domain: %w", host, err)
	}
	return ascii, nil
}

// parseAddress reads a mail address that a person wrote.
func parseAddress(s string) (mail.Address, error) {
	a, err := mail.ParseAddress(s)
	if err != nil {
		return mail.Address{}, err
	}
	return asciiAddress(*a)
}

// asciiAddress has the domain of an address in ASCII. What stands before the @
// has no such form.
func asciiAddress(a mail.Address) (mail.Address, error) {
	at := strings.LastIndexByte(a.Address, '@') + 1
	domain, err := asciiHost(a.Address[at:])
	a.Address = a.Address[:at] + domain
	return a, err
}

// domainName is RFC 1123 section 2.1, and an underscore, which some have.
var domainName = regexp.MustCompile(`^(?i:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)(?:\.(?i:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?))*$`)

func isDomain(name string) bool { return len(name) <= 253 && domainName.MatchString(name) }
