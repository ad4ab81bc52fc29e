// Package parse reads the documents of feeds: RSS, Atom, JSON Feed and OPML, as
// they are meant and as they are broken, into items of plain text. It does no I/O.
// gofeed's types never leave it.
package parse
