package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"watcher/internal/text"
)

// WriteJSON prints v on one line, with < and & unescaped. Values stay exact, for
// example a guid as the feed wrote it; invisible characters are written as escapes.
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
