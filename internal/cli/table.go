package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rivo/uniseg"
)

// Table is a table for a terminal of any width: cells are broken between words within
// their columns, and long texts go below their row. In a pipe each row is one line.
// Texts come from strangers and become clean lines.
type Table struct {
	Head []string // of the columns; nil for none
	Rows []Row
	// Below puts the long texts of all rows below them on a terminal. By default only
	// those that do not fit go there.
	Below bool
	// MinWidths are the minimum widths of columns, for tables in several parts.
	MinWidths []int
}

// Row is one row of a table.
type Row struct {
	Cells []Cell
	Long  []Cell // texts after or below the cells
}

// Cell is a text in a style; the zero style is none.
type Cell struct {
	Text  string
	Style Style
}

// Plain makes cells without a style.
func Plain(texts ...string) []Cell {
	cells := make([]Cell, len(texts))
	for i, text := range texts {
		cells[i].Text = text
	}
	return cells
}

// gap is between two columns, and underIndent before a text below a row.
const (
	gap         = "  "
	underIndent = "    "
)

// Lay returns the head and the lines, each after indent. The head is empty if there is
// none or if the screen is too narrow for columns.
func (s *Table) Lay(t *Terminal, indent string) (head string, lines []string) {
	for _, r := range s.Rows {
		for _, cells := range [][]Cell{r.Cells, r.Long} {
			for i := range cells {
				cells[i].Text = Line(cells[i].Text)
			}
		}
	}
	width := t.Width
	if width > 0 {
		width = max(1, width-len(indent))
	}
	widths, fits := s.Columns(width)
	if fits && s.Head != nil {
		var cells []Cell
		for _, h := range s.Head {
			cells = append(cells, Cell{h, Dim})
		}
		head = indent + across(t, cells, widths)[0]
	}
	for _, r := range s.Rows {
		var block []string
		if fits {
			block = across(t, r.Cells, widths)
		} else {
			block = wrapAfter(strings.Join(painted(t, r.Cells), gap), width, width-len(gap))
			for i := 1; i < len(block); i++ {
				block[i] = gap + block[i]
			}
		}
		for _, l := range s.addLong(t, block, r, width) {
			lines = append(lines, indent+l)
		}
	}
	return head, lines
}

// Print prints the table.
func (s *Table) Print(t *Terminal, indent string) {
	head, lines := s.Lay(t, indent)
	if head != "" {
		fmt.Fprintln(t.Stdout, head)
	}
	for _, l := range lines {
		fmt.Fprintln(t.Stdout, l)
	}
}

// Paint sets the style of all texts of a row.
func (r *Row) Paint(st Style) {
	for _, cells := range [][]Cell{r.Cells, r.Long} {
		for i := range cells {
			cells[i].Style = st
		}
	}
}

// Columns returns the width of each column, and whether they fit into width.
func (s *Table) Columns(width int) (widths []int, fits bool) {
	widths = slices.Clone(s.MinWidths)
	var floor []int // widths of what cannot be broken
	grow := func(to *[]int, i, n int) {
		for len(*to) <= i {
			*to = append(*to, 0)
		}
		(*to)[i] = max((*to)[i], n)
	}
	for _, r := range s.Rows {
		for i, c := range r.Cells {
			grow(&widths, i, widthOf(c.Text))
			for word := range strings.SplitSeq(c.Text, " ") {
				grow(&floor, i, widthOf(slices.MaxFunc(pieces(word, 1), func(a, b string) int { return widthOf(a) - widthOf(b) })))
			}
		}
	}
	for i, h := range s.Head {
		if i < len(widths) && widths[i] > 0 {
			grow(&widths, i, len(h))
			grow(&floor, i, len(h))
		}
	}
	for width > 0 && total(widths) > width {
		widest := -1
		for i := range widths {
			if i < len(floor) && widths[i] > floor[i] && (widest < 0 || widths[i] > widths[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			return widths, false
		}
		widths[widest]--
	}
	return widths, true
}

// total is the width of a line of columns, without empty columns.
func total(widths []int) int {
	n := -len(gap)
	for _, w := range widths {
		if w > 0 {
			n += w + len(gap)
		}
	}
	return n
}

// across lays out cells in columns, on as many lines as the longest cell needs.
func across(t *Terminal, cells []Cell, widths []int) []string {
	var lines []string
	at := 0
	for i, c := range cells {
		if widths[i] == 0 {
			continue
		}
		for n, part := range wrap(c.Text, widths[i]) {
			if part == "" {
				continue
			}
			for len(lines) <= n {
				lines = append(lines, "")
			}
			lines[n] += strings.Repeat(" ", at-widthOf(lines[n])) + t.Paint(c.Style, part)
		}
		at += widths[i] + len(gap)
	}
	if lines == nil {
		return []string{""}
	}
	return lines
}

// addLong adds the long texts to the lines of a row.
func (s *Table) addLong(t *Terminal, block []string, r Row, width int) []string {
	long := slices.DeleteFunc(painted(t, r.Long), func(text string) bool { return text == "" })
	if len(long) == 0 {
		return block
	}
	last := block[len(block)-1]
	if behind := last + gap + strings.Join(long, " · "); width == 0 || !s.Below && len(block) == 1 && len(long) == 1 && widthOf(behind) <= width {
		block[len(block)-1] = behind
		return block
	}
	for _, text := range long {
		for _, part := range wrap(text, max(1, width-len(underIndent))) {
			block = append(block, underIndent+part)
		}
	}
	return block
}

// painted returns the non-empty texts of cells in their styles.
func painted(t *Terminal, cells []Cell) []string {
	var texts []string
	for _, c := range cells {
		if c.Text != "" {
			texts = append(texts, t.Paint(c.Style, c.Text))
		}
	}
	return texts
}

// Facts lays out names and their values; long values continue below themselves.
func Facts(t *Terminal, indent string, rows [][]string) []string {
	name := 0
	for _, r := range rows {
		name = max(name, widthOf(r[0]))
	}
	var lines []string
	hang := strings.Repeat(" ", name+len(gap)) // indent of continuation lines
	for _, r := range rows {
		label := pad(Line(r[0]), name) + gap
		for _, part := range wrap(Line(r[1]), max(0, t.Width-len(indent)-len(hang))) {
			if t.Width > 0 && len(indent)+len(hang)+widthOf(part) > t.Width { // an address does not fit
				if label != hang {
					lines = append(lines, indent+strings.TrimRight(label, " "))
				}
				lines = append(lines, indent+part)
			} else {
				lines = append(lines, indent+label+part)
			}
			label = hang
		}
	}
	return lines
}

// pad fills a cell up to its column's width.
func pad(s string, width int) string { return s + strings.Repeat(" ", max(0, width-widthOf(s))) }

// widthOf is how many columns a text takes on a terminal.
func widthOf(s string) int {
	if strings.Contains(s, "\x1b") {
		s = escapes.ReplaceAllString(s, "")
	}
	return uniseg.StringWidth(s)
}

// wrap breaks a text between words into lines of a width; 0 leaves it.
func wrap(s string, width int) []string { return wrapAfter(s, width, width) }

// wrapAfter is wrap with another width for all lines after the first.
func wrapAfter(s string, width, rest int) []string {
	if width <= 0 || widthOf(s) <= width {
		return []string{s}
	}
	var lines []string
	var now strings.Builder
	used := 0
	for i, word := range strings.Split(s, " ") {
		for j, piece := range pieces(word, rest) {
			w, blank := widthOf(piece), 0
			if j == 0 && i > 0 && used > 0 {
				blank = 1
			}
			if used > 0 && used+blank+w > width {
				lines = append(lines, now.String())
				now.Reset()
				used, blank, width = 0, 0, rest
			}
			now.WriteString(strings.Repeat(" ", blank) + piece)
			used += blank + w
		}
	}
	return append(lines, now.String())
}

// pieces splits a word that is wider than width where a line may be broken (UAX 14):
// after a hyphen, between ideographs. Addresses and options stay whole, so that they
// can be copied.
func pieces(word string, width int) []string {
	if widthOf(word) <= width || strings.Contains(word, "://") || strings.HasPrefix(word, "-") {
		return []string{word}
	}
	var parts []string
	lead := "" // escapes before the next character
	for word != "" {
		if at := escapes.FindStringIndex(word); at != nil && at[0] == 0 {
			lead, word = lead+word[:at[1]], word[at[1]:]
			continue
		}
		text := word
		if at := escapes.FindStringIndex(word); at != nil {
			text = word[:at[0]]
		}
		word = word[len(text):]
		for state := -1; text != ""; {
			var part string
			part, text, _, state = uniseg.FirstLineSegmentInString(text, state)
			parts = append(parts, lead+part)
			lead = ""
		}
	}
	if lead != "" && len(parts) > 0 {
		parts[len(parts)-1] += lead
	}
	return parts
}
