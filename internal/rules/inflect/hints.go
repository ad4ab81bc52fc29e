package inflect

// hints are words that speak for a language: its small words, those that it does
// not share with its neighbours first of all, and words that its headlines are
// made of, for many an item is a headline and nothing else. The languages after
// the blank are known only so that their articles are not taken for another's.
var hints = [...]string{
	`the of and to in that is for was with on by from at are has have this said not as it be will were its who which after been
	says over new news amid into against near about more than their they he she his her we you would could should can may might must what when where why how but or if while during under between
	before since because first last year years day week people world government minister president army defence defense war attack attacks killed dead talks deal vote leader leaders chief
	warns hits sends backs calls meets visits launches strike strikes troops missile missiles drones forces military security foreign border former top ready peace loses wins passes receives
	denies arrive agree agrees fence flights spending army heard claims plans seeks faces urges despite across two three five dozens least
	jails jailed judge arrested charged trial election voters ruling bid joins join hosts price prices oil energy market markets economy growth rate rates cut cuts rises jump fears
	fear concern row crisis refugees refugee migrants migrant frontier crossing ship ships cable cables damage damaged inquiry investigation report reports study finds find help aid
	support funding billion months month weeks white city town school children women family woman student students workers work jobs health cases deaths died injured wounded rescue
	flood storm earthquake crash flight road bridge power nuclear weapons weapon summit without ends start starts begin opens open close closes closed shuts ban bans banned restore
	leave leaves hold holds keep keeps make makes made takes took give gives gave get gets goes going come comes came shows shown set sets seen know tell told ask asks asked called
	move moves moved raise raises raised push pushes fight fighting killing bombing shelling warning threat threatens threaten fresh early late next short small great old young high
	low good best worst many much most some any every each other another own only even yet again back down out off away home here there now then later never always often until though
	although however therefore thus such like well very quite third fourth one seven eight nine hundred thousand north south east northern southern eastern western french russian
	polish ukrainian estonian finnish swedish american chinese turkish officials official spokesman voted voting ballots ballot counted count polls poll campaign candidate lawmakers
	lawmaker senate law laws rules rule ruled policy tax trade tariff tariffs export exports import imports supply supplies pipeline grid defences fleet airport
	airspace jets fighter fighters tanks artillery howitzers ammunition shells soldiers soldier deployed deploy deploys deployment exercise exercises drill drills
	launch launched fired fires shot shoots downed intercepted sabotage espionage spy spies hackers cyber ceasefire truce negotiate negotiations mediation envoy ambassador embassy
	diplomats diplomat visit visited meeting agreed agreement treaty pact signed signs sign pledges pledge vows vow accuses accused blames blame condemns condemn slams rejects reject
	denied approves approve approved delays delay delayed suspends suspend suspended resigns resign resigned mayor governor appointed names named elected`,
	`der die und das den von zu mit ist im des fur nicht auf dem ein eine sich auch nach wird als sind bei aus es einen hat einer uber wurde werden dass
	gegen vor noch nur aber wenn wie oder zum zur vom beim um durch unter bis seit zwischen haben kann will soll muss mehr neue neuen neuer keine ihre seine sein ihr wir ich sie er was wer warum wo
	ab am an in statt ohne wegen trotz wieder weiter jetzt heute jahr jahre jahren tag menschen krieg regierung minister prasident angriff waffen panzer truppen drohnen tote toten
	fordert warnt trifft reist droht greift verliert besucht meldet sagt erhoht streicht verteidigt stimmt beschliesst deutsche deutschen deutschland russland
	streitet haushalt papst mahnt frieden kabel beschadigt zaun grenze blockiert beitritt dementiert bericht wurdigt opfer gericht polizei festgenommen verhaftet parteien wahl wahlen
	wahler stimmen abgeordnete gesetz geld milliarden millionen prozent schule krankenhaus kinder frauen stadt stadte gemeinde gestern morgen woche monat erste zweite dritte letzte
	weniger konnen mussen darf sollen wollen unternehmen arbeit mitarbeiter soldaten soldat flugzeug flughafen preise preis steigen steigt sinken sinkt treffen gesprache verhandlungen
	abkommen vertrag zwischenfall ermittelt verdacht vorwurf vorwurfe kritisiert kundigt mochte bleibt kommt geht macht gibt steht`,
	`le la les de l d qu des et en est pour dans que une du sur pas qui par au avec plus sont ce aux ont cette été mais ete
	un il elle ils nous vous son sa ses leur leurs se contre apres avant entre sous selon lors deux trois nouveau nouvelle nouvelles nouveaux premier ministre guerre attaque armee russie russe russes
	francais france europeenne europeen gouvernement chez sans aussi comme tout tous fait etre avoir peut doit face depuis pendant annule rencontre menace defend battue vols mort morts tue tues hausse
	accord frappes frappe missiles presidentielle annonce appelle accuse veut quand pourquoi comment ou
	greve bloque adhesion endommages mer attendu bruxelles pape paix petrole prix envolent texte juge condamne arrete parti candidat depute deputes argent milliards millions ecole
	hopital enfants femmes hommes ville maire demain semaine mois deuxieme dernier derniere moins peuvent doivent faut veulent entreprise entreprises travail soldats militaires avion
	aeroport electricite baisse rencontrent negociations pourparlers traite enquete soupcon critique prevoit reste vient donne`,
	`w i z na sie do nie jest ze od przez dla oraz jak po przy tym które ktory ktora byl byla bylo są sa jego takze czy ale tego
	nad pod bez przed za ze we o u to ma juz tylko beda bedzie moze jako jej ich ten ta te tych tej co kto gdzie kiedy dlaczego wobec podczas miedzy wedlug przeciw ponad
	nowe nowy nowa prezydent premier minister rzad sejm wojna wojny atak rosja rosji polska polski polskie ukraina ukrainy wojska broni rakiety rakietami drony obrony kraj lat roku dnia osob
	spotkal rozmawial podpisal przyjal zostal zostala zostaly chce mowi krytykuje ostrzega atakuje zapowiada trwa zabitych rannych wybuch strajk sankcje ustawe budzet glosowanie
	buduje granicy granica uszkodzone papiez apeluje blokuje wejscie szwecji rosna rosnie przegrywa poleci uchodzcy policja sprawa sprawy partia partii wybory wyborow wyborach
	poslowie posel senatorowie pieniadze zlotych tysiecy milionow miliardow szkola szpital dzieci kobiety mezczyzni miasto miasta miescie gmina dzis wczoraj jutro tydzien tygodniu
	miesiac pierwszy pierwsza drugi trzeci nowych wiecej mniej moga bylby praca pracy pracownicy zolnierze zolnierzy wojsko czolgi czolgow samolot samoloty lotnisko ropa`,
	`se na v je ze že s z do o pro ve by jsou byl bylo jako podle také pri ale po k ktery ktera jeho uz bude aby jsme roku
	nad pod bez pred od u i nebo kdyz jen jsem jste jejich jeji kde kdy proc co kdo vice mezi behem kvuli proti pres jeste uz ma maji muze chce rekl rekla uvedl
	nove novy nova prezident premier ministr vlada vlady snemovna valka valky utok rusko ruska ruske cesko ceske cesky ukrajina ukrajine ukrajiny armada zbrane raketami drony obrany zeme let lide lidi
	sesel mluvil podepsal schvalila schvalil navstivil varuje utocilo haji jmenoval prohral prohrala vybuch stavka sankce zakon rozpocet hlasovani dohody evropske evropska komise
	hranici hranice rostou roste novelu vyzval blokuje vstup papez uprchlici podporu podpora volby voleb soud soudu policie zatkla obvineni zahranici bezpecnost rozhodl rozhodla
	oznamil oznamila kritizuje pozaduje odmitl odmitla tvrdi rika hrozi posle posila koupi prodej miliard milionu korun tisic lidem mesto meste mestech nemocnice zdravi vlak letadlo
	ropa jaderna elektrarna vojaci vojaku vojsko tanky strely raket munice zbrani velitel genaral namestek poslanci poslanec strana strany koalice opozice predseda hnuti lidovci loni
	letos vcera dnes zitra pondeli utery stredu ctvrtek patek sobotu nedeli rijna zari srpna cervence kvetna dubna brezna unora ledna listopadu prosince tento toto techto tyto to tom
	toho tim temto vsak dva dve tri ctyri deset prvni druhy treti posledni dalsi cely velky velka mlady spatny chteji mohou nesmi nemuze neni nejsou byt`,
	`ja on ei et see oma mis ka kui ning aga oli olid kes selle seda need pole eesti tema nende voi nii juba veel aasta mille
	ule alla peale parast enne vastu koos ilma ees kohal jaoks kuid sest siis nad me te mina ta teda talle neid meie teie kus miks kuidas uus uue uued uusi suur rohkem vaid ainult eest poolt
	president peaminister minister valitsus riigikogu sojavagi sojaline soda venemaa vene ukraina soome euroopa liidu riigi kaitse rakettidega droonid plahvatus piir piiri relvi aastal aastat inimest hukkus
	utles raakis kohtus rundas hoiatab hoiatas kulastas kiitis heaks tagasi astus sulgeb suurendab kaitseb korraldab kuulutas valja tuhistas vajame teatas alustas jatkab linnapea
	ehitab piirile hind tousis touseb voitis kaotas moisteti oigeks metsas pagulased kutsus rahule liitumist blokeerib raha maksud kohus prokuratuur politsei vahistas linna linnas
	vallas valla maakond kool koolis haigla arstid lapsed naised mehed pere elanikud elanike inimesed vahem suurem vaiksem esimene teine kolmas viimane tana nadalal kuul aastane
	protsenti miljonit eurot tuhat poliitik erakond valimised valimistel haali kandidaat toetab toetus nouab kritiseerib luges kirjutab kirjutas selgus selgub saab saavad tuleb
	tulevad laheb lahevad peab peavad voib voivad hakkab hakkavad lopetab lopetas otsustas otsus seadus seaduse eelnou komisjon amet ameti juht juhatuse ettevote ettevotte`,
	`un ir ar no par ka uz bet lai tas kas vai tika nav viņš vina ari pie sis bija gan lidz pec ta to kur vel es
	bez virs zem pret starp caur kopa jau tikai tad ja kad kapec ka ko kam vinu vini mes jus sava savu savas vairak visi so sai sa tos tam jauns jauna jaunas jaunu jauni var bus butu
	prezidents premjers ministrs ministru saeima valdiba krievija krievijas latvija latvijas ukraina ukrainas eiropas savienibas kars kara karu uzbrukums armija raketem droni robezu ierocus spradziens
	tikas runaja bridina piedava sledz uzbruk palielina pienem izsludina aizstav apmekle atkapjas sanem vajag norada uzsver sacija teica zino aizsardzibas gadu gada gados cilveku cilveki
	cenas kapj kapums atzits vaicu viesojas aicina bojati kabeli mieru uznemsanu tiesas lieta lietas partija partijas velesanas velesanu deputats deputati likums likuma likumu budzets
	nauda naudas eiro miljonu tukstosi procenti skolas slimnica berni berniem sievietes viriesi pilseta pilsetas novads novada domes riga rigas sodien rit pirmais otrais lielaks mazak
	nevar jabut varetu gribetu uznemums uznemumi darbs darbinieki`,
	`ir kad su is yra bet buvo kaip tai del apie po nuo per iki jis savo taip pat uz bei nes kurie ar dar jau sako metu
	be virs pries tarp uz prie ant kol arba tik kur kas ka kodel kam ji jie jos ju mes jus man musu buti bus gali turi nera daugiau naujas nauja naujos naujos nauju visi sios si siuo
	prezidentas premjeras ministras ministre seimas vyriausybe rusija rusijos lietuva lietuvos lietuvoje ukraina ukrainos ukrainoje europos sajungos karas karo kariuomene ataka raketomis dronai siena ginklu gynybos
	susitiko kalbejosi ispeja atakavo prieme pasirase lankosi didina uzdaro traukiasi reikia teigia pranese sake zuvo sprogimas sankcijos istatyma biudzeta salies salis zmoniu zmones apsaugos
	stato tvora pasienyje pazeisti kabeliai juroje popiezius ragina siekti taikos blokuoja naryste kainos kaina kyla palieka vyksta teismas teismo bylos partija partijos rinkimai
	rinkimu rinkimuose kandidatas istatymas pinigai pinigu eurai euru milijonai milijonu tukstanciai procentai procentu mokykla ligonine vaikai vaiku moterys vyrai miestas miesto
	mieste savivaldybe meras siandien rytoj savaite antras treciasis didesnis maziau negali galetu imone imones darbas darbo darbuotojai`,
	`и в не на что с по он как его из это за от но для был была были к же так или она они все бы только со
	мы вы я ее их ему ей нас вас если когда где кто чем уже еще при без после перед между через против над под об этот эта эти того этого который которые которая может будет нет
	новые новый президент министр обороны госдума россия россии российский российские россию взрыв ракетами беспилотники войска войны сша украины украине заявил заявила сообщил сообщили рассказал
	встретился поговорил атаковала предупреждает приняла посетил проиграла нужны соглашения люди человек лет года году`,
	`і в у та що не на з це до за як від про його був була але або вже для які також цей при є й ще бо
	із зі ми ви я її їх йому він вона вони якщо коли де хто чи уже після перед між через проти над під без цього який яка яке може буде немає був були бути щоб тільки навіть лише
	нові новий президент міністр оборони рада росія росії російські російський вибух ракетами безпілотники війська війни україни україні заявив заявила повідомив повідомили розповів
	зустрівся поговорив атакувала попереджає ухвалила відвідав програла потрібна потрібні угоди люди людей років року світла верховна`,
	`и на да се в за от е са не че с по ще като до при но след това му има той които го към си бе
	аз ние вие тя те ги им ни ви ли или ако когато където кой която което над под без преди между през срещу със във вече още само няма бъде беше били сме съм една един едно
	нови нов нова президентът президент министърът министър правителството парламентът парламента отбраната русия руски българия български българия украйна войната взрив ракети дронове оръжия хора души
	заяви съобщи каза срещна говори предупреждава прие посети загуби отива защитава атакува трябват трябва сделка санкции година години гласуването`,

	// others, in scripts that are shared
	`el los las de que y del por con una para su es al como mas pero fue sobre entre la en se no lo sus este esta tras contra hasta desde gobierno presidente guerra ataca ataque advierte reune espana anos ministro`,
	`o os da do das dos que e em um uma para com nao na no por mais foi pelo pela ao aos sua seu apos contra sobre governo presidente guerra ataca ataque ministro anos`,
	`il di che e della per una con del sono non gli dei nel alla piu anche dal la le lo un si da al ma come nella delle dopo contro governo presidente guerra attacca attacco incontra ministro anni`,
	`de het een van en dat niet zijn op te voor met aan ook als bij door naar wordt in is die hij ze maar om uit over tegen tussen na oorlog regering president minister aanval valt ontmoet nieuwe jaar`,
	`och att det som en for pa av med till har inte om ett den var sig vid i ar de han hon man efter mot over ny nya regeringen kriget ministern presidenten anfaller hojer presenterar`,
	`og at det som en pa af til med er ikke har den et ble blir fra ved i for de han hun om efter mod over ny nye regeringen krigen ministeren praesidenten angriber`,
	`ja on etta ei se oli han mutta myos kun joka sen ovat kuin mukaan jonka hanen ole suomi suomen venaja ukrainan uusi hallitus sulkee rajan tapasi hyokkasi presidentti ministeri jalkeen vastaan vuoden`,
	`a je sa na v ze si sme pre ako som aj ktory ktore bol bola podla uz by ich so zo do od po pri nad pod pred bez ale alebo vlada minister prezident rusko ukrajina stretol zautocilo vojna rokov`,
	`in je da se na za ki so z v pa bi ni kot tudi pri po od ob iz do ali vlada minister predsednik vojna napadla srecal proti leta`,
	`i je da se na za u su od koji bi kao sto ali nije biti iz sa po do ili vlada ministar predsjednik predsednik rat napad protiv godine`,
	`si de la in cu pe nu din este care pentru mai ca au fost sunt un lui prin al a o dupa rusia ucraina guvernul presedintele razboi ministrul ani`,
	`a az es hogy nem egy is ez volt meg csak mint de el magyar szerint utan ellen kormany elnok haboru miniszter talalkozott tamadta evben`,
	`ve bir bu icin ile da de olarak cok olan daha gibi kadar sonra turkiye ne mi rusya ukrayna savas bakan baskan karsi`,
	`и в на што не да за се ў з як па гэта было ад для але ці ён яна яны з’яўляецца расія расіі атакавала беларусі супраць пасля`,
	`и на во да се од за не со го ќе што како е ги им ја тој таа тие по при по против војна влада`,
	`и у је да се на за од су који са ће није а као али или до из против рат напала влада године`,
}
