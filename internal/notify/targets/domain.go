package targets

import (
	"fmt"
	"net/mail"
	"regexp"
	"strings"

	"golang.org/x/net/idna"
)

// asciiHost converts a host to its wire form, xn-- for non-ASCII letters. net/http does
// this itself; SMTP and dialling do not.
func asciiHost(host string) (string, error) {
	if isASCII(host) {
		return host, nil // names of machines need not be domain names
	}
	ascii, err := idna.Lookup.ToASCII(host)
	if err != nil {
		return "", fmt.Errorf("%s is no domain: %w", host, err)
	}
	return ascii, nil
}

// parseAddress parses a mail address of the config.
func parseAddress(s string) (mail.Address, error) {
	a, err := mail.ParseAddress(s)
	if err != nil {
		return mail.Address{}, err
	}
	return asciiAddress(*a)
}

// asciiAddress converts the domain of an address to ASCII. The part before the @ has no
// ASCII form.
func asciiAddress(a mail.Address) (mail.Address, error) {
	at := strings.LastIndexByte(a.Address, '@') + 1
	domain, err := asciiHost(a.Address[at:])
	a.Address = a.Address[:at] + domain
	return a, err
}

// domainName is RFC 1123 section 2.1, with the underscore that some hosts have.
var domainName = regexp.MustCompile(`^(?i:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)(?:\.(?i:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?))*$`)

func isDomain(name string) bool { return len(name) <= 253 && domainName.MatchString(name) }
