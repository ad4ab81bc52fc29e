package bolt

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"watcher/internal/store/record"
	"watcher/internal/store/sealed"
)

// unzipped returns a copy of a golden store.
func unzipped(t *testing.T, name string) (path string) {
	t.Helper()
	packed, err := os.Open("testdata/" + name + ".db.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer packed.Close()
	z, err := gzip.NewReader(packed)
	if err != nil {
		t.Fatal(err)
	}
	file, err := io.ReadAll(z)
	path = filepath.Join(t.TempDir(), "watcher.db")
	if err := errors.Join(err, os.WriteFile(path, file, 0o600)); err != nil {
		t.Fatal(err)
	}
	return path
}

// stored returns what the golden store has as JSON: a list for each bucket.
func stored(t *testing.T) map[string][][]byte {
	t.Helper()
	db, err := openFile(unzipped(t, "schema2_all"), true)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	c, err := newCoders()
	if err != nil {
		t.Fatal(err)
	}
	all := make(map[string][][]byte)
	err = db.View(func(tx *sealed.Tx) error {
		for _, name := range [][]byte{bucketFeeds, bucketAlerts, bucketHeld, bucketDeliveries, bucketSends, bucketMutes, bucketStories, bucketFailing, bucketHistory, bucketSpool} {
			err := tx.Bucket(name).ForEach(func(_, v []byte) (err error) {
				switch {
				case bytes.Equal(name, bucketHistory):
					v, err = c.unpacker.DecodeAll(v, nil)
				case bytes.Equal(name, bucketSpool):
					v, err = c.unpacker.DecodeAll(v[8:], nil)
				}
				all[string(name)] = append(all[string(name)], bytes.Clone(v))
				return err
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// parsed returns a JSON value, with its numbers as they are written.
func parsed(t *testing.T, raw []byte) (v any) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

// A store of the version that stored the structs of other packages, under the names of
// their fields, is read to the last field: encoded again, each value has the same content
// under the same names.
func TestRecordsAreWhatWasStored(t *testing.T) {
	all := stored(t)
	for bucket, fresh := range map[string]func() record.Record{
		"feeds":      func() record.Record { return new(record.Feed) },
		"alerts":     func() record.Record { return new(record.Alert) },
		"held":       func() record.Record { return new(record.Held) },
		"deliveries": func() record.Record { return new(record.Delivery) },
		"sends":      func() record.Record { return new(record.Sends) },
		"mutes":      func() record.Record { return new(record.Mute) },
		"stories":    func() record.Record { return new(record.Story) },
		"failing":    func() record.Record { return new(record.Health) },
		"history":    func() record.Record { return new(record.PollItems) },
		"spool":      func() record.Record { return new(record.SpoolPart) },
	} {
		values := all[bucket]
		delete(all, bucket)
		if len(values) == 0 {
			t.Errorf("the store has nothing in %s", bucket)
		}
		for _, v := range values {
			r := fresh()
			if err := decode([]byte(bucket), nil, v, r); err != nil {
				t.Error(err)
				continue
			}
			again, err := record.Encode(r)
			if diff := cmp.Diff(parsed(t, v), parsed(t, again)); err != nil || diff != "" {
				t.Errorf("a value of %s is not what was stored, once it was read (-stored +encoded, %v):\n%s", bucket, err, diff)
			}
		}
	}
	for name := range maps.Keys(all) {
		t.Errorf("nothing reads %s", name)
	}
}
