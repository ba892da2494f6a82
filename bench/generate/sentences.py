"""Sentences about blocked cases, to be combined into messages."""

OPENINGS = (
    "L’usager ne perçoit plus rien depuis trois mois.",
    "Le dossier a été déposé complet au guichet, sans réponse à ce jour.",
    "Le courrier de notification n’est jamais arrivé.",
    "Le paiement a été suspendu après un contrôle.",
    "La demande en ligne s’arrête sur un message d’erreur.",
    "Un trop-perçu est réclamé sans aucun détail de calcul.",
    "Le changement d’adresse n’a pas été pris en compte.",
    "Les droits ont été coupés à la date anniversaire.",
    "Le compte personnel est bloqué et le téléphone a changé de numéro.",
    "Deux dossiers existent au même nom, avec des numéros différents.",
    "La radiation a été prononcée alors que l’actualisation était faite.",
    "Le titre de séjour est expiré et le récépissé n’est pas renouvelé.",
    "La carte grise a été refusée pour un justificatif illisible.",
    "La pension de réversion est en attente depuis neuf mois.",
    "Le relevé de carrière oublie plusieurs années de travail agricole.",
    "La reconnaissance du handicap est demandée depuis plus de huit mois.",
    "L’avis d’imposition ne correspond pas à la situation familiale.",
    "La complémentaire santé n’a pas été renouvelée.",
    "Une expulsion est prévue, et l’aide au logement est suspendue.",
    "Le remboursement des soins est bloqué faute de mutation de caisse.",
)
FACTS = (
    "Toutes les pièces demandées ont été envoyées deux fois.",
    "Un recours amiable a été déposé, sans accusé de réception.",
    "La personne est seule avec deux enfants à charge.",
    "Le loyer n’est plus payé depuis septembre.",
    "Elle n’a ni téléphone ni messagerie.",
    "Il vient de perdre son emploi et n’a plus de ressources.",
    "Le numéro de téléphone de la plateforme renvoie vers le site.",
    "Un rendez-vous a été demandé, le premier libre est dans deux mois.",
    "La situation est la même pour son conjoint.",
    "L’employeur confirme avoir transmis l’attestation.",
    "Le notaire a envoyé l’acte de décès.",
    "Le médecin traitant a rempli le certificat.",
    "Une avance avait été versée en juin.",
    "Le site indique que le dossier est en cours d’étude.",
    "L’ancienne caisse dit avoir transmis le dossier à la nouvelle.",
    "La mairie a fourni un acte de naissance corrigé.",
    "Le bailleur menace de saisir le tribunal.",
    "L’électricité risque d’être coupée.",
)
ANSWERS = (
    "Bonjour, je regarde ce dossier et je reviens vers vous.",
    "Le dossier est bien arrivé, il attend une pièce : l’avis d’imposition.",
    "Le paiement est débloqué, il arrivera sous cinq jours.",
    "Pouvez-vous confirmer la date de naissance et l’adresse ?",
    "Le droit est ouvert à compter du premier du mois.",
    "La demande est transmise au service concerné.",
    "Le trop-perçu est annulé, un courrier part cette semaine.",
    "Il manque la signature du conjoint sur le formulaire.",
    "Les deux dossiers ont été réunis en un seul.",
    "Le compte est débloqué, un code provisoire est envoyé par courrier.",
    "Je relance le service instructeur.",
    "La commission se réunit le mois prochain.",
    "Le calcul était faux, il est refait.",
    "Rien ne manque : l’étude sera finie cette semaine.",
)
REPLIES = (
    "Merci, je transmets à l’usager.",
    "La pièce est jointe à ce message.",
    "L’usager confirme l’adresse et la date de naissance.",
    "Toujours rien sur le compte à ce jour.",
    "Le courrier est arrivé, merci beaucoup.",
    "Voici l’attestation demandée.",
    "Avez-vous des nouvelles ?",
    "Nous avons revu la personne ce matin.",
    "Le formulaire signé est joint.",
    "La situation devient urgente.",
)
INTERNAL_NOTES = (
    "Pouvez-vous vérifier de votre côté si les droits sont ouverts ?",
    "Le dossier est chez nous, je le prends.",
    "À voir entre nous avant de répondre.",
    "L’échange avec l’autre caisse est en cours.",
)
PROCEDURE = "La démarche ordinaire suffit ici : une demande en ligne, puis un rappel au bout de deux mois."
URGENCY = (
    "Aucune ressource depuis deux mois.",
    "Coupure d’électricité prévue.",
    "Expulsion à la fin du mois.",
    "Soins interrompus.",
)
SUBJECTS = (
    "Aide interrompue sans explication",
    "Dossier sans réponse depuis plusieurs mois",
    "Paiement bloqué",
    "Droits à rouvrir",
    "Pièce déjà fournie et redemandée",
    "Erreur d’état civil",
)
NO_OTHER_WAY = "L’usager habite loin et ne peut pas se déplacer."
FILES = (
    ("notification.pdf", "application/pdf"),
    ("courrier recu.pdf", "application/pdf"),
    ("avis d’imposition.pdf", "application/pdf"),
    ("attestation employeur.pdf", "application/pdf"),
    ("photo du courrier.jpg", "image/jpeg"),
    ("releve de compte.pdf", "application/pdf"),
    ("formulaire.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
)
MANDATE_FILE = ("mandat signé.pdf", "application/pdf")
PHRASES = (
    ("Pièce manquante", "Bonjour, il manque une pièce au dossier. Pouvez-vous nous l’envoyer ici ?"),
    ("Dossier à l’étude", "Bonjour, le dossier est complet. Il est à l’étude, comptez trois semaines."),
    ("Paiement débloqué", "Bonjour, le paiement est débloqué. Il arrivera sous cinq jours ouvrés."),
    ("Rendez-vous", "Bonjour, un rendez-vous téléphonique est proposé à l’usager cette semaine."),
)
