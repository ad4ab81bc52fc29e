package delta_test

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"watcher/internal/store/delta"
)

// A value and its change give the value that it was changed to, whatever the change was.
func TestApply(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		old := rapid.SliceOfN(rapid.Byte(), 0, 400).Draw(t, "old")
		fresh := bytes.Clone(old)
		for range rapid.IntRange(0, 5).Draw(t, "changes") {
			at := rapid.IntRange(0, len(fresh)).Draw(t, "at")
			cut := rapid.IntRange(0, min(60, len(fresh)-at)).Draw(t, "cut")
			put := rapid.SliceOfN(rapid.Byte(), 0, 60).Draw(t, "put")
			fresh = append(append(bytes.Clone(fresh[:at]), put...), fresh[at+cut:]...)
		}
		patch := delta.Diff(old, fresh)
		got, err := delta.Apply(old, patch)
		if err != nil || !bytes.Equal(got, fresh) {
			t.Fatalf("%x is made, %v, want %x", got, err, fresh)
		}
	})
}

// A small change has a small encoding.
func TestSmall(t *testing.T) {
	old := noise(20 << 10)
	for what, fresh := range map[string][]byte{
		"nothing":                  old,
		"three records in front":   append(noise(150), old...),
		"some bytes in the middle": append(append(bytes.Clone(old[:9000]), noise(150)...), old[9100:]...),
		"records fall off the end": append(noise(150), old[:20000]...),
	} {
		if patch := delta.Diff(old, fresh); len(patch) > 150+32 {
			t.Errorf("%s: %d bytes", what, len(patch))
		}
	}
}

// FuzzApply: a damaged patch is an error and does no harm.
func FuzzApply(f *testing.F) {
	old := noise(300)
	f.Add(old, delta.Diff(old, append(noise(20), old[:200]...)))
	f.Fuzz(func(t *testing.T, old, patch []byte) {
		if _, err := delta.Apply(old, patch); err != nil && !errors.Is(err, delta.ErrDamaged) {
			t.Error(err)
		}
	})
}

func BenchmarkDiff(b *testing.B) {
	old := noise(20 << 10)
	fresh := append(noise(150), old[:20000]...)
	for b.Loop() {
		delta.Diff(old, fresh)
	}
}

func noise(n int) []byte {
	r := rand.New(rand.NewPCG(1, uint64(n)))
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}
