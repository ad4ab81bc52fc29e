package rules

import "math/bits"

// Articles is a set of the articles of a WordIndex: bit i%64 of number i/64 for article
// i. It may be shorter than the index; the rest is not in it. The zero value is empty.
type Articles []uint64

// Has reports whether the set has the article.
func (a Articles) Has(i int) bool { return i/64 < len(a) && a[i/64]>>(i%64)&1 != 0 }

// Count is the number of articles in the set.
func (a Articles) Count() int {
	n := 0
	for _, w := range a {
		n += bits.OnesCount64(w)
	}
	return n
}

// Empty reports whether the set is empty.
func (a Articles) Empty() bool {
	for _, w := range a {
		if w != 0 {
			return false
		}
	}
	return true
}

// Before returns the last article of the set before i; -1 if there is none.
func (a Articles) Before(i int) int {
	if i = min(i, 64*len(a)); i <= 0 {
		return -1
	}
	at := (i - 1) / 64
	w := a[at] << (63 - (i-1)%64) >> (63 - (i-1)%64)
	for w == 0 {
		if at--; at < 0 {
			return -1
		}
		w = a[at]
	}
	return 64*at + 63 - bits.LeadingZeros64(w)
}

// Without returns the articles of a that are not in b.
func (a Articles) Without(b Articles) Articles {
	out := make(Articles, len(a))
	copy(out, a)
	for i := range min(len(a), len(b)) {
		out[i] &^= b[i]
	}
	return out
}

// And returns the articles that are in both.
func (a Articles) And(b Articles) Articles {
	out := make(Articles, min(len(a), len(b)))
	for i := range out {
		out[i] = a[i] & b[i]
	}
	return out
}

// Or returns the articles that are in one of them or both.
func (a Articles) Or(b Articles) Articles {
	if len(a) < len(b) {
		a, b = b, a
	}
	if len(b) == 0 {
		return a
	}
	out := make(Articles, len(a))
	copy(out, a)
	for i := range b {
		out[i] |= b[i]
	}
	return out
}

// complement returns those of n articles that are not in a.
func (a Articles) complement(n int) Articles { return all(n).Without(a) }

// all returns a set of n articles.
func all(n int) Articles {
	a := make(Articles, articlesLen(n))
	for i := range a {
		a[i] = ^uint64(0)
	}
	if n%64 != 0 {
		a[len(a)-1] >>= 64 - n%64
	}
	return a
}

func articlesLen(n int) int { return (n + 63) / 64 }

func (a Articles) add(i int) { a[i/64] |= 1 << (i % 64) }
