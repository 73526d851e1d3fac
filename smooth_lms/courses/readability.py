"""How hard a text is to read: Flesch's reading ease, in the form that was made for its language. No database.

From 0 (a contract) to 100 (a picture book); below HARD most employees read a sentence twice. Syllables are counted by
the places where words may be hyphenated, from the dictionaries of LibreOffice, which Pyphen carries.
"""

import re
from collections import Counter
from dataclasses import dataclass

import pyphen

HARD = 30
FEWEST_WORDS = 80
"""Shorter texts say nothing about how somebody writes."""
LEAST_SHARE = 0.12
"""Of a text's words, those that are commonest in its language; a quarter or more in running text."""
WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
SENTENCE_END = re.compile(r"[.!?…:]+(?=\s|$)|\n+")


@dataclass(frozen=True, slots=True)
class Language:
	"""A language whose texts can be rated: what reading ease takes away from `base`, and how to know it."""

	base: float
	by_sentence: float
	"""For each word of a mean sentence."""
	by_word: float
	"""For each syllable of a mean word."""
	commonest: frozenset[str]


def _language(base: float, by_sentence: float, by_word: float, commonest: str) -> Language:
	return Language(base, by_sentence, by_word, frozenset(commonest.split()))


LANGUAGES = {
	# Flesch 1948
	"en": _language(
		206.835, 1.015, 84.6, "the and of to in is that for it with are you this not be on as or"
	),
	# Amstad 1978
	"de": _language(180, 1, 58.5, "der die und das ist nicht ein eine zu den mit von sich auf für im sie"),
	# Kandel and Moles 1958
	"fr": _language(207, 1.015, 73.6, "le la les et des est une dans que pour pas qui sur du vous un au"),
	# Fernández Huerta 1959
	"es": _language(206.84, 1.02, 60, "el la los que y en es una por con para las no se un del al"),
	# Franchina and Vacca 1986
	"it": _language(217, 1.3, 60, "il che di e la per un una non sono con del della le si è in"),
	# Douma 1960
	"nl": _language(206.84, 0.93, 77, "de het een en van is dat niet op te zijn voor met die aan er"),
	# Martins and others 1996
	"pt": _language(248.835, 1.015, 84.6, "o que não e do da para com um uma os em são você se na no"),
}


@dataclass(frozen=True, slots=True)
class Level:
	"""How hard a text is to read."""

	language: str
	ease: float
	words_a_sentence: int

	@property
	def is_hard(self) -> bool:
		"""Whether shorter sentences and words would help."""
		return self.ease < HARD


def level(text: str) -> Level | None:
	"""How hard a text is to read; None for a short one, and one in a language that is not known here.

	Args: text, plain, its paragraphs and list entries on lines of their own.
	"""
	words = [word.lower() for word in WORD.findall(text)]
	language = _language_of(words)
	if len(words) < FEWEST_WORDS or not language:
		return None
	about, hyphens = LANGUAGES[language], pyphen.Pyphen(lang=language)
	sentences = sum(1 for part in SENTENCE_END.split(text) if WORD.search(part))
	long = len(words) / sentences
	counts = Counter(words)
	syllables = sum((len(hyphens.positions(word)) + 1) * times for word, times in counts.items())
	ease = about.base - about.by_sentence * long - about.by_word * syllables / len(words)
	return Level(language, ease, round(long))


def _language_of(words: list[str]) -> str | None:
	counts = Counter(words)
	shares = {name: sum(counts[word] for word in language.commonest) for name, language in LANGUAGES.items()}
	best = max(shares, key=shares.__getitem__)
	return best if words and shares[best] >= LEAST_SHARE * len(words) else None
