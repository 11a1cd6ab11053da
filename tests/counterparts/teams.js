// Reads and draws Adaptive Cards in a page, by Microsoft's own renderer and its own tables of properties.
const MOST = AdaptiveCards.Versions.v1_5;
const markdown = window.markdownit({ breaks: false, linkify: false });
AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {
  result.outputHtml = markdown.render(text);
  result.didProcess = true;
};

function tables(registry) {
  const found = {};
  for (let at = 0; at < registry.getItemCount(); at++) {
    const { typeName, objectType } = registry.getItemAt(at);
    found[typeName] = new objectType();
  }
  return found;
}
const known = {
  ...tables(AdaptiveCards.GlobalRegistry.defaultElements),
  ...tables(AdaptiveCards.GlobalRegistry.defaultActions),
  AdaptiveCard: new AdaptiveCards.AdaptiveCard(),
  Column: new AdaptiveCards.Column(),
};

// Properties that the renderer's tables do not have at the version Teams shows: it would leave them out silently.
function unknown(found, path, faults) {
  if (Array.isArray(found)) return found.forEach((one, at) => unknown(one, `${path}[${at}]`, faults));
  if (found === null || typeof found !== "object") return;
  if (found.type !== undefined && !(found.type in known)) return faults.push(`${path}: unknown type ${found.type}`);
  if (found.type !== undefined) {
    const schema = known[found.type].getSchema();
    const names = new Map();
    for (let at = 0; at < schema.getCount(); at++) {
      const property = schema.getItemAt(at);
      names.set(property.name, property.targetVersion);
    }
    for (const name of Object.keys(found)) {
      const free = ["type", "$schema", "msteams", "items", "columns", "actions", "body"].includes(name);
      if (!free && !names.has(name)) faults.push(`${path}: ${found.type} has no ${name}`);
      if (names.has(name) && names.get(name).compareTo(MOST) > 0) faults.push(`${path}: ${name} is newer than 1.5`);
    }
  }
  for (const [name, value] of Object.entries(found)) if (name !== "data") unknown(value, `${path}.${name}`, faults);
}

window.readTeams = (json) => {
  const faults = [];
  unknown(json, "card", faults);
  const context = new AdaptiveCards.SerializationContext(MOST);
  const card = new AdaptiveCards.AdaptiveCard();
  card.hostConfig = new AdaptiveCards.HostConfig(window.hostConfig);
  // The renderer tests "lang" by a pattern that remembers the card before: every second one is refused.
  const { lang, ...rest } = json;
  if (!/^(fr|en)$/.test(lang ?? "")) faults.push(`card: lang is ${lang}`);
  card.parse(rest, context);
  for (let at = 0; at < context.eventCount; at++) faults.push(context.getEventAt(at).message);
  for (const failure of card.validateProperties().validationEvents) faults.push(failure.message);
  return { card, faults };
};

window.drawTeams = (element, json) => {
  const { card, faults } = window.readTeams(json);
  const drawn = card.render();
  if (drawn) element.replaceChildren(drawn);
  else faults.push("nothing was drawn");
  return { faults, text: drawn ? drawn.innerText : "" };
};
