"""Takes the pictures of the story in the guides for organisers: `python -m tools.screenshots.story FOLDER`.

Everything in them happened, on a whole local stack: somebody is invited, signs in, duplicates a campaign, gives it a picture,
tries it, opens it, hands out links, finds a name and writes to the signers. Only the signers are invented.
"""

from __future__ import annotations

import random
import re
import sys
import tempfile
import urllib.request
from pathlib import Path

from playwright.sync_api import expect

from local.stack import Stack
from tools.browser import a_browser
from tools.screenshots.drawing import a_picture
from tools.screenshots.guides import LETTER, PETITION, at, confirm, sign
from tools.screenshots.visit import Visit

COPY = "no-bases-in-peru"
ADDRESS = "https://sign.example.org"
DESKTOP, EMAIL = {"width": 1280, "height": 800}, {"width": 640, "height": 620}
NAMES = ("Ana Quispe", "Ben Okoro", "Eva Díaz", "José Mamani", "Luz Rojas", "Rosa Huamán", "Sam Smith", "Zoë Zárate")
COUNTRIES = ("PE", "PE", "PE", "US", "ES", "MX")
SIGNERS, EARLIER = 48, 36
SUBJECT = {"en": "We hand it over on Friday", "es": "El viernes la entregamos"}
BODY = {
    "en": "Dear {{given_name}},\n\nOn **Friday at 10** we hand over your signature and all the others. Come along, or tell a friend.",
    "es": "Hola, {{given_name}}:\n\nEl **viernes a las 10** entregamos su firma y todas las demás. Acompáñenos o avise a alguien.",
}
TITLES = {"en": "No military bases in Peru", "es": "No a las bases militares en Perú"}
ALT = {"en": "Mountains at sunrise", "es": "Montañas al amanecer"}


class Teller(Visit):
    """One telling of the story, in one language."""

    def tell(self) -> None:
        """The whole story."""
        self.is_invited()
        self.duplicates()
        self.gives_it_a_picture()
        self.looks_at_the_emails()
        self.signs_as_a_test()
        self.opens()
        self.hands_out_links()
        self.people_sign()
        self.finds_a_name()
        self.writes_to_them()
        self.reads_the_figures()

    def is_invited(self) -> None:
        """The email, and the way in."""
        chance = random.Random(7)  # noqa: S311 - always the same pictures
        for number in range(EARLIER):
            sign(self.stack, LETTER if number % 3 else PETITION, number, chance)
        confirm(self.stack, 0, chance)
        eva = {"email": "eva@example.org", "name": "Eva Rojas", "role": "admin", "language": self.language}
        self.call("POST", "/admin/members", eva, Authorization=f"Bearer {self.signed_in_as_ana()}")
        email = self.newest_email("eva@example.org")
        reader = self.new_tab(EMAIL)
        here = self.stack.url
        reader.set_content(email["html"].replace(here, ADDRESS).replace(here.partition("//")[2], ADDRESS[8:]))
        self.shoot("invitation", reader)
        link = re.search(r"https?://\S+/admin\S*#sign-in=\S+", email["text"])
        assert link, email["text"]
        self.page = self.new_tab(DESKTOP)
        self.page.goto(link[0])
        self.press("sign_in")
        self.page.locator(".campaigns").wait_for()
        self.shoot("signed-in")

    def signed_in_as_ana(self) -> str:
        """The secret of a session of whoever runs the system."""
        ana = {"email": "ana@example.org", "name": "Ana Quispe", "role": "admin", "language": self.language}
        self.call("POST", "/admin/members", ana)
        token = re.search(r"#sign-in=([A-Za-z0-9_-]+)", self.newest_email("ana@example.org")["text"])
        assert token
        return str(self.call("POST", "/admin/sessions", {"token": token[1]})["secret"])

    def duplicates(self) -> None:
        """An earlier campaign's copy, with a title of its own."""
        at(self.page, f"campaigns/{PETITION}/settings")
        self.page.locator(".lifecycle summary").click()
        self.press("duplicate")
        dialog = self.page.locator("dialog")
        dialog.locator("input").fill(COPY)
        self.shoot("duplicate")
        dialog.locator("form button").first.click()
        expect(self.page.locator("#main")).to_have_attribute("data-at", f"#/campaigns/{COPY}/settings")
        document = self.call("GET", f"/admin/campaigns/{COPY}")
        texts = {code: words | {"title": TITLES[code]} for code, words in document["texts"].items()}
        changes = {"texts": texts, "ask_updates": True, "goal": 100}
        self.call("PATCH", f"/admin/campaigns/{COPY}", changes, **{"If-Match": f'"{document["version"]}"'})
        self.page.reload()

    def gives_it_a_picture(self) -> None:
        """A picture with its words for those who do not see it."""
        at(self.page, f"campaigns/{COPY}/settings")
        self.page.locator("summary", has=self.page.get_by_text(self.t("images"), exact=True)).click()
        chosen = self.page.locator("[data-use=picture]")
        chosen.locator("input[type=file]").set_input_files(
            {"name": "peru.jpg", "mimeType": "image/jpeg", "buffer": a_picture()}
        )
        for code in TITLES:
            chosen.get_by_label(self.in_words(code)).fill(ALT[code])
        expect(self.page.frame_locator("iframe.preview").locator("img.picture")).to_be_visible()
        chosen.evaluate("element => scrollTo(0, element.getBoundingClientRect().top + scrollY - 60)")
        self.page.wait_for_timeout(800)
        self.shoot("picture")
        self.page.locator(".bar-bottom button").first.click()
        self.page.locator("#said").get_by_text(self.t("saved")[:9]).wait_for()

    def looks_at_the_emails(self) -> None:
        """The request to confirm, as it will arrive."""
        at(self.page, f"campaigns/{COPY}/messages/emails")
        expect(self.page.frame_locator("iframe.mail").locator("h1")).to_be_visible()
        self.page.wait_for_timeout(300)
        self.shoot("emails")

    def signs_as_a_test(self) -> None:
        """The form, marked as a test."""
        with self.page.context.expect_page() as opened:
            self.press("test_sign")
        form = opened.value
        form.locator("input[type=email]").first.fill("eva@example.org")
        self.shoot("test", form)
        form.close()

    def opens(self) -> None:
        """The one next step of a draft."""
        at(self.page, f"campaigns/{COPY}")
        self.page.reload()
        self.page.locator(".step button, .step a").last.click()
        self.shoot("open")
        self.page.locator("dialog button").first.click()
        expect(self.page.locator(".state.open")).to_be_visible()

    def hands_out_links(self) -> None:
        """Two partners, each with a link."""
        at(self.page, f"campaigns/{COPY}/share")
        for name in ("Radio Lima", "CODEPINK"):
            self.page.get_by_label(self.t("partner_name")).fill(name)
            self.press("partner_make")
            self.page.locator("dialog img").first.wait_for()
            self.page.wait_for_timeout(300)
            if name == "Radio Lima":
                self.shoot("partner")
            self.page.keyboard.press("Escape")

    def people_sign(self) -> None:
        """Most by the partners' links, most of them confirm."""
        for number in range(SIGNERS):
            given, family = NAMES[number % len(NAMES)].split()
            typed = {
                "email": f"{self.language}{number}@example.org",
                "given_name": given,
                "family_name": family,
                "country": COUNTRIES[number % len(COUNTRIES)],
                "lang": self.language,
                "source": ("radio-lima", "codepink", "radio-lima", "")[number % 4],
                "public": True,
                "updates": number % 3 != 0,
            }
            self.call("POST", f"/campaigns/{COPY}/signatures", typed)
        self.stack.drain()
        for mail in self.stack.outbox():
            if mail["to"].startswith(self.language) and (link := re.search(r"https?://\S+/confirm/\S+", mail["text"])):
                urllib.request.urlopen(urllib.request.Request(link[0], b""), timeout=30).close()
        self.stack.drain()

    def finds_a_name(self) -> None:
        """By a part of it."""
        at(self.page, f"campaigns/{COPY}/signatures")
        self.page.reload()
        self.page.locator("input[type=search]").fill("luz")
        self.press("find")
        expect(self.page.locator("tbody tr")).to_have_count(SIGNERS // len(NAMES))
        self.shoot("find")

    def writes_to_them(self) -> None:
        """An update, with its number before it is sent."""
        at(self.page, f"campaigns/{COPY}/messages/updates/new")
        for code in sorted(TITLES, key=lambda code: code == self.language):  # one's own last: it stays in view
            name = self.page.evaluate(
                "([as, of]) => new Intl.DisplayNames(as, { type: 'language' }).of(of)", [self.language, code]
            )
            self.page.get_by_role("button", name=re.compile(name, re.IGNORECASE)).click()
            words = self.page.locator(".language:visible")
            words.get_by_label(self.t("email_subject")).fill(SUBJECT[code])
            words.get_by_label(self.t("update_body")).fill(BODY[code])
        expect(self.page.frame_locator("iframe.mail").locator("body")).to_contain_text("10")
        self.page.wait_for_timeout(600)
        self.shoot("update")
        self.press("update_send")
        number = re.search(r"\d+", self.page.locator("dialog h2").inner_text())
        assert number
        self.page.locator("dialog input").fill(number[0])
        self.page.keyboard.press("Enter")
        self.page.locator("dialog").wait_for(state="detached")
        self.stack.drain()

    def reads_the_figures(self) -> None:
        """What became of the update, and how the campaign is doing."""
        at(self.page, f"campaigns/{COPY}/messages")
        self.page.reload()
        self.page.wait_for_timeout(500)
        self.shoot("sent")
        at(self.page, f"campaigns/{COPY}")
        self.shoot("overview")


def shoot(folder: Path) -> None:
    """Tells the story once in each language, each on a stack of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    for language in sys.argv[2:] or ("en", "es"):
        with (
            tempfile.TemporaryDirectory() as place,
            a_browser() as browser,
            Stack(engine="ministack", directory=Path(place), port=0, memory=True) as stack,
        ):
            Teller(stack, stack.load_samples(), browser, folder, language).tell()


if __name__ == "__main__":
    shoot(Path(sys.argv[1]))
