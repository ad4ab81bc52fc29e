// Package suggest says what somebody meant by a word that is not known: "did you
// mean …?", or what there is.
package suggest

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// longList is how many choices are still worth listing in a message.
const longList = 14

// For ends a message about a word that is none of choices: with the choice that was
// probably meant, or with all of them if they are few; else it is empty.
func For(word string, choices []string) string {
	if c := Nearest(word, choices); c != "" {
		return fmt.Sprintf(", did you mean %s?", c)
	}
	if len(choices) == 0 || len(choices) > longList {
		return ""
	}
	return Among(choices)
}

// Among ends a message with the choices that there are, of which there is one at
// least.
func Among(choices []string) string {
	if len(choices) == 1 {
		return ", there is only " + choices[0]
	}
	return ", there are " + enumerate(choices)
}

// enumerate is "a, b and c".
func enumerate(words []string) string {
	if len(words) == 1 {
		return words[0]
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}

// Nearest returns the choice that word is most probably a slip of, or "".
func Nearest(word string, choices []string) string { return Within(word, choices, slips(word)) }

// Within returns the nearest choice, in any case, that word is at most so many slips
// apart from, or "".
func Within(word string, choices []string, slips int) string {
	best, found := slips+1, ""
	lower := strings.ToLower(word)
	for _, c := range choices {
		other := strings.ToLower(c)
		if gap := len(other) - len(lower); gap >= 4*best || -gap >= 4*best {
			continue // even if every character had four bytes
		}
		if d := distance([]rune(lower), []rune(other), best); d < best {
			best, found = d, c
		}
	}
	return found
}

// Near reports whether a and b, in any case, are at most so many slips apart.
func Near(a, b string, slips int) bool {
	return distance([]rune(strings.ToLower(a)), []rune(strings.ToLower(b)), slips+1) <= slips
}

// slips is how many slips of the finger a word may contain and still be
// recognised: two letters of a three-letter word would be another word.
func slips(word string) int {
	switch n := utf8.RuneCountInString(word); {
	case n <= 2:
		return 0
	case n <= 4:
		return 1
	case n <= 12:
		return 2
	}
	return 3
}

// distance counts the insertions, deletions, substitutions and swaps of
// neighbours between a and b (Damerau-Levenshtein, optimal string alignment).
// It gives up at limit.
func distance(a, b []rune, limit int) int {
	if len(a)-len(b) >= limit || len(b)-len(a) >= limit {
		return limit
	}
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range a {
		row[0] = i + 1
		least := row[0]
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(row[j]+1, last[j+1]+1, last[j]+cost)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
			least = min(least, row[j+1])
		}
		if least > limit { // a swap can still come one below the last row's least
			return limit
		}
		before, last, row = last, row, before
	}
	return min(last[len(b)], limit)
}
