"""Templates with the words of one language in place, so that no page looks a message up as it is made."""

from collections.abc import MutableMapping
from gettext import NullTranslations
from typing import Any

from flask import Flask
from flask.templating import Environment
from flask_babel import get_translations
from jinja2 import Template, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.visitor import NodeTransformer

from lms.language import tag


class Translator(NodeTransformer):
    """Puts the message of a catalogue where a template asks for it: `_('Words')`, `{% trans %}`.

    What depends on a number waits for it (`ngettext`). Places for values are filled as in Jinja's new style.
    """

    def __init__(self, catalogue: NullTranslations) -> None:
        self.catalogue = catalogue

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802  named by Jinja
        """A call with everything inside it spoken; a message in place of one that asks for it."""
        self.generic_visit(node)
        match node:
            case nodes.Call(node=nodes.Name(name="_" | "gettext"), args=[nodes.Const(value=message)]):
                return self._said(self.catalogue.gettext(message), node.kwargs, node.lineno)
        return node

    @staticmethod
    def _said(words: str, values: list[nodes.Keyword], line: int) -> nodes.Expr:
        if not values:
            return nodes.MarkSafeIfAutoescape(nodes.Const(words % {}), lineno=line)
        pairs = [nodes.Pair(nodes.Const(each.key), each.value) for each in values]
        return nodes.Mod(nodes.MarkSafeIfAutoescape(nodes.Const(words)), nodes.Dict(pairs), lineno=line)


class SpokenCode(CodeGenerator):
    """Compiles a template in the language of its environment."""

    environment: "Templates"

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802
        """The whole template."""
        super().visit_Template(Translator(self.environment.catalogue).visit(node), frame)


class Templates(Environment):
    """Flask's templates, compiled once for each language that a page is asked for in."""

    code_generator_class = SpokenCode
    catalogue = NullTranslations()

    def __init__(self, app: Flask, **options: Any) -> None:
        super().__init__(app, **options)
        self.spoken: dict[str, Templates] = {}

    def make_globals(self, d: MutableMapping[str, Any] | None) -> dict[str, Any]:
        """What a template may call: all of it is known before the first page, so none need look twice."""
        return {**self.globals, **(d or {})}

    def _load_template(self, name: str, globals: MutableMapping[str, Any] | None) -> Template:  # noqa: A002
        """A template in the language of this page; what it includes or extends is in the same."""
        if self.overlayed:
            return super()._load_template(name, globals)
        language = tag()
        if language not in self.spoken:
            made = self.overlay()
            made.catalogue = get_translations()
            self.spoken[language] = made
        return self.spoken[language]._load_template(name, globals)  # noqa: SLF001  of the same kind
