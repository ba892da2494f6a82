"""Combines given and family names at random, with realistic frequencies."""

_GIVEN = """
Marie Jeanne Françoise Monique Catherine Nathalie Isabelle Jacqueline Sylvie Martine Jean Pierre Michel André Philippe
René Louis Alain Jacques Bernard Marcel Daniel Roger Robert Claude Christian Georges Henri Nicole Hélène Christine
Anne Denise Madeleine Suzanne Valérie Sophie Véronique Céline Sandrine Fatima Aïcha Khadija Mohamed Ahmed Karim
Youssef Mamadou Aminata Fatou Ibrahima Maria José Manuel Antonio Ana Carlos Élodie Aurélie Émilie Julie Camille Léa
Chloé Manon Inès Lucas Hugo Théo Nathan Enzo Léo Noé Maël Gaël Loïc Zoé Éloïse Anaïs Benoît Cédric Jérôme Frédéric
Stéphane Sébastien Grégory Anthony Kévin Dylan Jordan Océane Morgane Noémie Thérèse Renée Ginette Yvette Odette Simone
Lucienne Huguette Raymonde Yvonne Germaine Jean-Pierre Jean-Claude Marie-Claude Marie-Thérèse Anne-Marie Tuan Linh Wei
Svetlana Oleksandr Ilona Piotr Agnieszka Giulia Teresa
"""
_FAMILY = """
Martin Bernard Thomas Petit Robert Richard Durand Dubois Moreau Laurent Simon Michel Lefebvre Leroy Roux David
Bertrand Morel Fournier Girard Bonnet Dupont Lambert Fontaine Rousseau Vincent Muller Lefèvre Faure André Mercier
Blanc Guérin Boyer Garnier Chevalier François Legrand Gauthier Garcia Perrin Robin Clément Morin Nicolas Henry Roussel
Mathieu Gautier Masson Marchand Duval Denis Dumont Marie Lemaire Noël Meyer Dufour Meunier Brun Blanchard Giraud Joly
Rivière Lucas Brunet Gaillard Barbier Arnaud Martinez Gérard Roche Renard Schmitt Roy Leroux Colin Vidal Caron Picard
Roger Fabre Aubert Lemoine Renaud Dumas Lacroix Olivier Philippe Bourgeois Pierre Benoît Rey Leclerc Payet Rolland
Leclercq Guillaume Lecomte Lopez Jean Dupuy Guillot Hubert Berger Carpentier Sanchez Dupuis Moulin Louis Deschamps
Huet Vasseur Perez Boucher Fleury Royer Klein Jacquet Adam Paris Poirier Marty Aubry Guyot Carré Charles Renault
Charpentier Ménard Maillard Baron Bertin Bailly Hervé Schneider Fernandez Collet Léger Bouvier Julien Prévost Millet
Perrot Daniel Cousin Germain Breton Rémy Langlois Besson Lévêque Barre Lebrun Pelletier Marchal Weber Mallet Hamon
Boulanger Jacob Monnier Michaud Rodriguez Guichard Gillet Étienne Grondin Poulain Tessier Chevallier Collin Chauvin
Dasilva Bouchet Gay Lemaître Bénard Maréchal Humbert Reynaud Antoine Hoarau Perret Barthélemy Cordier Pichon Lejeune
Gilbert Lamy Delaunay Pasquier Carlier Laporte Traoré Diallo Camara Koné Benali Haddad Saïdi Nguyen Tran Pham Kaya
Yilmaz Popescu Ionescu Kowalski Novak Ferreira Pereira Dossantos
"""
GIVEN, FAMILY = _GIVEN.split(), _FAMILY.split()


def shares(count: int) -> list[float]:
    """The weights of so many values, falling sharply."""
    return [1 / (place + 12) for place in range(count)]
