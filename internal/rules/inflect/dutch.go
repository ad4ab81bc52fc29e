package inflect

import "watcher/internal/rules/words"

// Dutch: known only so that its articles are not taken for those of another language.
var dutch = language{
	code: "nl", script: words.LatinScript,
	clues: `de het een van en dat niet zijn op te voor met aan ook als bij door naar wordt in is die hij ze maar om uit over tegen tussen na oorlog regering president minister aanval valt ontmoet nieuwe jaar`,
	small: `u al de en er ge he ik in is ja je me na nu of om on op te to we ze zo`,
	three: `
aan ben bij dan dat der die dit dus een had heb hem het hij hoe hun kan kon met mij nog ons ook tot uit van was wat wie wil zal zij zou`,
	acronyms: `ALS IS MAN`,
}
