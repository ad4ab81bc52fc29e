package inflect

import "watcher/internal/rules/words"

// Belarusian: known only so that its articles are not taken for those of another language.
var belarusian = language{
	code: "be", script: words.CyrillicScript,
	clues:   `и в на што не да за се ў з як па гэта было ад для але ці ён яна яны з’яўляецца расія расіі атакавала беларусі супраць пасля`,
	letters: "ыэёіў",
	small:   `а з і о у я ў аб бо бы да до за іх із ён на не ні по па се та то ты як яе`,
}
