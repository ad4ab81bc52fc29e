package text_test

import (
	"testing"

	"watcher/internal/text"
)

// TestWordsOfNotes has what a browser shows but its text does not have: the marks of notes
// stand above the line, and styles set consecutive elements apart.
func TestWordsOfNotes(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"the number of a note", "NATO<sup>1</sup> moves", "NATO 1 moves"},
		{"a link in the mark", `NATO<sup><a href="#n1">1</a></sup>, again`, "NATO 1, again"},
		{"the mark in a link", `NATO<a href="#n1"><sup>12</sup></a>moves`, "NATO 12 moves"},
		{"a link to a note", `Baltic<a class="note" href="https://desk.example/p#note-2">2</a> talks`, "Baltic 2 talks"},
		{"a note behind a number is no part of it", "in 2025<sup>3</sup>", "in 2025 3"},
		{"a letter as a mark", "Treaty<sup>a</sup>", "Treaty a"},
		{"a mark of trade", "Patriot<sup>TM</sup>", "Patriot TM"},
		{"an ordinal is one word", "the 21<sup>st</sup> brigade", "the 21st brigade"},
		{"a French ordinal", "le 1<sup>er</sup> mai, M<sup>me</sup> Kallas, n<sup>o</sup> 5", "le 1er mai, Mme Kallas, no 5"},
		{"an index below the line", "CO<sub>2</sub>", "CO2"},
		{"names side by side", "<span>Estonia</span><span>Latvia</span>", "Estonia Latvia"},
		{"tags with classes", `<a href="/a">army</a><a href="/b">navy</a>`, "army navy"},
		{"a time before a word", "<time>10:00</time>Brigade", "10:00 Brigade"},
		{"a time before a comma", "at <time>10:00</time>, Brigade", "at 10:00, Brigade"},
		{"an initial", `<span class="cap">N</span><span>ATO</span>`, "NATO"},
		{"letters one by one", "<span>N</span><span>A</span><span>T</span><span>O</span>", "NATO"},
		{"a long text that a word processor cut", "<span>the base in Ta</span><span>pa stays</span>", "the base in Tapa stays"},
		{"what was replaced and what it was replaced by", "<del>Tallinn</del><ins>Tartu</ins>", "Tallinn Tartu"},
		{"a link to a note without a number", `the <a href="#top">Baltic</a>s`, "the Baltics"},
	} {
		if got := text.PlainText(tt.in); got != tt.want {
			t.Errorf("%s: %q is %q, want %q", tt.name, tt.in, got, tt.want)
		}
	}
}
