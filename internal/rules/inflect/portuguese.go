package inflect

import "watcher/internal/rules/words"

// Portuguese: s and es with the consonants that change before them (ão, ões; al, ais),
// and the feminine where the ending shows that the word is an adjective or
// somebody's office. Names take nothing.
var portuguese = language{
	code: "pt", script: words.LatinScript,
	family: "romance",
	forms: build(paradigms{
		lines: `
- | -
: - | - s es
: o | o os
: a | a as
: as | as a
: os | os o
: ao | ao oes aos aes
: emao | emao ema emaes emas
: m | m ns
: l | l is
: il | il is eis
: r z s | r res z zes s ses
: dor tor sor | dor dora dores doras tor tora tores toras sor sora sores soras
: es | es esa eses esas
: ado ido | ado ada ados adas ido ida idos idas
: ico ivo oso | ico ica icos icas ivo iva ivos ivas oso osa osos osas
: ano ino eno ario | ano ana anos anas ino ina inos inas eno ena enos enas ario aria arios arias
: eco aco imo | eco eca ecos ecas aco aca acos acas imo ima imos imas
: nio rio sio | nio nia nios nias rio ria rios rias sio sia sios sias
: lento eto ulto | lento lenta lentos lentas eto eta etos etas ulto ulta ultos ultas
: peu deu | peu peia peus peias deu dia deus dias
: oes | oes ao
: ores | ores or ora oras
: ais | ais al
: eis | eis el il
: ns | ns m
: entes antes | entes ente antes ante
: eses | eses es esa esas
`,
		groups: `
presidente presidenta presidentes presidentas
ministro ministra ministros ministras
primeiro primeira primeiros primeiras
juiz juíza juízes juízas
novo nova novos novas
russo russa russos russas
alto alta altos altas
preto preta pretos pretas
branco branca brancos brancas
vermelho vermelha vermelhos vermelhas
turco turca turcos turcas
grego grega gregos gregas
chinês chinesa chineses chinesas
bom boa bons boas
mau má maus más
mão mãos
cidadão cidadã cidadãos cidadãs
irmão irmã irmãos irmãs
país países
mês meses
lei leis
míssil mísseis
réptil répteis
fácil fáceis
difícil difíceis
embaixador embaixadora embaixatriz embaixadores embaixadoras
`,
		closed: `
o a os as um uma uns umas de da do das dos em na no nas nos por pelo pela para com sem sob sobre entre após até desde e ou que se seu sua seus suas ao aos à às é são foi era ser está este esta isto esse essa mais muito
não sim já lhe me te nós dois três há tem têm como quando onde quem mas
`,
	}),
	clues: `o os da do das dos que e em um uma para com não na no por mais foi pelo pela ao aos sua seu após contra sobre são está até também sem ser tem têm há dois anos ano quando onde quem porque mas já diz segundo
	governo presidente guerra ataca ataque ataques ministro ministra primeiro negócios estrangeiros exército tropas rússia ucrânia russos russas russo russa ucraniano ucraniana alemanha frança portugal brasil estados unidos
	acordo cimeira cúpula eleições eleição voto eleitores congresso senado lei juiz polícia detido detidos preso presos mortos feridos mísseis drones ajuda fronteira segurança defesa comissão europeia europeu união novo nova novas novos
	milhões mil euros semana hoje ontem amanhã anuncia pede exige rejeita aprova acusa nega visita chega viaja condena ameaça negocia cessar fogo sanções tarifas petróleo preços investigação navio porto voos`,
	letters: "õçã",
	small:   `a e o à é ao as às da de do em eu há ia já la lá lo me na no nó os ou se só su te ti tu um vi`,
	three: `
ali aos ate bem boa bom com dao dar dez diz dos ela ele era faz fez fim foi for fui hao hei lhe mal mes meu mil nao nas nem nos num poe por que sao
sei sem ser seu sim sob sou sua tal tao tem ter teu tua uma uns vai vao vem ver vez vos`,
	acronyms: `AI ANO DAS DIA ES EU FARA IRA MAS TU USA`,
	counted:  `por milhões anos dias`,
}

/*
Test words of Portuguese:

Portugal | | português portuguesa
Ucrânia | | ucraniano ucraniana ucranianos
Rússia | | russo russa russos
Estónia | | estónio estoniano
Alemanha | | alemão alemã alemães
Brasil | | brasileiro brasileira
Lisboa | | lisboeta
Moscovo | | moscovita
Putin | | putinista
míssil | mísseis | missão missões
mísseis | míssil | missão
missão | missões | míssil
sanção | sanções | sancionar
sanções | sanção | sancionar
avião | aviões | aviação
eleição | eleições | eleitor eleitoral
eleições | eleição | eleitor
drone | drones | droga
tanque | tanques | tanga
fragata | fragatas | fragrância
soldado | soldados | soldadura
tropas | tropa | tropeço
presidente | presidenta presidentes | presidência presidencial
ministro | ministra ministros ministras | ministério
embaixador | embaixadora embaixadores | embaixada
senador | senadora senadores senadoras | senado
general | generais | geração gerar
canal | canais | cana
homem | homens | homenagem
refém | reféns | referência
luz | luzes | luta
juiz | juízes juíza | juízo
fronteira | fronteiras | frontal
porto | portos | porta portas
caso | casos | casa casas
país | países | paisagem
russo | russa russos russas | Rússia
ucraniano | ucraniana ucranianos ucranianas | Ucrânia
francês | francesa franceses francesas | França
alemão | alemã alemães | Alemanha
europeu | europeia europeus europeias | Europa
nuclear | nucleares | núcleo
militar | militares | militante
armado | armada armados armadas | arma
cidadão | cidadãos cidadã | cidade
*/
