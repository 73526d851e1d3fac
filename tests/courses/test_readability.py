"""Reading ease tells texts for everybody from texts for lawyers, in the language that they are written in."""

import pytest

from smooth_lms.courses import readability

PLAIN = {
	"en": "When the alarm sounds, go to the nearest exit. Do not run. Do not use the lift. Help people who need help. "
	"Close the doors behind you. Go to the meeting place in the yard and wait there. Your manager counts who is there. "
	"Do not go back into the house for your bag or your coat. ",
	"de": "Wenn der Alarm geht, geh zum nächsten Ausgang. Renn nicht. Nimm nicht den Lift. Hilf den Leuten, die es "
	"allein nicht schaffen. Mach die Türen hinter dir zu. Geh zum Platz im Hof und warte dort. Dein Chef zählt, wer "
	"da ist. Geh nicht zurück ins Haus, auch nicht für die Tasche. ",
	"fr": "Quand l'alarme sonne, va vers la sortie la plus proche. Ne cours pas. Ne prends pas le lift. Aide les gens "
	"qui en ont besoin. Ferme les portes. Va dans la cour et attends là. Ton chef compte qui est là. Ne rentre pas dans "
	"la maison pour ton sac. ",
}
HARD = {
	"en": "The organization's comprehensive evacuation methodology necessitates immediate implementation of "
	"predetermined departmental responsibilities, notwithstanding operational considerations or individual "
	"preferences regarding the continuation of administrative activities, and in accordance with international "
	"occupational health regulations applicable to the respective organizational infrastructure. ",
	"de": "Die Durchführung der betrieblichen Evakuierungsmaßnahmen ist unter Berücksichtigung der jeweils geltenden "
	"arbeitsschutzrechtlichen Bestimmungen sowie der innerbetrieblichen Verantwortlichkeitsregelungen unverzüglich "
	"und ungeachtet anderweitiger Verpflichtungen der Mitarbeiterinnen und Mitarbeiter sicherzustellen. ",
	"fr": "La mise en application immédiate des responsabilités organisationnelles prédéterminées, conformément aux "
	"réglementations internationales relatives à la sécurité professionnelle et indépendamment des considérations "
	"opérationnelles particulières, constitue une obligation fondamentale pour l'ensemble des collaborateurs. ",
}


@pytest.mark.parametrize("language", PLAIN)
def test_plain_words_are_easy_and_long_ones_hard(language):
	plain, hard = readability.level(PLAIN[language] * 3), readability.level(HARD[language] * 4)
	assert (plain.language, hard.language) == (language, language)
	assert not plain.is_hard
	assert plain.ease > 65
	assert hard.is_hard
	assert hard.words_a_sentence > 25 > plain.words_a_sentence


@pytest.mark.parametrize("text", ["", "A short text.", "word " * 200, "これは日本語です。" * 100, HARD["en"]])
def test_what_cannot_be_rated_is_not(text):
	assert readability.level(text) is None


def test_lines_of_a_list_are_sentences_of_their_own():
	lines = "\n".join(["take the stairs and close the door"] * 20)
	assert readability.level(lines).words_a_sentence == 7
