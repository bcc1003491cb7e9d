// The page speaks the language of whoever looks, as Slack's own client does: English, French or Spanish.

export const LANGUAGES = ["en", "fr", "es"];

export function language(locale) {
  const own = (locale || "").slice(0, 2).toLowerCase();
  return LANGUAGES.includes(own) ? own : "en";
}

// `table` is {en: {key: words}, fr: …, es: …}; words hold "{n}" where a value belongs, or are {one, other} by n.
export function speak(table, locale) {
  const own = language(locale);
  return (key, values = {}) => {
    let said = table[own]?.[key] ?? table.en[key];
    if (typeof said === "object") said = said[new Intl.PluralRules(own).select(values.n)] ?? said.other;
    return said.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
  };
}
