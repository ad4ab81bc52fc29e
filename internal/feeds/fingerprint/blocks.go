package fingerprint

import "strings"

// Blocks yields the lines and sentences of a text, and what stands before and
// behind a colon.
func Blocks(text string) func(func(string) bool) {
	return func(yield func(string) bool) {
		from := 0
		for i := range len(text) {
			end := false
			switch text[i] {
			case '\n':
				end = true
			case '.', '!', '?', ':', ';', '|':
				end = i+1 == len(text) || text[i+1] == ' ' || text[i+1] == '\n'
			}
			if end && !yield(text[from:i+1]) {
				return
			} else if end {
				from = i + 1
			}
		}
		if from < len(text) {
			yield(text[from:])
		}
	}
}

func trimBlock(block string) string { return strings.Trim(block, " \n.!?:;|") }

// BlockHash returns 0 for a block without words.
func BlockHash(block string) uint32 {
	block = trimBlock(block)
	if block == "" {
		return 0
	}
	return uint32(Hash(block)>>32 | 1)
}

// longestBlock is the hash of the longest block of texts that have several; 0 if they
// have only one.
func longestBlock(texts ...string) uint32 {
	longest, blocks := "", 0
	for _, text := range texts {
		for block := range Blocks(text) {
			block = trimBlock(block)
			if block != "" {
				blocks++
			}
			if len(block) > len(longest) {
				longest = block
			}
		}
	}
	if blocks < 2 {
		return 0
	}
	return coreHash(longest)
}
