package text_test

import (
	"testing"

	"watcher/internal/testutil"
	"watcher/internal/text"
)

func TestNumber(t *testing.T) {
	for n, want := range map[int]string{0: "0", 12: "12", 999: "999", 1000: "1,000", 81234: "81,234", 1234567: "1,234,567"} {
		testutil.Equal(t, "number", text.Number(n), want)
	}
}
