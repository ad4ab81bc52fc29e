// Package charset decodes documents into UTF-8 by what they declare, and by
// their letters where they declare nothing or what is wrong.
package charset
