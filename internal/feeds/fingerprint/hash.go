package fingerprint

import "github.com/cespare/xxhash/v2"

// Hash is the 64-bit hash of an alias; 0 only for the empty string.
func Hash(s string) uint64 {
	if s == "" {
		return 0
	}
	return NonZero(xxhash.Sum64String(s))
}

func HashBytes(b []byte) uint64 { return NonZero(xxhash.Sum64(b)) }

func NonZero(h uint64) uint64 {
	if h == 0 {
		return 1
	}
	return h
}

// Mix joins two hashes (boost's hash_combine).
func Mix(a, b uint64) uint64 {
	return NonZero(a ^ (b + 0x9e3779b97f4a7c15 + a<<12 + a>>4))
}
