package api

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"time"

	"watcher/internal/duration"
	"watcher/internal/suggest"
)

// operation is one thing that can be asked of the API.
type operation struct {
	id, tag      string
	method, path string // below Prefix, as http.ServeMux writes it
	summary      string
	does         string // more than the summary says, if there is more
	params       []param
	body         any  // a value of the body's type; nil: there is none
	optional     bool // the body may be left out
	answer       any  // a value of the answer's type; nil: there is none
	lines        any  // a value of what each line of application/jsonl is, where that can be asked for
	events       any  // a value of the data of each event, of what is a stream of them
	do           func(*call) (any, error)
}

// changes reports whether an operation changes anything.
func (op *operation) changes() bool { return op.method != http.MethodGet }

// param is a parameter of an operation: of its path, or of the query.
type param struct {
	name   string
	does   string
	kind   kind
	needed bool
	of     []string // of a choice
	most   int      // of a count, or bytes of a text
	usual  int      // of a count that is left out
}

// kind is what a parameter has.
type kind int

const (
	text   kind = iota
	moment      // a time
	count       // from 1
	choice      // one of some words
)

// maxText is how many bytes a text may have where its param does not say.
const maxText = 2000

// args are what the parameters of a request say; those that are left out are absent.
type args map[string]any

func (a args) text(name string) string { s, _ := a[name].(string); return s }

// moment is the zero time where it is left out.
func (a args) moment(name string) time.Time { t, _ := a[name].(time.Time); return t }

func (a args) count(name string) int { n, _ := a[name].(int); return n }

// read reads the parameters of a request. What is no parameter is a mistake, as what
// was misspelled would else be left out without a word. A day begins in zone.
func (op *operation) read(r *http.Request, zone *time.Location) (args, error) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, bad(mistake{Detail: "the query of the URL cannot be read: " + err.Error()})
	}
	var mistakes []mistake
	known := make([]string, 0, len(op.params))
	got := make(args)
	for i := range op.params {
		p := &op.params[i]
		value, given := r.PathValue(p.name), true
		if value == "" {
			known = append(known, p.name)
			values := query[p.name]
			if len(values) > 1 {
				mistakes = append(mistakes, mistake{Detail: "is given twice", Parameter: p.name})
			}
			given = len(values) > 0 && values[0] != ""
			value = query.Get(p.name)
		}
		switch v, err := p.read(value, zone); {
		case !given && p.needed:
			mistakes = append(mistakes, mistake{Detail: "is missing", Parameter: p.name})
		case !given && p.kind == count:
			got[p.name] = p.usual
		case !given:
		case err != nil:
			mistakes = append(mistakes, mistake{Detail: err.Error(), Parameter: p.name})
		default:
			got[p.name] = v
		}
	}
	for name := range query {
		if !slices.Contains(known, name) {
			mistakes = append(mistakes, mistake{Detail: "there is no such parameter" + suggest.For(name, known), Parameter: name})
		}
	}
	if len(mistakes) > 0 {
		slices.SortStableFunc(mistakes, func(a, b mistake) int { return cmp.Compare(a.Parameter, b.Parameter) })
		return nil, bad(mistakes...)
	}
	return got, nil
}

func (p *param) read(value string, zone *time.Location) (any, error) {
	switch p.kind {
	case moment:
		return readMoment(value, zone)
	case count:
		n, err := strconv.Atoi(value)
		if err != nil || n < 1 || n > p.most {
			return nil, fmt.Errorf("wants a number from 1 to %d", p.most)
		}
		return n, nil
	case choice:
		if !slices.Contains(p.of, value) {
			return nil, fmt.Errorf("%q is unknown%s", value, suggest.For(value, p.of))
		}
	case text:
		if most := p.longest(); len(value) > most {
			return nil, fmt.Errorf("has more than %d bytes", most)
		}
	}
	return value, nil
}

func (p *param) longest() int {
	if p.most > 0 {
		return p.most
	}
	return maxText
}

// readMoment reads a time as RFC 3339 has it, the begin of a day, or how long ago it is.
func readMoment(value string, zone *time.Location) (time.Time, error) {
	if t, err := time.Parse(time.RFC3339, value); err == nil {
		return t, nil
	}
	if t, err := time.ParseInLocation(time.DateOnly, value, zone); err == nil {
		return t, nil
	}
	if d, err := duration.Parse(value); err == nil {
		return time.Now().Add(-d), nil
	}
	return time.Time{}, errors.New("wants a time such as 2026-11-29T14:30:00Z, a day such as 2026-11-29, or how long ago it is, such as 7d")
}

// maxBody is how many bytes a body may have.
const maxBody = 64 << 10

// readBody reads the body of a request: a pointer to what op.body is, nil if it has
// none. A key that is not known is a mistake.
func (op *operation) readBody(w http.ResponseWriter, r *http.Request) (any, error) {
	if op.body == nil {
		return nil, nil
	}
	into := reflect.New(reflect.TypeOf(op.body))
	read, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if _, tooLong := errors.AsType[*http.MaxBytesError](err); tooLong {
		return nil, &problem{Status: http.StatusRequestEntityTooLarge, Detail: fmt.Sprintf("The body has more than %d bytes.", maxBody)}
	}
	if err != nil {
		return nil, bad(mistake{Detail: "the body cannot be read: " + err.Error()})
	}
	if len(read) == 0 && op.optional {
		return into.Interface(), nil
	}
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != "application/json" {
		return nil, &problem{Status: http.StatusUnsupportedMediaType, Detail: "Send the body as JSON, with Content-Type: application/json."}
	}
	if err := decode(read, into.Interface()); err != nil {
		return nil, bad(mistake{Detail: "the body is not as it must be: " + err.Error()})
	}
	return into.Interface(), nil
}
