"""First names that are forms of one name, or short for it: no rule of sounds finds them."""

from __future__ import annotations

from typing import Final

_FORMS: Final = """
aisha ayesha caasha aysha aicha aishah asha
ahmed ahmad axmed ahmet ahmadou amadou
mahmud maxamuud mahmoud mahmut
aleksandr alexander aleksander oleksandr alexandru alejandro iskander sasha sacha sanya shura alex aleks
aleksandra alexandra oleksandra alejandra sasha alex aleks sandra
aleksei oleksii aleksey alexei oleksiy lyosha alyosha lesha
anastasia anastasiia anastasiya nastya nastja nastia
anna hanna ganna anya anja ania anne annie hana
antonina tonya nina
boris borya
bogdan bohdan dan
daria darya dasha dascha
dmitri dmitry dmytro dimitri dima dimitar dumitru mitya
ekaterina yekaterina jekaterina kateryna katerina catherine katherine catalina ecaterina katya katja katia kate katrin kati
elena yelena jelena olena helena helen lena ilona alena alyona
elizabeth elisabeth elizaveta yelizaveta yelyzaveta isabel liza lisa liz beth eliza elisa
evgenia yevgenia yevheniia eugenia zhenya evgeniya jevgenia
evgeni yevgeni yevhen eugen eugene zhenya evgeny jevgeni
fatima fatma fadumo fatuma fatimah faduma fatou fatoumata fatimata
galina halyna galya halya
georgi georgy george heorhii georgios gheorghe jorge giorgi zhora yuri yurii
grigori grigory hryhorii gregory grisha grigore
hasan hassan
hussein husein hossein
ibrahim ibrahima abraham avram
ioana joanna johanna yohanna jana ivana
irina iryna irene ira irena
ivan ioan ion john johannes juan joao ivo vanya vania jean juhani jussi ionut yoan
jose pepe joseph yosef yusuf iosif josif yousef
francisco paco pancho francis
khadija hadija khadidja hatice xadiijo khadijah hadiye khadiga hatidzhe kadija
konstantin kostyantyn kostya costin
ksenia oksana kseniia xenia aksana
larisa larysa lara
liudmila lyudmila ljudmila ludmila lyuda luda mila
liubov lyubov ljubov lyuba luba
maksim maxim maksym max maks
maria mariia mariya marija mary marie maryam mariam miriam maryama maryan masha mascha marya
margarita marharyta margaret rita
mikhail mykhailo michael mihail mihai miguel misha mischa mike michal mikael
mohammed muhammad mohamed mehmet mehmed mahomed mohamad muhamed maxamed mamadou mohd muhammed mahamed mohammad moamed
abdullah abdulah abdallah abdilahi abdulahi abdoulaye cabdilaahi abdelilah
abdi abdirahman abdullahi
abdirahman abdurrahman abdulrahman abderrahmane abdurahman cabdiraxmaan abdelrahman abdorrahman
natalia nataliia natalya natalja natalie natasha natascha nata
nadezhda nadiya nadiia nadya nadia nadja nadejda
nikolai mykola nicolae nicholas nikola kolya kolja nick nikolay nicolas
olga olha olya olja olia
omar umar cumar omer
osman usman uthman othman cusmaan
pavel pavlo paul pablo pasha pavle
petr pyotr petro peter pedro pierre petru petar petya
polina paulina polya
roman roma
sergei serhii sergey serge sergio serhiy seryozha serezha
sofia sofiia sofiya sophia sophie sonya sonja
stanislav stas
stepan stefan stephen steven esteban
svetlana svitlana sveta svetla
tatiana tetiana tatyana tetyana tatjana tanya tanja tania
valentina valya
valeri valerii valery valera
vasili vasyl vasily vasile vasya basil
viktoria viktoriia victoria vika vicky wiktoria
viktor victor vitya
vladimir volodymyr wladimir vova volodya vladi
yulia yuliia julia iuliia juliia julija giulia yulya julie yuliya
yuri yurii juri iurii jurij yura
zoya zoia
william bill billy will
robert bob rob bobby
richard rick dick
thomas tom tuomas tomas
james jim jimmy jaime
daniel danny dan danil danylo daniil
emmanuel emanuel manuel manny
blessing bless
ngozi ngo
oluwaseun seun
oluwatobi tobi
chukwuemeka emeka
nneka neka
guadalupe lupe
dolores lola
maria_fernanda mafer
rosario charo
"""


def _related() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for line in _FORMS.split("\n"):
        forms = [_single(each) for each in line.split()]
        for each in forms:
            known = found.setdefault(each, [])
            known += [other for other in forms[:1] if other not in known]
    return {each: tuple(related) for each, related in found.items()}


def _single(form: str) -> str:
    """Write doubled letters once, as plain words have them."""
    return "".join(letter for place, letter in enumerate(form) if form[place - 1 : place] != letter)


RELATED: Final = _related()
"""Plain word to the first form of its name; a short form may be short for two names."""
