package text

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// ExcerptRunes is about how long an excerpt is, without its ellipses.
const ExcerptRunes = 240

// Excerpt returns a short piece of a field's text, cleaned to one line, around most of
// spans; the start of the text if there are none. It is cut between words, and … marks
// what was left out. Spans are byte offsets into text in any order; those that are out
// of range, overlap or cut a character are corrected.
func Excerpt(text string, spans [][2]int) (string, [][2]int) {
	text, spans = CleanSpans(text, TidySpans(text, spans))
	from, to := window(text, spans)
	prefix := ""
	if from > 0 {
		prefix = "… "
	}
	piece := prefix + text[from:to]
	if to < len(text) {
		piece = strings.TrimRight(piece, " ") + " …"
	}
	kept := [][2]int{}
	for _, s := range spans {
		a, b := max(s[0], from), min(s[1], to)
		if a < b {
			kept = append(kept, [2]int{a - from + len(prefix), b - from + len(prefix)})
		}
	}
	return piece, kept
}

// TidySpans returns spans in ascending order, within text, at character boundaries, and
// merged where they overlap.
func TidySpans(text string, spans [][2]int) [][2]int {
	tidy := make([][2]int, 0, len(spans))
	for _, s := range spans {
		a, b := max(s[0], 0), min(s[1], len(text))
		if a >= b {
			continue
		}
		for a > 0 && !utf8.RuneStart(text[a]) {
			a--
		}
		for b < len(text) && !utf8.RuneStart(text[b]) {
			b++
		}
		tidy = append(tidy, [2]int{a, b})
	}
	slices.SortFunc(tidy, func(x, y [2]int) int { return x[0] - y[0] })
	merged := tidy[:0]
	for _, s := range tidy {
		if n := len(merged); n > 0 && s[0] < merged[n-1][1] {
			merged[n-1][1] = max(merged[n-1][1], s[1])
			continue
		}
		merged = append(merged, s)
	}
	return merged
}

// window chooses the piece of text to show: most spans, and the rest of ExcerptRunes
// around them.
func window(text string, spans [][2]int) (from, to int) {
	if utf8.RuneCountInString(text) <= ExcerptRunes {
		return 0, len(text)
	}
	first, last := densest(text, spans)
	a, b := 0, 0
	if len(spans) > 0 {
		a, b = spans[first][0], spans[last][1]
	}
	spare := ExcerptRunes - utf8.RuneCountInString(text[a:b])
	if spare <= 0 {
		return a, forward(text, a, ExcerptRunes)
	}
	// A third goes before the spans: what follows a name says more about it.
	from = back(text, a, spare/3)
	to = forward(text, b, spare-utf8.RuneCountInString(text[from:a]))
	if to == len(text) {
		from = back(text, a, spare-(utf8.RuneCountInString(text[b:])))
	}
	return wordBounds(text, from, a, b, to)
}

// densest returns the first and last of the largest group of spans that fit into an
// excerpt; of several such groups the first.
func densest(text string, spans [][2]int) (first, last int) {
	length, j := 0, 0 // length: runes from the start of span i to the end of span j-1
	for i := range spans {
		if j <= i {
			j, length = i+1, utf8.RuneCountInString(text[spans[i][0]:spans[i][1]])
		}
		for j < len(spans) {
			more := utf8.RuneCountInString(text[spans[j-1][1]:spans[j][1]])
			if length+more > ExcerptRunes {
				break
			}
			length += more
			j++
		}
		if j-1-i > last-first {
			first, last = i, j-1
		}
		if i+1 < j {
			length -= utf8.RuneCountInString(text[spans[i][0]:spans[i+1][0]])
		}
	}
	return first, last
}

// maxWord is how far a cut moves to find a space; languages without spaces are cut
// between characters.
const maxWord = 25

// wordBounds moves a cut before a forward, and a cut after b back, to the next space.
func wordBounds(text string, from, a, b, to int) (int, int) {
	if from > 0 && text[from-1] != ' ' {
		if i := strings.IndexByte(text[from:a], ' '); i >= 0 && utf8.RuneCountInString(text[from:from+i]) <= maxWord {
			from += i + 1
		}
	}
	for from < a && text[from] == ' ' {
		from++
	}
	if to < len(text) && text[to] != ' ' {
		if i := strings.LastIndexByte(text[b:to], ' '); i >= 0 && utf8.RuneCountInString(text[b+i:to]) <= maxWord {
			to = b + i
		}
	}
	return from, to
}

// forward returns the offset n characters after at.
func forward(text string, at, n int) int {
	for ; n > 0 && at < len(text); n-- {
		_, size := utf8.DecodeRuneInString(text[at:])
		at += size
	}
	return at
}

// back returns the offset n characters before at.
func back(text string, at, n int) int {
	for ; n > 0 && at > 0; n-- {
		_, size := utf8.DecodeLastRuneInString(text[:at])
		at -= size
	}
	return at
}
