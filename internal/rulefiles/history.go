package rulefiles

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/diff"
)

const (
	// historyDir is beside the files; a pattern of include does not find it.
	historyDir = ".history"
	// maxVersions and maxHistory bound what is kept of a file, the newest of it.
	maxVersions = 100
	maxHistory  = 8 << 20
)

// Version is what a file had.
type Version struct {
	At   time.Time `json:"at"`
	By   string    `json:"by,omitempty"` // empty if it was written in another way than here
	Text string    `json:"text"`
}

// History returns the versions of a file that are kept, the oldest first. The last one
// is what it has now, unless it was changed in another way since.
func (e *Editor) History(path string) ([]Version, error) {
	p, err := e.open(path)
	if err != nil {
		return nil, err
	}
	defer p.root.Close()
	if all, err := e.sharedHistory(p); err != nil || len(all) > 0 {
		return all, err
	}
	return p.history()
}

func (p *place) log() string { return historyDir + "/" + p.name + ".jsonl" }

func (p *place) history() ([]Version, error) {
	text, err := readFile(p.root, p.log(), 2*maxHistory)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var all []Version
	for line := range strings.Lines(text) {
		var v Version
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			return nil, fmt.Errorf("read the history of %s: %w", p.name, err)
		}
		all = append(all, v)
	}
	return all, nil
}

// note adds versions to the log; before them what the file had, where that is not the
// last of the log.
func (p *place) note(was Text, now ...Version) error {
	all, err := p.history()
	if err != nil {
		return err
	}
	if p.info != nil && (len(all) == 0 || all[len(all)-1].Text != was.Text) {
		all = append(all, Version{At: p.info.ModTime().UTC(), Text: was.Text})
	}
	all = append(all, now...)
	lines := make([]string, len(all))
	size := 0
	from := len(all)
	for i := len(all) - 1; i >= 0 && len(all)-i <= maxVersions; i-- {
		line, err := json.Marshal(all[i])
		if err != nil {
			return fmt.Errorf("write the history of %s: %w", p.name, err)
		}
		if size += len(line) + 1; size > maxHistory && from <= len(all)-2 {
			break // the new one and the one before are kept in any case
		}
		lines[i], from = string(line)+"\n", i
	}
	if err := p.root.Mkdir(historyDir, 0o750); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("write the history of %s: %w", p.name, err)
	}
	return p.replace(p.log(), strings.Join(lines[from:], ""), 0o640)
}

// ChangedLine is a line of a difference between two texts.
type ChangedLine struct {
	Sign string // "+", "-", " ", or "@" where lines in between are left out
	Text string
}

// Difference returns what differs between two texts, with some lines around; nil if
// nothing does.
func Difference(before, after string) []ChangedLine {
	var lines []ChangedLine
	text := string(diff.Diff("before", []byte(before), "after", []byte(after)))
	for i, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		if i < 3 || line == "" || strings.HasPrefix(line, `\ No newline`) {
			continue // the head
		}
		sign := line[:1]
		if sign == "@" {
			lines = append(lines, ChangedLine{sign, strings.Trim(line, "@ ")})
			continue
		}
		lines = append(lines, ChangedLine{sign, line[1:]})
	}
	return lines
}
