"""Texts that authors bring along: pasted ones, hostile ones, and what older lessons are made of."""

import base64

WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p.MsoNormal {color: red}</style></head><body>
<!--StartFragment--><h1 style='mso-style:x'><span lang=EN-US>Fire<o:p></o:p></span></h1>
<p class=MsoNormal style='margin:0cm;font-family:"Calibri"'><b><span style='color:red'>Leave</span></b> by the
<i>nearest</i> exit.<o:p></o:p></p>
<p class=MsoListParagraphCxSpFirst style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='font-family:Symbol'><span style='mso-list:Ignore'>·<span>&nbsp;&nbsp; </span></span></span><![endif]>Walk</p>
<p class=MsoListParagraphCxSpMiddle style='mso-list:l0 level2 lfo1'><span style='mso-list:Ignore'>o<span>&nbsp;
</span></span>quietly</p>
<p class=MsoListParagraphCxSpLast style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·</span>Count</p>
<table class=MsoTableGrid border=1 style='border:none'><tr><td width=10 valign=top style='width:2cm'><p class=MsoNormal>A<o:p></o:p></p></td>
<td colspan=2><p class=MsoNormal>B</p></td></tr></table><!--EndFragment--></body></html>"""
DOCS = """<meta charset='utf-8'><b style="font-weight:normal;" id="docs-internal-guid-1"><h2 dir="ltr" style="line-height:1.38"><span
style="font-size:16pt;font-weight:700">Safe</span></h2><p dir="ltr"><span style="font-weight:700;color:#00f">Bold</span><span
style="font-weight:400"> and </span><span style="font-style:italic">thin</span></p><ul><li dir="ltr" style="list-style-type:disc"
aria-level="1"><p dir="ltr" role="presentation"><span>One</span></p></li></ul></b><a href="https://example.com/x"
style="text-decoration:none"><span>Link</span></a>"""
PASTED = (
	(
		WORD,
		"<h2>Fire</h2><p><strong>Leave</strong> by the <em>nearest</em> exit.</p>"
		"<ul><li>Walk<ul><li>quietly</li></ul></li><li>Count</li></ul>"
		'<table><tbody><tr><td>A</td><td colspan="2">B</td></tr></tbody></table>',
	),
	(
		DOCS,
		"<h2>Safe</h2><p><strong>Bold</strong> and <em>thin</em></p><ul><li>One</li></ul>"
		'<p><a href="https://example.com/x">Link</a></p>',
	),
)

ATTACK = "window.attacked=true"
SVG = base64.b64encode(f"<svg xmlns='http://www.w3.org/2000/svg' onload='{ATTACK}'/>".encode()).decode()
HOSTILE = (
	f"<p>a</p><script>{ATTACK}</script>",
	f'<p>a</p><img src="x" onerror="{ATTACK}">',
	f'<p>a</p><img src="https://127.0.0.1:1/x.png" onerror="{ATTACK}">',
	f'<a href="javascript:{ATTACK}">a</a>',
	f'<a href=" &#106;avascript:{ATTACK}">a</a>',
	f'<svg onload="{ATTACK}"><p>a</p></svg>',
	f"<p>a</p><math><mtext><table><mglyph><style><img src=x onerror={ATTACK}>",
	f'<p>a</p><iframe srcdoc="<script>parent.{ATTACK}</script>"></iframe>',
	f'<p>a</p><img src="data:image/svg+xml;base64,{SVG}">',
	'<p>a</p><form action="https://evil.example"><input name="password"><button>Sign in</button></form>',
	f'<details open ontoggle="{ATTACK}"><summary>a</summary><p>b</p></details>',
	f'<div data-kept="1"><img src=x onerror="{ATTACK}"></div><p data-pm-slice="0 0 []">a</p>',
	f'<p style="background:url(javascript:{ATTACK})">a</p><style>@import "https://evil.example";</style>',
	'<p>a</p><base href="https://evil.example/"><meta http-equiv="refresh" content="0;url=https://evil.example">',
	f"<p>a</p><noscript><p title=\"</noscript><img src=x onerror='{ATTACK}'>\">",
	f'<div class="callout" onclick="{ATTACK}"><p>a</p></div>',
	f'<p>a</p><video src=x onerror="{ATTACK}"></video><audio src=x onerror="{ATTACK}"></audio>',
	"<p>" + "<b>" * 500 + "deep" + "</b>" * 500 + "</p>",
)

OLD = (
	'<div class="ql-editor read-mode"><p>One</p><p><br></p><p class="ql-align-center">Two</p></div>',
	'<ol><li data-list="bullet">a</li><li data-list="bullet">b</li></ol>',
	"<p>a <b>b</b> <i>c</i> <u>d</u> <s>e</s> <code>f</code> H<sub>2</sub>O x<sup>2</sup></p>",
	'<p><span style="color: rgb(230, 0, 0);">red</span> <span style="background-color: yellow">yellow</span></p>',
	'<h1>a</h1><h2>b</h2><h3>c</h3><h4 style="text-align: right">d</h4>',
	"<ul><li>a<ul><li>b</li></ul></li><li><p>c</p><p>d</p></li></ul>",
	'<ol start="3"><li>a</li><li>b</li></ol>',
	"<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td colspan='2'>c</td></tr></tbody></table>",
	'<table><caption>x</caption><tr><td width="20">a</td></tr></table>',
	"<blockquote>a</blockquote><blockquote><p>b</p></blockquote><hr><pre>c\n  d</pre>",
	"<dl><dt>a</dt><dd>b</dd></dl><figure><img src='/assets/smooth_lms/images/favicon.svg' alt='x'><figcaption>y</figcaption></figure>",
	"<dl><dd>a</dd></dl> <figure><figcaption>b</figcaption></figure> <p>c</p><dl><dt>d</dt></dl>",
	"a <em>b</em><p>c</p> d <ul><li>e</li></ul><div style='text-align: center'>f <b>g</b></div><p>h</p>",
	"<details><summary>a</summary><p>b</p></details><details>c</details>",
	"Just text, <b>bold</b>, without a block<br>and a break",
	"<div>a</div><div>b<p>c</p></div>",
	'<p dir="rtl" lang="ar">مرحبا <bdi>abc</bdi></p><p>mixed مرحبا 123</p>',
	'<p><a href="https://example.com" target="_blank" rel="noopener">a</a> <a href="mailto:a@example.com" title="t">b</a></p>',
	'<p>text <img src="/assets/smooth_lms/images/favicon.svg" alt="inline" width="20"> text</p>',
	"<p>a <mark>b</mark> <kbd>Ctrl</kbd> <small>c</small> <abbr title='x'>d</abbr> <del>e</del><ins>f</ins></p>",
	'<div class="callout callout--warning"><p>a</p></div>',
	"",
)
RESHAPED = (
	(
		'<ol><li data-list="bullet">a</li><li data-list="bullet" class="ql-indent-1">b</li>'
		'<li data-list="ordered">c</li></ol>',
		"<ul><li>a<ul><li>b</li></ul></li></ul><ol><li>c</li></ol>",
	),
)
"""Lists as the desk's editor writes them, and what becomes of them: the same in the form of lists."""
