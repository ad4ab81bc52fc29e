package bolt

import (
	"bytes"
	"fmt"

	"watcher/internal/store/record"
	"watcher/internal/store/sealed"
)

// decode decodes the value of a key. Its error is a brokenError.
func decode(bucket, key, value []byte, r record.Record) error {
	if err := record.Decode(value, r); err != nil {
		return &brokenError{bucket, bytes.Clone(key), err}
	}
	return nil
}

// getJSON decodes the value of a key, and returns false if there is none.
func getJSON(tx *sealed.Tx, bucket []byte, key string, r record.Record) (bool, error) {
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

func putJSON(b *sealed.Bucket, key string, r record.Record) error {
	raw, err := record.Encode(r)
	if err != nil {
		return fmt.Errorf("encode %q: %w", key, err)
	}
	return b.Put([]byte(key), raw)
}
