package targets

import (
	"fmt"
	"log/slog"
	"strings"
)

// Secret is a setting that must not be shown: a password, a token, or a URL that is
// equivalent to one. It appears as ••• wherever it is printed, logged or marshalled;
// string(s) is the value itself.
type Secret string

func (s Secret) mask() string {
	if s == "" {
		return ""
	}
	return "•••"
}

// Format masks the value under every verb, %#v and %x included.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(s.mask())) }

// String returns the mask.
func (s Secret) String() string { return s.mask() }

// MarshalText returns the mask, for JSON and YAML alike.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.mask()), nil }

// LogValue returns the mask.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.mask()) }

// hide removes secrets from answers of targets and from errors.
func hide(text string, secrets ...Secret) string {
	for _, s := range secrets {
		// A short secret would cut holes into ordinary words.
		if len(s) >= 6 {
			text = strings.ReplaceAll(text, string(s), s.mask())
		}
	}
	return text
}
