package notify

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// Previewer is a Notifier whose messages people read more easily in another form than
// the payload.
type Previewer interface {
	Preview(Message) (string, error)
}

// Preview returns what n would send for m, for a person to read: the text of a mail or
// of the terminal, the JSON of other kinds. It sends nothing and shows no secret.
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
