package inflect

// Knowledge is what is known of a language.
type Knowledge struct {
	Codes  []string // as BCP 47 tags begin: its own, then those of languages that are taken for it
	Forms  bool     // of words
	Inside bool     // plurals that are made inside of words
	Before bool     // what is written before a word without a space
	Behind bool     // what is written behind any form without a space
}

// All is what is known of each language, in the order of the table. One that is
// written in two scripts is there once.
func All() []Knowledge {
	var out []Knowledge
	seen := map[string]bool{}
	for _, l := range languages {
		if !seen[l.code] {
			seen[l.code] = true
			out = append(out, l.knowledge())
		}
	}
	return out
}

// Of is what is known of the language of a BCP 47 tag, the zero value if that is not
// in the table.
func Of(tag string) Knowledge {
	l := Language(tag)
	if l == None {
		return Knowledge{}
	}
	return languages[l.first()].knowledge()
}

func (l *language) knowledge() Knowledge {
	k := Knowledge{Codes: append([]string{l.code}, l.also...), Forms: l.forms != nil}
	for forms := l.forms; ; {
		switch f := forms.(type) {
		case clitics:
			k.Before, forms = true, f.inflection
		case enclitics:
			k.Behind, forms = true, f.inflection
		case plurals:
			k.Inside, forms = true, f.inflection
		case *glued:
			k.Behind = true
			return k
		default:
			return k
		}
	}
}
