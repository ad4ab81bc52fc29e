package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"watcher/internal/text"
)

// WriteJSON prints v on one line; < and & stay as they are. Values stay exact, a
// guid as the feed wrote it, and a character that nobody sees is an escape.
func WriteJSON(w io.Writer, v any) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "%s\n", text.EscapeJSON(bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil))
	return err
}
