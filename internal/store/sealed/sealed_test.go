package sealed_test

import (
	"errors"
	"path/filepath"
	"testing"

	"go.etcd.io/bbolt"

	"watcher/internal/store/sealed"
)

func open(t *testing.T) *sealed.DB {
	t.Helper()
	raw, err := bbolt.Open(filepath.Join(t.TempDir(), "db"), 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = raw.Close() })
	return &sealed.DB{DB: raw}
}

// update changes the buckets one and two.
func update(t *testing.T, db *sealed.DB, change func(one, two *sealed.Bucket) error) {
	t.Helper()
	err := db.Update(func(tx *sealed.Tx) error {
		one, err := tx.CreateBucketIfNotExists([]byte("one"))
		two, err2 := tx.CreateBucketIfNotExists([]byte("two"))
		return errors.Join(err, err2, change(one, two))
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestValuesThatDoNotFit(t *testing.T) {
	key, other := []byte("ab"), []byte("a")
	for _, c := range []struct {
		what  string
		spoil func(one, two *sealed.Bucket) error
		in    string
		at    []byte
	}{
		{"a flipped bit", func(one, _ *sealed.Bucket) error {
			v := append([]byte(nil), one.Raw(key)...)
			v[2] ^= 8
			return one.PutRaw(key, v)
		}, "one", key},
		{"a flipped bit of the sum", func(one, _ *sealed.Bucket) error {
			v := append([]byte(nil), one.Raw(key)...)
			v[len(v)-1] ^= 1
			return one.PutRaw(key, v)
		}, "one", key},
		{"the value of another key", func(one, _ *sealed.Bucket) error { return one.PutRaw(other, one.Raw(key)) }, "one", other},
		{"the value of the key in another bucket", func(one, two *sealed.Bucket) error { return two.PutRaw(key, one.Raw(key)) }, "two", key},
		{"a byte that went from the value to the key", func(one, two *sealed.Bucket) error {
			return one.PutRaw([]byte("abv"), one.Raw(key)[1:])
		}, "one", []byte("abv")},
		{"nothing", func(one, _ *sealed.Bucket) error { return one.PutRaw(key, nil) }, "one", key},
		{"less than a sum", func(one, _ *sealed.Bucket) error { return one.PutRaw(key, []byte{1, 2}) }, "one", key},
	} {
		t.Run(c.what, func(t *testing.T) {
			db := open(t)
			update(t, db, func(one, two *sealed.Bucket) error {
				return errors.Join(one.Put(key, []byte("value")), c.spoil(one, two))
			})
			reads := map[string]func(*sealed.Bucket) error{
				"Get":     func(b *sealed.Bucket) error { b.Get(c.at); return nil },
				"Look":    func(b *sealed.Bucket) error { _, err := b.Look(c.at); return err },
				"Seek":    func(b *sealed.Bucket) error { b.Cursor().Seek(c.at); return nil },
				"ForEach": func(b *sealed.Bucket) error { return b.ForEach(func(_, _ []byte) error { return nil }) },
			}
			for name, read := range reads {
				err := sealed.Try(func() error {
					return db.View(func(tx *sealed.Tx) error { return read(tx.Bucket([]byte(c.in))) })
				})
				broken, ok := errors.AsType[*sealed.BrokenError](err)
				if !ok || string(broken.Bucket) != c.in || string(broken.Key) != string(c.at) {
					t.Errorf("%s: %v, want that %q of %s is broken", name, err, c.at, c.in)
				}
			}
		})
	}
}

// Values from before there were checksums are read beside others, and an empty value is one
// of them.
func TestUnsealed(t *testing.T) {
	db := open(t)
	db.Unsealed.Store(true)
	update(t, db, func(one, _ *sealed.Bucket) error {
		return errors.Join(one.PutRaw([]byte("old"), []byte("was")), one.Put([]byte("new"), []byte("is")), one.Put([]byte("none"), nil))
	})
	got := make(map[string]string)
	err := db.View(func(tx *sealed.Tx) error {
		b := tx.Bucket([]byte("one"))
		if b.Get([]byte("none")) == nil || b.Get([]byte("nothing")) != nil {
			t.Error("an empty value is not told from none")
		}
		return b.ForEach(func(k, v []byte) error {
			got[string(k)] = string(v)
			return nil
		})
	})
	if err != nil || len(got) != 3 || got["old"] != "was" || got["new"] != "is" || got["none"] != "" {
		t.Errorf("read %q, %v", got, err)
	}
}
