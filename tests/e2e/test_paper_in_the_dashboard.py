"""Paper signatures in the dashboard: a file is looked at whole, entered with one press, and taken back; one by one has every field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.e2e.test_dashboard import AXE, PETITION, a_tab, call, enter, go

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

    from tests.e2e.conftest import Site

pytestmark = [pytest.mark.engine, pytest.mark.browser]
SHEET = (
    "Nombre;Apellidos;País;Fecha;¿Nombre visible?\r\n"
    "Rosa;Mamani;Perú;3/4/2025;\r\n"
    "Eva;Díaz;PE;;\r\n"
    "\r\n"
    "EVA;Diaz;pe;;\r\n"
    ";;;;\r\n"
    "Ben;Okoro;US;31/2/2025;\r\n"
).replace(";¿Nombre visible?", "")


def on_paper(site: Site) -> int:
    site.stack.drain()
    return int(call(site, "GET", f"/admin/campaigns/{PETITION}/counts")["signatures"]["external"])


def opened(page: Page, site: Site) -> Locator:
    enter(page, site.key)
    go(page, f"campaigns/{PETITION}/signatures")
    page.locator("summary", has_text="Anotar firmas en papel").click()
    return page.locator("details[open]").filter(has_text="Anotar firmas en papel")


def choose(page: Page, name: str, text: str) -> None:
    file: Any = {"name": name, "mimeType": "text/csv", "buffer": text.encode("cp1252")}
    page.locator("input[type=file]").set_input_files(file)


def pasted(page: Page, label: str, text: str) -> None:
    """Cells copied from a spreadsheet, pasted into the cell with that name."""
    page.get_by_label(label, exact=True).evaluate(
        """(cell, text) => {
          const data = new DataTransfer();
          data.setData("text/plain", text);
          cell.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }""",
        text,
    )


def test_a_table_is_typed_into_and_pasted_into_with_the_keyboard_alone(site: Site, browser: Browser) -> None:
    before = on_paper(site)
    with a_tab(site, browser, "en", viewport={"width": 390, "height": 844}) as page:
        enter(page, site.key)
        go(page, f"campaigns/{PETITION}/signatures")
        page.locator("summary", has_text="Enter paper signatures").click()
        page.locator("summary", has_text="From a table").focus()
        page.keyboard.press("Enter")
        place = page.locator("details.papertable")
        expect(place.locator("tbody tr")).to_have_count(20)
        place.get_by_role("button", name="Check these rows").click()
        expect(page.locator("#said")).to_have_text("Fill in at least one row.")
        expect(page.get_by_label("Given name, 1", exact=True)).to_be_focused()
        page.keyboard.type("Nora")
        page.keyboard.press("Tab")
        page.keyboard.type('O"Brien, Mc')
        page.keyboard.press("Enter")
        expect(page.get_by_label("Family name, 2", exact=True)).to_be_focused()
        page.keyboard.press("ArrowUp")
        expect(page.get_by_label("Family name, 1", exact=True)).to_be_focused()
        rows = "\n".join(f"Pasted{n}\tPerson" for n in range(1, 24))
        pasted(page, "Given name, 2", f'{rows}\n"Two\nlines"\tPerson\n')
        assert place.locator("tbody tr").count() == 25
        expect(page.get_by_label("Given name, 25", exact=True)).to_have_value("Two lines")
        pasted(page, "Date on the paper (optional), 3", "31/31/2026\n")  # one cell: the browser pastes it itself
        page.get_by_label("Date on the paper (optional), 3", exact=True).fill("2026-31-31")
        found = AXE.run(page)
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        place.get_by_role("button", name="Check these rows").click()
        expect(page.get_by_text("Row 3, column", exact=False)).to_contain_text("Date on the paper")
        assert on_paper(site) == before, "nothing is stored before a yes"
        page.get_by_role("button", name="Enter 24").click()
        expect(page.locator("#said")).to_have_text("24 signatures entered.")
        assert on_paper(site) == before + 24
        page.get_by_role("button", name="Undo 24").click()
        page.locator("dialog").get_by_role("button", name="Undo 24").click()
        expect(page.locator("#said")).to_have_text("24 signatures removed.")
    assert on_paper(site) == before


def test_a_sheet_to_sign_by_hand_is_fetched(site: Site, browser: Browser) -> None:
    # Not by `a_tab`: the file is in the bucket, which locally is somebody else.
    with browser.new_context(locale="en", viewport={"width": 390, "height": 844}) as context:
        page = context.new_page()
        page.goto(f"{site.stack.url}/admin?lang=en")
        enter(page, site.key)
        go(page, f"campaigns/{PETITION}/signatures")
        page.locator("summary", has_text="A sheet to print and sign by hand").click()
        with page.expect_download() as download:
            page.get_by_role("button", name="Get the sheet (PDF)").click()
            site.stack.drain()
        assert download.value.suggested_filename == f"{PETITION}-sheet-en.pdf"
        assert download.value.path().read_bytes().startswith(b"%PDF-")


def test_a_file_is_looked_at_entered_and_taken_back(site: Site, browser: Browser) -> None:
    before = on_paper(site)
    with a_tab(site, browser, "es", viewport={"width": 320, "height": 640}) as page:
        place = opened(page, site)
        choose(page, "lima.csv", SHEET.replace(";;;;\r\n", ""))
        expect(place).to_contain_text("La fila 2 tiene una fecha que puede ser 2025-04-03 o 2025-03-04.")
        place.get_by_role("button", name="El día: 2025-04-03").click()
        expect(place.locator("h3")).to_be_focused()
        figures = place.locator("dl.figures")
        expect(figures).to_contain_text("Nuevas2")
        expect(figures).to_contain_text("Quizá ya estén en la lista1")
        expect(figures).to_contain_text("Por corregir: no se anotan1")
        expect(place).to_contain_text("Fila 6, columna D, «Fecha»: Escriba un día como 2026-11-23.")
        expect(place).to_contain_text("Fila 5: EVA Diaz, como en la fila 3")
        assert on_paper(site) == before, "nothing is stored before a yes"
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        found = AXE.run(page)
        assert found.violations_count == 0, found.generate_report()
        place.get_by_label("Son otras personas: anotarlas también (1)").check()
        expect(place.get_by_role("button", name="Anotar 3")).to_be_visible()
        place.get_by_label("Son otras personas: anotarlas también (1)").uncheck()
        place.get_by_role("button", name="Anotar 2").click()
        expect(page.locator("#said")).to_have_text("2 firmas anotadas.")
        assert on_paper(site) == before + 2
        page.reload()
        page.locator("summary", has_text="Anotar firmas en papel").click()
        page.get_by_role("button", name="Deshacer 2").click()
        expect(page.locator("dialog")).to_contain_text("¿Quitar estas 2 firmas?")
        page.locator("dialog").get_by_role("button", name="Deshacer 2").click()
        expect(page.locator("#said")).to_have_text("2 firmas quitadas.")
        expect(page.get_by_role("button", name="Deshacer 2")).to_have_count(0)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert on_paper(site) == before


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('Nombre\r\n"Ana\r\n', "Fila 2: aquí se abre una comilla que nunca se cierra."),
        ("Nombre;Talla\r\nAna;41\r\n", "La campaña no tiene ningún campo para estas columnas: B “Talla”."),
        ("Nombre\r\n" + "x" * 600_000, "Este archivo ocupa más de 500 KB. Divídalo."),
    ],
)
def test_a_file_that_cannot_be_used_says_why(site: Site, browser: Browser, text: str, sentence: str) -> None:
    with a_tab(site, browser, "es", viewport={"width": 320, "height": 640}) as page:
        opened(page, site)
        choose(page, "lima.csv", text)
        expect(page.get_by_text(sentence)).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_one_by_one_has_every_field_that_a_file_may_have(site: Site, browser: Browser) -> None:
    before = on_paper(site)
    document = call(site, "GET", f"/admin/campaigns/{PETITION}")
    with a_tab(site, browser, "es") as page:
        place = opened(page, site)
        place.locator("summary", has_text="Una por una").click()
        form = place.locator("form")
        form.get_by_label("Nombre", exact=True).fill("Rosa")
        form.get_by_label("País").fill("Perú")
        form.get_by_label("Comentario").fill("Porque sí")
        form.get_by_label("Hoja y línea").fill("hoja 9/1")
        form.get_by_label(document["sponsors"][0]["name"]).check()
        form.get_by_label("El nombre se puede mostrar").check()
        form.get_by_role("button", name="Anotar").click()
        expect(page.locator("#said")).to_have_text("Anotada.")
    assert on_paper(site) == before + 1
    rosa = next(
        one
        for one in call(site, "GET", f"/admin/campaigns/{PETITION}/signatures?state=external")["signatures"]
        if one.get("comment") == "Porque sí"
    )
    assert (rosa["country"], rosa["public"], rosa["consents"]) == ("PE", True, [document["sponsors"][0]["id"]])
    call(site, "DELETE", f"/admin/campaigns/{PETITION}/signatures/{rosa['id']}")
