// Package delta encodes what changed between two values that are mostly equal, quickly
// and in few bytes: 20 KB of which 200 B are new take some 7 µs. (zstd with the old
// value as dictionary makes as few bytes and takes 100 times as long.)
package delta

import (
	"encoding/binary"
	"errors"
	"math/bits"
)

const (
	// word is how many equal bytes make a candidate for a copy, and step the distance
	// between the candidates in the old value.
	word, step = 8, 8
	// least is the length of the shortest copy: a shorter one costs as much as its
	// bytes.
	least = 12
	// most bounds the result of Apply, so that a damaged patch does not fill the
	// memory.
	most = 64 << 20
)

// ErrDamaged says that a patch does not belong to the value.
var ErrDamaged = errors.New("not a change of this value")

// Diff returns the patch with which Apply makes new of old. A patch is the length of
// new, and then in turn bytes of its own and copies of old: the number of the bytes,
// the bytes, the length of the copy, and its distance in old from the end of the last
// copy. Numbers are varints.
func Diff(old, new []byte) []byte {
	patch := binary.AppendUvarint(make([]byte, 0, 256), uint64(len(new)))
	shift := 64 - max(8, bits.Len(uint(len(old)/step)))
	var few [1 << 12]int32 // most values need no more, and this much costs no allocation
	places := few[:]       // 1 more than the place of a word in old
	if n := 1 << (64 - shift); n <= len(few) {
		places = places[:n]
	} else {
		places = make([]int32, n)
	}
	for i := 0; i+word <= len(old); i += step {
		places[hash(old[i:])>>shift] = int32(i + 1)
	}
	told, ended := 0, 0 // how much of new is encoded, and where the last copy ended in old
	// emit encodes new up to i, and a copy of n bytes at from in old.
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

// same is the length of the common prefix of two values.
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

// Apply returns the value that Diff compared with old to make patch.
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
