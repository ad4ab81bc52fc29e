package suggest

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"
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
			if got := Nearest(test.word, choices); got != test.want {
				t.Errorf("nearest to %q is %q, want %q", test.word, got, test.want)
			}
		})
	}
	var many []string
	for i := range longList + 1 {
		many = append(many, fmt.Sprint("feed number ", i))
	}
	if got := For("Reuters", many); got != "" {
		t.Errorf("a long list is not worth repeating: %q", got)
	}
}

// The distance is a metric on words except for the triangle inequality (optimal string
// alignment gives that up), and the limit only cuts it off.
func TestDistance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`[abcõ]{0,8}`)
		a, b := []rune(word.Draw(t, "a")), []rune(word.Draw(t, "b"))
		d := distance(a, b, 100)
		if d != distance(b, a, 100) {
			t.Fatalf("not symmetric")
		}
		if (d == 0) != (string(a) == string(b)) {
			t.Fatalf("%d between %q and %q", d, string(a), string(b))
		}
		if d > max(len(a), len(b)) {
			t.Fatalf("%d is more than rewriting all of it", d)
		}
		if limit := rapid.IntRange(1, 10).Draw(t, "limit"); distance(a, b, limit) != min(d, limit) {
			t.Fatalf("limit %d: %d, want %d", limit, distance(a, b, limit), min(d, limit))
		}
	})
}
