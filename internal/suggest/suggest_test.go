package suggest_test

import (
	"fmt"
	"testing"

	"watcher/internal/suggest"
)

func TestSuggestions(t *testing.T) {
	choices := []string{"schedule", "timezone", "name", "url", "tags", "every"}
	tests := []struct{ shows, word, want string }{
		{"a missing letter", "shedule", "schedule"},
		{"neighbours swapped", "ulr", "url"},
		{"one letter too many", "tagss", "tags"},
		{"another case", "TimeZone", "timezone"},
		{"three slips in a short word are another word", "abcd", ""},
		{"a short word needs to be nearly right", "uxx", ""},
	}
	for _, test := range tests {
		t.Run(test.shows, func(t *testing.T) {
			if got := suggest.Nearest(test.word, choices); got != test.want {
				t.Errorf("nearest to %q is %q, want %q", test.word, got, test.want)
			}
		})
	}
	var many []string
	for i := range 1000 {
		many = append(many, fmt.Sprint("feed number ", i))
	}
	if got := suggest.For("Reuters", many); got != "" {
		t.Errorf("a long list is not worth repeating: %q", got)
	}
}
