"""Labels of the emails about what others change of an account: address, identity, the account it continues in."""

from app.domain.email.queue_email import EmailKind

ADDRESS_EMAILS = {
    EmailKind.ADDRESS_NEW: "Voir et confirmer",
    EmailKind.ADDRESS_FORMER: "Voir et confirmer",
    EmailKind.ADDRESS_ASKED: "Voir ce changement",
    EmailKind.ADDRESS_CHANGED: "Me connecter",
    EmailKind.ADDRESS_LEFT: "Me connecter",
}
"""The button’s label. Each email names the new address (app/domain/account_keeping/address_emails.py)."""
ADDRESS_SUBJECT = {
    EmailKind.IDENTITY_CORRECTED: "Votre profil a été corrigé",
    EmailKind.ADDRESS_NEW: "Confirmez votre nouvelle adresse mail",
    EmailKind.ADDRESS_FORMER: "Confirmez le changement de votre adresse mail",
    EmailKind.ADDRESS_ASKED: "Un changement de votre adresse mail est demandé",
    EmailKind.ADDRESS_CHANGED: "Votre compte est à cette adresse mail",
    EmailKind.ADDRESS_LEFT: "Votre compte n’est plus à cette adresse mail",
    EmailKind.DOMAIN_RENAMED: "Un domaine d’adresses vient d’être renommé",
}
ADDRESS_SENTENCE = {
    EmailKind.IDENTITY_CORRECTED: (
        "Une personne qui tient votre compte vient d’en corriger le nom, la fonction ou le téléphone. Votre profil dit "
        "ce qui y est maintenant ; vous pouvez le changer."
    ),
    EmailKind.DOMAIN_RENAMED: (
        "Un autre administrateur vient de renommer un domaine d’adresses : les comptes de ce domaine ont une nouvelle "
        "adresse, qui seule les ouvre. La trace dit qui, et quels comptes. "
        "Si vous ne l’attendiez pas, voyez-le avec lui."
    ),
    EmailKind.ADDRESS_NEW: (
        "Un compte doit passer à cette adresse mail. Ouvrez la page qui suit, puis confirmez. Si vous n’attendiez pas "
        "ce mail, ignorez-le : rien ne change."
    ),
    EmailKind.ADDRESS_FORMER: (
        "Vous venez de demander, depuis votre profil, que votre compte passe à l’adresse ci-dessus. Ouvrez la page qui "
        "suit, puis confirmez, ici et depuis votre nouvelle boîte. Si ce n’est pas vous, ne confirmez pas : "
        "connectez-vous, annulez ce changement depuis votre profil et fermez les sessions que vous ne reconnaissez pas."
    ),
    EmailKind.ADDRESS_ASKED: (
        "Une personne qui tient votre compte demande qu’il passe à l’adresse ci-dessus. Il y passera dès que cette "
        "boîte l’aura confirmé. Si vous ne le voulez pas, connectez-vous et annulez-le depuis votre profil."
    ),
    EmailKind.ADDRESS_CHANGED: (
        "Votre compte est maintenant à cette adresse mail. Toutes vos sessions sont fermées : connectez-vous avec elle."
    ),
    EmailKind.ADDRESS_LEFT: (
        "Votre compte est maintenant à l’adresse ci-dessus. Celle où vous lisez ce mail n’ouvre plus rien, et toutes "
        "vos sessions sont fermées."
    ),
}
JOIN_SUBJECT = {
    EmailKind.ADDRESS_NEW: "Confirmez la réunion de vos deux comptes",
    EmailKind.ADDRESS_FORMER: "Confirmez la réunion de vos deux comptes",
    EmailKind.ADDRESS_ASKED: "La réunion de vos deux comptes est demandée",
    EmailKind.ADDRESS_CHANGED: "Vos deux comptes sont réunis",
    EmailKind.ADDRESS_LEFT: "Votre compte continue à une autre adresse",
}
JOIN_SENTENCE = {
    EmailKind.ADDRESS_NEW: (
        "L’administration vous connaît deux comptes et demande à les réunir : celui de cette adresse reste, avec les "
        "équipes, les demandes et les brouillons que l’autre aura alors. Ouvrez la page qui suit, puis confirmez. Si "
        "vous n’avez qu’un compte, ignorez ce mail : rien ne change."
    ),
    EmailKind.ADDRESS_FORMER: (
        "L’administration vous connaît deux comptes et demande à les réunir : celui de l’adresse où vous lisez ce mail "
        "s’arrête, et continue dans l’autre avec ce qu’il aura alors. Ouvrez la page qui suit, puis confirmez, ici et "
        "depuis l’autre boîte. Si ce n’est pas vous, ne confirmez pas."
    ),
    EmailKind.ADDRESS_ASKED: (
        "L’administration demande à réunir vos deux comptes : celui de l’adresse où vous lisez ce mail s’arrête, et "
        "continue dans l’autre avec ce qu’il aura alors, dès que sa boîte l’aura confirmé. Si vous ne le voulez pas, "
        "connectez-vous et annulez-le depuis votre profil."
    ),
    EmailKind.ADDRESS_CHANGED: (
        "Ce que suivait votre autre compte est maintenant dans celui-ci : équipes, demandes, brouillons. Son adresse "
        "n’ouvre plus rien."
    ),
    EmailKind.ADDRESS_LEFT: (
        "Vos deux comptes sont réunis. L’adresse où vous lisez ce mail n’ouvre plus rien : connectez-vous avec l’autre."
    ),
}
"""In place of the words above, when an account continues in another one."""
