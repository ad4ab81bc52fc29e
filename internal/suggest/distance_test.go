package suggest

import (
	"testing"

	"pgregory.net/rapid"
)

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
