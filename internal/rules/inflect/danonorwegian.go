package inflect

// danoNorwegian are the paradigms of Danish and of both kinds of Norwegian, whose
// words take the same endings but for a few: land landet lande landene. A name takes
// s and nothing else. Consonants after a short vowel double in Danish (raket,
// raketten), unstressed e falls out (kabel, kabler), and ø is o.
var danoNorwegian = paradigms{
	sets: map[string]string{
		"N": "- s t +D",
		"D": "e es a as en ens et ets er ers ene enes erne ernes ar ars ane anes",
		"A": "- s t e es",
		"P": "- s ene enes",
		"Q": "er ers ene enes erne ernes",
		"L": "e es a as er ers et ets en ens ene enes erne ernes",
	},
	lines: `
- | - s
: - | +N
: b | b+N bb+D
: d | d+N dd+D
: f | f+N ff+D
: g | g+N gg+D
: k | k+N kk+D
: l | l+N ll+D
: m | m+N mm+D
: n | n+N nn+D
: p | p+N pp+D
: s | s+N ss+D
: t | t+N tt+D
: e | e es +D
: y i | y+N ytt i+N itt
: er | er+N erne ernes re res r+L
: kker | kker+N kkerne kkernes kr+L
: tter | tter+N tterne tternes tr+L
: el | el+N l+L ell+D
: ffer | ffer+N fr+L
: ssel | ssel+N sl+L
: ll | ll+N lt
: a | a+N +D
: kkel | kkel+N kl+L
: ttel | ttel+N tl+L
: ddel | ddel+N dl+L
: mmel | mmel+N ml+L
: ppel | ppel+N pl+L
: en | en+N n+L
: nnen | nnen+N n+L
: et | et+N ett+D ede edes ete etes ne nes
: mann | mann+N menn+P
: mand | mand+N mænd+P
: hand | hand+N hend+Q hænd+Q
: tann | tann+N tenn+Q
: tand | tand+N tænd+Q
: natt | natt+N nett+Q
: nat | nat+N natt+D nætt+Q
: kraft | kraft+N kreft+Q kræft+Q
: stad | stad+N sted+Q stæd+Q
: nsk ysk | nsk+A ysk+A
: um | um+N umm+D et ets er ers ene enes erne ernes a
: inger | ing+N ingre ingrene
: ioner | ion+N
: joner | jon+N
: ater | at+N
: anter | ant+N
: enter | ent+N enter+N entr+L
: etter | ett+N et
: oner | on+N one
: iler | il+N
: ader | ad+N ade
`,
	groups: `
mann manns mannen mannens menn menns mennene mennenes
mand mands manden mandens mænd mænds mændene mændenes
hånd hånds hånden håndens hånda hender hendene hænder hænders hænderne
natt natts natten nattens natta netter nettene
nat nats natten nattens nætter nætters nætterne
kraft krafts kraften kraftens krefter kreftene kræfter kræfterne
tann tannen tanna tenner tennene
tand tanden tænder tænderne
stad staden stadens steder stæder stæderne
far fars faren farens fedre fedres fedrene fædre fædres fædrene
barn barns barnet barnets barna barnas barnene barnenes børn børns børnene børnenes
tre tres treet treets trær trærne trærs
træ træs træet træets træer træers træerne
øye øyes øyet øyets øyne øynene
øje øjes øjet øjets øjne øjnene
bror brors broren brorens brødre brødres brødrene
mor mors moren morens mora mødre mødres mødrene
søster søsters søsteren søsterens søstre søstres søstrene
datter datters datteren datterens døtre døtres døtrene
tå tåen tåa tær tærne
gås gåsen gåsa gjess gjessene gæs gæssene
kne kneet knær knærne
liten lite lita lille små
gammel gammelt gamle
gammal gammalt gamle
annen annet andre anna
anden andet andre
min mit mitt mine
mine minen minens miner miners minerne minernes mina minene
din dit ditt dine
sin sit sitt sine
denne dette disse
ingen intet inkje
`,
	closed: `
den det de der dem dens deres denne dette disse her hun han ham hans hos hva hvad hvem hvor hver hvert som at en et ett ei ein eit to tre og eller over under etter efter før for fra frå mot mod med men
min mit mitt mine din dit ditt dine sin sit sitt sine vor vort vore vår vårt våre jeg eg du vi i på av af til ut ud opp op inn ind om når nå nu da så var er har blir bliver ble blev kan skal vil må
annen annet anna andre anden andet noen noe nogen noget nokre alle alt aller alene mer mere mest mange meget mye ikke ikkje selv sjølv samme andre ved mellom mellem uten uden
`,
}

// danoNorwegianForms are one table for both languages.
var danoNorwegianForms = build(danoNorwegian)
