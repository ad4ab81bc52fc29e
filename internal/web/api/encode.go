package api

import (
	"bytes"
	"encoding/json"
	"io"
	"reflect"
	"strings"
)

// encode writes an answer. A list without anything is [], never null.
func encode(w io.Writer, answer any) error {
	whole := reflect.New(reflect.TypeOf(answer)).Elem()
	whole.Set(reflect.ValueOf(answer))
	fillLists(whole)
	return json.NewEncoder(w).Encode(whole.Interface())
}

// marshal is encode to a text, with a line break at its end.
func marshal(answer any) ([]byte, error) {
	var b bytes.Buffer
	err := encode(&b, answer)
	return b.Bytes(), err
}

// fillLists makes lists of what would be null, but for those that are then left out.
func fillLists(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			fillLists(v.Elem())
		}
	case reflect.Slice:
		for i := range v.Len() {
			fillLists(v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			f := v.Type().Field(i)
			if !f.IsExported() {
				continue
			}
			if _, options, _ := strings.Cut(f.Tag.Get("json"), ","); v.Field(i).Kind() == reflect.Slice && v.Field(i).IsNil() && options == "" {
				v.Field(i).Set(reflect.MakeSlice(f.Type, 0, 0))
			}
			fillLists(v.Field(i))
		}
	}
}
