package inflect

import "watcher/internal/rules/words"

// Slovene. M are the endings of masculine nouns, J those of stems that take a j (Pahor,
// Pahorja), F those of feminine nouns, O and E those of words in these vowels, A those
// of adjectives.
var slovene = language{
	code: "sl", script: words.LatinScript,
	family: "south slavic",
	forms: build(paradigms{
		sets: map[string]string{
			"M": "- a u om em ov ev i e ih oma ema je ova ovo ove ovi ovega ovih ovim :evi :evih :ovom :evom :eve :ega :emu :im :imi",
			"C": "a u om em ov ev i e ih oma ema",
			"J": "ja ju jem jev ji je jih jema jeva jevo jeve jevi jevega jevih",
			"F": "a e i o ama ami ah am in ino ine ini :-",
			"O": "o a u om em i ih oma ov ova ovo ove ovi ovega :-",
			"E": "e a u em i ih ema ah am ami eja eju ejem ejev ejeva ejevo ejeve eta etu etom etov etova :-",
			"A": "i a e o ega emu em im ih imi",
			"N": "na no ne ni nega nemu nem nim nih nimi",
		},
		lines: `
- | +M :o
r | r+M r+J :rjo
er | er+M er+J r+C r+J
ar | ar+M ar+J r+C :arjo
ec | ec+M c+C ceva cevo ceve
ek | ek+M k+C kova kovo kove
el | el+M l+C lova lovo love :lega :lo :limi
elj | elj+M lj+C
en | en+M n+C :+N :nijo
enj | enj+M nj+C
ep | ep+M p+C
et | et+M t+C
ez | ez+M z+C :zni
ev | ev+M v+C vijo vah vam vami
am | am+M
an | an+M :an+N :anjo
č | č+M :čjo :čmi
st | st+M :stjo :stmi
t | t+M :tjo :tmi
sk | sk+M ska ško
a | +F
ja | j+F jem :ij
ša ča ža | š+F č+F ž+F šem šu čem ču žem žu šev ševa ševo ševe
ha ga | h+F g+F hu hom gu gom hov gov
ka | k+F ku kom kov kova kovo :ek
va | v+F :ev
ma | m+F :em
la | l+F :el
na | n+F :en
ra | r+F :er :rom
ta | t+F :et
ba | b+F :eb
nja | nj+F :enj
lja | lj+F :elj
ska ška čka cka | ska ske ski sko ška ške ški ško čka čke čki čko cka cke cki cko :sk :šk :čk :skama :skami :skah :skam :škami :škah :čkami :čkah :sek :šek :ček
o | +O
lo | l+O :el
no | n+O :en
ro | r+O :er
mo | m+O :em
ko | k+O :ek
vo | v+O :ev
tvo | tv+O tev
io | io ia iu iem iom ii ih ija iju ijem
eo | eo ea eu eom eja eju ejem
e | +E
je | j+E ij
me | m+E :mena :menu :menom :meni :men :menih
ce | c+E c
ne | n+E n
le | l+E l
re | r+E r
ke | k+E k :ek
i | i ija iju ijem iji ije ijev ijeva ijevo ih ega emu em im imi a e o ov am :- :om
ci | c+C ci cev cem :ec :ca :k :ka :ku
ni | n+A :en
ski ški čki cki | sk+A šk+A čk+A ck+A
u | u uja uju ujem uji uje ua uu uom
y | y yja yju yjem yjev yji ya yu yem yom
ee ay ey oy uy | ee eeja eeju eejem ay aya ayu ayem ey eya eyu eyem oy oya oyu oyem uy uya uyu uyem
`,
		groups: `
človek človeka človeku človekom ljudje ljudi ljudem ljudmi ljudeh človeki
otrok otroka otroku otrokom otroci otroke otrocih otrokoma
mož moža možu možem možje mož može možeh možmi
oče očeta očetu očetom očetje očete očetov
mati matere materi mater materjo matere materah
hči hčere hčeri hčer hčerjo hčerke
dan dneva dnevu dnevom dnevi dni dneve dnevih dnevov dnem dne
grad gradu gradom gradovi gradov gradove gradovih gradovom grada
dober dobra dobre dobri dobro dobrega dobremu dobrem dobrim dobrih dobrimi
pes psa psu psom psi psov pse psih
pesem pesmi pesmijo pesmim pesmih pesmimi
stran strani stranjo stranem straneh stranmi stranema
obramba obrambe obrambi obrambo obramb obrambah
vas vasi vasjo vaseh vasem vasmi
smer smeri smerjo smereh smermi
telo telesa telesu telesom teles telesih telesi
ime imena imenu imenom imen imenih imeni
vreme vremena vremenu vremenom vremeni
oko očesa očesu oči očmi očeh očem
gospa gospe gospo gospod gospem gospeh
Azerbajdžan Azerbajdžana Azerbajdžanu Azerbajdžanom
Srb Srba Srbu Srbom Srbi Srbov Srbe Srbih Srbom
`,
	}),
	clues: `in je da se na za ki so z s v pa bi ni kot tudi pri po od ob iz do ali bo bodo bil bila bilo bili več že še po pred med zaradi proti kjer ko če lahko mora med leta letu
	vlada vlade vlado minister ministra ministrica ministrstvo predsednik predsednika predsednica premier vojna vojne vojno vojske vojska vojaki napad napada napadla napadov sporazum srečal srečala obisk obiskal
	slovenija slovenije sloveniji slovenski slovenska slovenske hrvaška hrvaške ukrajina ukrajine ukrajini ukrajinski rusija rusije rusiji ruski ruska ruske nemčija nemčije evropski evropska evropske evropskega evropo
	varnost varnosti obrambe obramba meji meja izjavil dejal dejala opozoril opozarja napovedal potrdil zahteva pomoč novi nova nove novih prvi tisoč milijonov evrov droni raketami rakete orožje eksplozija eksploziji umrlo mrtvih ljudi oseb
	poslanci poslanec državni zbor volitve volitvah volitev stranka stranke sodišče policija policisti uvedla sprejel sprejela zavrnil podpisala svet sveta dva dve tri zdaj danes jutri včeraj letos lani brez nad pod čez njihov njihove njegov njegova njeni kaj kdo zakaj kako
	v o z k tem ta to te tega tej tudi jih jim šele ima imajo vsak vsaka bomo bila vas nas najbolj zato torej ter sicer skupaj medtem zakon oblasti način mogoče katere kateri dan dni`,
	small: `a h i k o s v z bi če da do ga iz ja je jo ki ko ji ju me mi mu na ne ni no od ob on pa po se si sm so ta te ti to tu že za ze`,
	three: `
ali bil bom bos cel cez cim dan dol dom dva dve ena ene eni eno gor gre ima jaz jih jim kaj kar kdo ker kje kot lep maj med moc moj moz nad naj nas
nek nic nje nji njo nov oba obe oni pac pet pot pri rad rec res saj sel sem sin sme smo sta ste sto sva tak tal tam teh tej tem ter tik tja tla trg
tri uri vam vec vem ves vsa vse vsi vso zdi`,
	acronyms: `AM CAS DEL DNI KAM KO LETA NAM PA PO POD ROK SAM TU VAS VI`,
}

/*
Test words of Slovene:

Slovenija | Slovenije Sloveniji Slovenijo | Slovenec Slovenci slovenski Slovenka
Slovenec | Slovenca Slovencu Slovencem Slovenci Slovencev Slovence Slovencih | Slovenija slovenski
Rusija | Rusije Rusiji Rusijo | Rus Rusi ruski
Ukrajina | Ukrajine Ukrajini Ukrajino | ukrajinski Ukrajinec Ukrajinci
Ukrajinec | Ukrajinca Ukrajincu Ukrajincem Ukrajinci Ukrajincev Ukrajince | Ukrajina
Hrvaška | Hrvaške Hrvaški Hrvaško | Hrvat Hrvati hrvaškega
Nemčija | Nemčije Nemčiji Nemčijo | Nemec Nemci nemški
Avstrija | Avstrije Avstriji Avstrijo | Avstralija Avstrijec
Madžarska | Madžarske Madžarski Madžarsko | Madžar Madžari
Amerika | Amerike Ameriki Ameriko | Američan ameriški
Američan | Američana Američanu Američanom Američani Američanov Američane | Amerika ameriški
Ciper | Cipra Cipru Ciprom | ciprski cipresa
Kosovo | Kosova Kosovu Kosovom | kosovski kos
Kitajska | Kitajske Kitajski Kitajsko | Kitajec Kitajci
Sudan | Sudana Sudanu Sudanom | sudanski suden
Peru | Peruja Peruju Perujem | pero
Ljubljana | Ljubljane Ljubljani Ljubljano | ljubljanski ljubljen
Maribor | Maribora Mariboru Mariborom | mariborski
Koper | Kopra Kopru Koprom | koprski
Celje | Celja Celju Celjem | cel celo celjski
Bruselj | Bruslja Bruslju Brusljem | bruseljski brusnica
Jesenice | Jesenic Jesenicah Jesenicam Jesenicami | jesen jeseniški
Atene | Aten Atenah Atenam | atenski
Pariz | Pariza Parizu Parizom | pariški parada
Kijev | Kijeva Kijevu Kijevom | kijevski kij
Beograd | Beograda Beogradu Beogradom | beograjski
Pahor | Pahorja Pahorju Pahorjem Pahorjeva Pahorjevo | pahoriti
Golob | Goloba Golobu Golobom Golobova Golobovo | golobnica
Janša | Janše Janši Janšo Janšem | Janez Jani
Putin | Putina Putinu Putinom Putinova Putinovo Putinove | put putika
Zelenski | Zelenskega Zelenskemu Zelenskem Zelenskim | zelen zelena
Orban | Orbana Orbanu Orbanom | orbita
Trump | Trumpa Trumpu Trumpom | trumpizem
Marko | Marka Marku Markom | Marija markiza
Jože | Jožeta Jožetu Jožetom | Jožefa
Sarkozy | Sarkozyja Sarkozyju Sarkozyjem | sarkofag
Vladimir | Vladimirja Vladimirju Vladimirjem | vlada vladika
Merkel | | merkur
Natova | Natove Natovi Natovo | natovoriti
minister | ministra ministru ministrom ministri ministrov ministre ministrih | ministrstvo ministrica
ministrica | ministrice ministrici ministrico ministric ministricami | minister
ministrstvo | ministrstva ministrstvu ministrstvom ministrstev ministrstvih | minister ministri
vojak | vojaka vojaku vojakom vojaki vojakov vojake vojakih | vojaški vojska vojna
vojska | vojske vojski vojsko vojsk vojskami vojskah | vojak vojna vojaški
vojna | vojne vojni vojno vojn vojnami vojnah | vojska vojak
raketa | rakete raketi raketo raket raketami raketah | raketni
varnost | varnosti varnostjo | varen varnostni
pomoč | pomoči pomočjo | pomočnik pomoliti
podjetje | podjetja podjetju podjetjem podjetij podjetjih | podjeten
letalo | letala letalu letalom letal letalih | letališče
država | države državi državo držav državam državah državami | državni državljan
človek | človeka človeku ljudje ljudi ljudem ljudmi | človeški
poslanec | poslanca poslancu poslancem poslanci poslancev poslance | poslanstvo
sporazum | sporazuma sporazumu sporazumom sporazumi sporazumov sporazume | sporazumen
jedrski | jedrska jedrsko jedrske jedrskega jedrskem jedrskih jedrskim | jedro
evropski | evropska evropske evropskega evropskemu evropskih evropskim | Evropa Evropejec
žrtev | žrtve žrtvijo žrtvam žrtvah | žrtvovati
cerkev | cerkve cerkvi cerkvijo cerkvah | cerkven
volitev | volitve volitvah volitvam volitvami | volivec volilni
ladja | ladje ladji ladjo ladij ladjami ladjah | ladjedelnica
*/
