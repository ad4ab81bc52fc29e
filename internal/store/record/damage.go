package record

import "time"

// Damage is something that could not be read and was set aside, with its bytes.
type Damage struct {
	Since  time.Time `json:"since"`
	Kept   string    `json:"kept,omitempty"`
	Made   time.Time `json:"made,omitzero"`
	Bucket string    `json:"bucket,omitempty"`
	Key    []byte    `json:"key,omitempty"`
	Value  []byte    `json:"value,omitempty"`
	Error  string    `json:"error"`
	Told   time.Time `json:"told,omitzero"` // when it was reported
}

func (Damage) record() {}
