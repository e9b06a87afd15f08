"""Email domains with very many users."""

from __future__ import annotations

from chalicelib.domain.addresses.provider_spellings import RULES
from chalicelib.domain.addresses.webmail import WEBMAIL_BY_DOMAIN

# Domains with so many users that a high number of addresses means nothing, besides those in `webmail` and `provider_spellings`.
_PROVIDERS = """
    126.com 163.com att.net bellsouth.net bigpond.com bluewin.ch btinternet.com charter.net comcast.net cox.net
    daum.net earthlink.net free.fr hey.com hotmail.be hotmail.ca hotmail.cl hotmail.com.ar hotmail.com.br
    hotmail.com.mx hotmail.de hotmail.it ig.com.br laposte.net libero.it live.ca live.cl live.co.uk live.com.ar
    live.com.mx live.com.pt live.de live.fr live.it live.nl mail.com mail.ru mailbox.org naver.com optonline.net
    orange.es outlook.de outlook.it posteo.de prodigy.net.mx qq.com rediffmail.com rogers.com sapo.pt sbcglobal.net
    seznam.cz sfr.fr shaw.ca sky.com sympatico.ca t-online.de telefonica.net telenet.be telus.net terra.com.br
    tin.it verizon.net virgilio.it wp.pl xtra.co.nz yahoo.ca yahoo.cl yahoo.co.in yahoo.co.jp yahoo.com.au
    yahoo.com.co yahoo.com.ve yahoo.de yahoo.it zoho.com
"""
MAIL_PROVIDERS = frozenset(_PROVIDERS.split()) | WEBMAIL_BY_DOMAIN.keys() | RULES.keys()
