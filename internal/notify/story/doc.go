// Package story finds articles that tell the same story in nearly the same words.
package story
