// Package rules is the query language: it parses what an analyst wrote, compiles a
// set of rules, matches items against it and says why. It is pure: no I/O, no
// clock. docs/rules.md is for those who write rules, docs/grammar.md has the
// grammar.
//
// A query takes this road:
//
//		source ─▶ lexemes ─▶ nodes ─▶ program ─▶ index
//		          lex.go     parse.go  program.go  index_build.go
//
//		item ─▶ view ─▶ atoms of its words ─▶ candidates ─▶ programs ─▶ spans
//		        view.go  index_lookup.go       match.go      eval_program.go  view.go
//
//	  - lex.go cuts the source into lexemes, parse.go makes a tree of nodes (ast.go).
//	    parse_terms.go reads words and phrases; parse_foreign.go knows what other
//	    query languages write, to say what to write here. The spellings files give
//	    the ways to write one term: air strike and airstrike, F-35 and F35A.
//	  - program.go writes the nodes as a few numbers: a million rules must fit in
//	    memory. A word of the rules, kept once however many have it, is an atom.
//	  - index_build.go files each rule under keys, one of which is in every article
//	    that the rule can match: the rarest words, or pairs of neighbours. A regular
//	    expression is filed under literals of its pattern (index_literals.go).
//	  - view.go takes an item apart into words, each with its field. The language of
//	    the item is told there (package inflect).
//	  - index_lookup.go finds the atoms that each word satisfies, and remembers them
//	    from article to article. match.go collects the rules that are filed under
//	    them, and eval_program.go evaluates those.
//
// A search over many articles takes another road (search.go): it asks an index over
// their words, made of what Cut yields, in which articles the words of a query are
// answered. answers judges each word there as it does on the road above.
//
// eval.go evaluates nodes against a view, word by word, without an index. It is the
// oracle: Explain and Lint ask it, and tests hold the road above to find what it
// finds. Its functions and those of eval_program.go have the same names.
//
// The lint files find what is valid and hardly meant; the explain files say why a
// rule matched an item, or what comes nearest where it did not.
package rules
