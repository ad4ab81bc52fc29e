// Package fetch asks for feeds over HTTP: it polls politely, follows redirects,
// bounds what comes, tells walls from feeds, and hands the document to parse.
package fetch
