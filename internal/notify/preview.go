package notify

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// Previewer is a Notifier whose messages are read more easily in another form
// than their payload's.
type Previewer interface {
	Preview(Message) (string, error)
}

var (
	_ Previewer = (*console)(nil)
	_ Previewer = (*email)(nil)
)

// Preview returns what n would send for m, for a person to read: the text of a
// mail or of the terminal, the JSON of other kinds. It sends nothing, and shows
// no secret.
func Preview(n Notifier, m Message) (string, error) {
	if p, ok := n.(Previewer); ok {
		return p.Preview(m)
	}
	var b bytes.Buffer
	if err := json.Indent(&b, m.Payload, "", "  "); err != nil {
		return "", fmt.Errorf("message %s is unreadable: %w", m.ID, err)
	}
	b.WriteByte('\n')
	return b.String(), nil
}

// Preview implements Previewer: the headers that a reader sees, and the text
// part.
func (e *email) Preview(m Message) (string, error) {
	l, err := payload[letter](m)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("From: %s\nTo: %s\nSubject: %s\n\n%s", &l.From, &l.To, l.Subject, l.Text), nil
}
