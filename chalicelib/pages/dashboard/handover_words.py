"""Every text of the dashboard about handing over, by the name that its scripts use."""

from __future__ import annotations

from chalicelib.i18n.marker import _

HANDOVER_WORDS = {
    "delivered": _("Handed over"),
    "delivered_change": _("Change this delivery"),
    "delivered_date": _("On which day"),
    "delivered_edit": _("Edit"),
    "delivered_gone": _("The delivery is removed."),
    "delivered_hint": _(
        "Once it is handed over, say so here: the campaign's page and its forms tell everybody, and each signer who was counted in it."
    ),
    "delivered_on": _("Handed to {target} on {day}"),
    "delivered_record": _("Record a delivery"),
    "delivered_remove": _("Remove"),
    "delivered_remove_ask": _("Remove this delivery?"),
    "delivered_remove_text": _("The campaign's page no longer says that it was handed to {target}."),
    "delivered_saved": _("Saved. The campaign's page says so within half a minute."),
    "delivered_save": _("Save"),
    "delivered_target": _("To whom"),
    "delivered_tell": _("Write to the signers about it"),
    "delivered_tell_ask": _("Those who want news of the campaign can hear of it by email."),
    "delivered_url": _("Link to more (optional)"),
    "delivered_url_hint": _("Such as a photo or an article; it begins with https://."),
    "delivered_words": _("What there is to say (optional)"),
    "delivered_words_in": _("What there is to say, {language} (optional)"),
    "group_country": _("By country"),
    "group_region": _("By country and region"),
    "group_none": _("In the order in which they signed"),
    "packet": _("Packet to hand over"),
    "packet_begun": _("The packet is being made. You can leave this page."),
    "packet_comments": _("With the comments that are public"),
    "packet_deleted": _("The file has been deleted."),
    "packet_done": _("The packet is ready."),
    "packet_download": _("Download"),
    "packet_failed": _("The packet could not be made. Please try again."),
    "packet_names": _("Whose names"),
    "packet_names_all": _("Everybody the form told"),
    "packet_names_public": _("Only names shown in public"),
    "packet_grouped": _("How names are sorted"),
    "packet_make": _("Make the packet"),
    "packet_paper": _("Paper"),
    "packet_progress": _("How much of the packet is made"),
    "packet_remove_ask": _("Delete this packet?"),
    "packet_remove_text": _("The link to the file stops working. You can make the packet again."),
    "packet_size": _("{pages} pages, {names} names"),
    "packet_size_one": _("{pages} pages, 1 name"),
    "packet_target": _("Whom it is for"),
    "packet_target_hint": _("Stands on its first page. Leave it empty to name nobody."),
    "packet_text": _(
        "One file with everything to hand over: a PDF to print, with a letter, the statement, the counts and the names of those who agreed to be shown, and lists by which anybody can check that nothing was changed."
    ),
    "packets_none": _("No packets yet."),
    "paper_a4": _("A4"),
    "paper_letter": _("US Letter"),
    "paper_language": _("Language of the sheet that was signed"),
    "paper_table": _("From a table: type, or paste from a spreadsheet"),
    "paper_table_check": _("Check these rows"),
    "paper_table_empty": _("Fill in at least one row."),
    "paper_table_text": _(
        "One person per row. Enter and the arrow keys go down and up, Tab goes on. Copied cells spread over the table from where you paste them. Nothing is stored before you have seen what would be."
    ),
    "sheet": _("A sheet to print and sign by hand"),
    "sheet_begun": _("Making the sheet…"),
    "sheet_done": _("The sheet is ready."),
    "sheet_fetch": _("Get the sheet (PDF)"),
    "sheet_rows": _("Lines (optional)"),
    "sheet_rows_hint": _("Left empty: one full page."),
    "sheet_text": _(
        "With the whole statement, lines for name, address and signature, and a code that leads to the form online. Enter what was signed below."
    ),
}
