package bolt

import (
	"bytes"
	"encoding/json"
	"fmt"

	"watcher/internal/store/sealed"
)

// record is what is stored as JSON. Its tags are the layout on disk: a field may
// be renamed, its tag may not. Only types of this package can be records, down to
// the last field (but for those of the standard library), and what others know is
// converted where it comes in and where it goes out. So nothing that is stored can
// be lost by a change elsewhere.
type record interface{ record() }

func encode(r record) ([]byte, error) { return json.Marshal(r) }

// decode decodes the value of a key. Its error is a brokenError.
func decode(bucket, key, value []byte, r record) error {
	if err := json.Unmarshal(value, r); err != nil {
		return &brokenError{bucket, bytes.Clone(key), err}
	}
	return nil
}

// getJSON decodes the value of a key, and returns false if there is none.
func getJSON(tx *sealed.Tx, bucket []byte, key string, r record) (bool, error) {
	raw, err := tx.Bucket(bucket).Look([]byte(key))
	if err != nil {
		return false, brokenIn(err)
	}
	if raw == nil {
		return false, nil
	}
	err = decode(bucket, []byte(key), raw, r)
	return err == nil, err
}

func putJSON(b *sealed.Bucket, key string, r record) error {
	raw, err := encode(r)
	if err != nil {
		return fmt.Errorf("encode %q: %w", key, err)
	}
	return b.Put([]byte(key), raw)
}

// converted converts what a list has. nil stays nil, which JSON tells from a list
// without anything.
func converted[To, From any](from []From, to func(From) To) []To {
	if from == nil {
		return nil
	}
	all := make([]To, len(from))
	for i := range from {
		all[i] = to(from[i])
	}
	return all
}
