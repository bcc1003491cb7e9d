// What Slack's own window says of a field before anything is sent, in the viewer's language. The sandbox says
// it in English (sandbox/values.py); what it does not know, such as the bot's own words, is left as it is.
import { language } from "./words.js";

const SAID = {
  "Please complete this required field.": { fr: "Veuillez remplir ce champ obligatoire.", es: "Complete este campo obligatorio." },
  "Please enter a valid email address.": { fr: "Veuillez saisir une adresse e-mail valide.", es: "Introduzca una dirección de correo válida." },
  "Please enter a valid URL.": { fr: "Veuillez saisir une adresse web valide.", es: "Introduzca una dirección web válida." },
  "Please enter a number.": { fr: "Veuillez saisir un nombre.", es: "Introduzca un número." },
  "Please select at most {n}.": { fr: "Choisissez {n} éléments au plus.", es: "Elija {n} como máximo." },
  "Please enter at least {n} characters.": { fr: "Veuillez saisir au moins {n} caractères.", es: "Introduzca al menos {n} caracteres." },
  "Please enter at most {n} characters.": { fr: "Veuillez saisir {n} caractères au plus.", es: "Introduzca {n} caracteres como máximo." },
  "Please enter a number of at least {n}.": { fr: "Veuillez saisir un nombre d’au moins {n}.", es: "Introduzca un número de al menos {n}." },
  "Please enter a number of at most {n}.": { fr: "Veuillez saisir un nombre de {n} au plus.", es: "Introduzca un número de {n} como máximo." },
};

export function refusal(sentence, locale) {
  const number = /-?\d+(\.\d+)?/.exec(sentence)?.[0];
  const said = SAID[number === undefined ? sentence : sentence.replace(number, "{n}")]?.[language(locale)];
  return said?.replace("{n}", number) ?? sentence;
}
