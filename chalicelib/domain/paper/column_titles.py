"""What people call the columns of a sheet, for the fields that every campaign may have; a test holds it against the forms' labels.

A campaign's own labels are not here: they come with the campaign.
"""

from __future__ import annotations

# By field: the forms' labels and what else is usual, in English, Spanish, French, Portuguese, Arabic and German. Without
# case, accents and punctuation, which do not matter. "Name" alone is missing on purpose: it may be the whole name.
FIELD_TITLES: dict[str, tuple[str, ...]] = {
    "given_name": ("given name", "first name", "forename", "nombre", "nombres", "nombre de pila", "prenom", "nome",
                   "primeiro nome", "الاسم", "الاسم الاول", "vorname"),
    "family_name": ("family name", "last name", "surname", "apellido", "apellidos", "nom", "nom de famille", "sobrenome",
                    "sobrenomes", "apelido", "اسم العائلة", "nachname", "familienname"),
    "organization": ("organization", "organisation", "organizacion", "organizacao", "المنظمة"),
    "title": ("role", "title", "position", "cargo", "fonction", "funcao", "الصفة او المنصب", "funktion"),
    "country": ("country", "pais", "pays", "البلد", "land"),
    "region": ("state or region", "state", "region", "province", "region o provincia", "provincia", "departamento",
               "etat ou region", "estado ou regiao", "regiao", "estado", "الولاية او المحافظة"),
    "locality": ("city or town", "city", "town", "ciudad o localidad", "ciudad", "localidad", "municipio",
                 "ville ou commune", "ville", "commune", "cidade", "المدينة او البلدة", "المدينة", "ort", "stadt"),
    "postal_code": ("postal code", "postcode", "zip", "zip code", "codigo postal", "cp", "code postal", "cep",
                    "الرمز البريدي", "plz", "postleitzahl"),
    "phone": ("phone", "telephone", "phone number", "mobile", "telefono", "celular", "movil", "telefone", "الهاتف",
              "telefon"),
    "comment": ("why are you signing", "comment", "comments", "por que firma", "comentario", "comentarios",
                "pourquoi signez vous", "commentaire", "por que voce assina", "لماذا توقع", "kommentar"),
    "email": ("email address", "email", "e mail", "mail", "correo electronico", "correo", "adresse e mail", "courriel",
              "endereco de e mail", "البريد الالكتروني", "e mail adresse"),
    "public": ("public", "name may be shown", "publica", "publico", "el nombre puede mostrarse", "publique",
               "عام", "offentlich"),
    "consents": ("consents", "agreed to hear from", "consentimientos", "acepta noticias de", "consentements",
                 "consentimentos"),
    "updates": ("updates", "wants updates", "wants news of the campaign", "novedades", "quiere novedades",
                "quiere noticias de la campana", "nouvelles de la campagne", "novidades", "novidades da campanha",
                "اخبار الحملة", "neuigkeiten"),
    "source": ("source", "origen", "origem"),
    "language": ("language", "idioma", "lengua", "langue", "lingua", "اللغة", "sprache"),
    "signed_on": ("signed on", "date", "date signed", "date on the paper", "fecha", "fecha de firma", "fecha en el papel",
                  "firmado el", "firmada el", "date de signature", "data", "data da assinatura", "التاريخ", "datum"),
    "reference": ("reference", "referencia", "مرجع", "referenz"),
}  # fmt: skip
# Every campaign accepts these; the others only where its form has them.
ALWAYS = (
    *("given_name", "family_name", "email", "public", "consents", "updates", "source", "language"),
    *("signed_on", "reference"),
)
