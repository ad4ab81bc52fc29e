// Package record has the types that stores keep on disk, one for each kind of thing,
// with tags. All stores share them, so that a value of one is a value of the other. A
// field may be renamed, its tag may not. Values are converted where they enter and
// leave a store, so a change elsewhere can lose nothing that is stored.
package record

import "encoding/json"

// Record is stored as JSON. Records consist of types of this package and of the
// standard library alone, down to the last field.
type Record interface{ record() }

// Encode returns the stored form of r. Equal records have equal bytes.
func Encode(r Record) ([]byte, error) {
	switch s := r.(type) {
	case *Shallow:
		return s.encode()
	case Shallow:
		return s.encode()
	}
	return json.Marshal(r)
}

// Decode decodes what Encode made, in this version or an earlier one, into r, a pointer
// to a zero record. After an error r is undefined.
func Decode(raw []byte, r Record) error { return json.Unmarshal(raw, r) }

// Valid reports whether raw may be a record, at a third of the cost of Decode.
func Valid(raw []byte) bool { return json.Valid(raw) }

// converted converts the elements of a list. nil stays nil, which is different from an
// empty list in JSON.
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
