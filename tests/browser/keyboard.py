"""Someone who uses the keyboard alone, and sees at each step where they are."""

from playwright.sync_api import Locator, Page

MOST = 80  # presses of Tab before a page counts as a trap
WHERE = """() => { const e = document.activeElement; if (!e || e === document.body) return null;
  const near = [e, e.closest('.card, .choice'), e.nextElementSibling].filter(Boolean);
  const ringed = near.some(n => [null, '::after'].some(p => { const s = getComputedStyle(n, p);
    return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2 }));
  const b = e.getClientRects()[0] ?? e.getBoundingClientRect(), x = b.x + b.width / 2, y = b.y + Math.min(b.height / 2, 20);
  const top = document.elementFromPoint(x, y);
  const clear = !top || e.contains(top) || top.contains(e) || near.some(n => n.contains(top));
  const tall = b.height > innerHeight - 100 && b.top < innerHeight && b.bottom > 100;
  return { what: e.outerHTML.slice(0, 90), inView: tall || y >= 0 && y <= innerHeight, clear: tall || clear, ringed,
    top: e.closest('main, .foot') ? b.top + scrollY : null, bottom: b.bottom + scrollY } }"""
"""What has the focus: whether it is in view, ringed, not under the bar on top; and where on the page it is."""


def hidden(where: dict[str, object]) -> bool:
    """Whether a person cannot see what has the focus."""
    return not (where["inView"] and where["clear"] and where["ringed"])


class Keyboard:
    """Goes through pages by Tab, types and presses keys. Raises AssertionError where the focus cannot be seen."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def to(self, target: Locator) -> None:
        """Move by Tab alone until the target has the focus, once the page is there with its styles."""
        self.page.wait_for_load_state()
        for _ in range(MOST):
            self.page.keyboard.press("Tab")
            where = self.page.evaluate(WHERE)
            if where is not None:
                assert not hidden(where), (self.page.url, where)
            if target.evaluate("each => each === document.activeElement"):
                return
        raise AssertionError(f"{target} cannot be reached by keyboard on {self.page.url}")

    def type(self, target: Locator, words: str) -> None:
        """Write into a field, over what is there."""
        self.to(target)
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(words)

    def enter(self) -> None:
        """Press Enter, and wait for the page that comes."""
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def press(self, target: Locator) -> None:
        """Go to a link or a button and use it."""
        self.to(target)
        self.enter()

    def choose(self, labels: list[str], wanted: list[str]) -> None:
        """Answer a question whose options have these labels: radio buttons by arrows, boxes by the space bar."""
        first = self.page.locator("main fieldset input").first
        if first.get_attribute("type") == "radio":
            self.to(first)
            self.page.keyboard.press("Space")
            for _ in range(labels.index(wanted[0])):
                self.page.keyboard.press("ArrowDown")
            return
        for place, label in enumerate(labels):
            if label in wanted:
                self.to(self.page.locator("main fieldset input").nth(place))
                self.page.keyboard.press("Space")
