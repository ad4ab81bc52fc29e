// Package problem carries what is wrong with a value that a person wrote, and
// under which key they wrote it. Packages that own a piece of the config find
// the problems; config, which alone knows lines and columns, places them.
package problem

import "fmt"

// Problem is one mistake. Key is the path below the value that was validated
// ("url", "to[1]"); empty means the value as a whole. Text says what is wrong
// and what to write instead, without the key.
type Problem struct {
	Key  string
	Text string
}

// At makes a Problem; the arguments are Printf's.
func At(key, format string, args ...any) Problem {
	return Problem{Key: key, Text: fmt.Sprintf(format, args...)}
}

func (p Problem) String() string {
	if p.Key == "" {
		return p.Text
	}
	return p.Key + ": " + p.Text
}
