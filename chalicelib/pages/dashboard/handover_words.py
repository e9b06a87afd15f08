"""Every text of the dashboard about handing over, by the name that its scripts use."""

from __future__ import annotations

from chalicelib.i18n.marker import _

HANDOVER_WORDS = {
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
    "packet_names_all": _("Everybody who was told"),
    "packet_names_hint": _("Who signed before the form said so is named only if the name is public."),
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
}
