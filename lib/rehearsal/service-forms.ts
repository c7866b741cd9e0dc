import { canonicalJson, isObject, type JsonObject, type JsonValue } from '../model/json.ts';

/** What was sent at a place, as text, and what the service showed there afterwards; undefined: nothing. */
type Forms = Map<string, Map<string, JsonValue | undefined>>;

/**
 * How services wrote what they were sent: the ARN for an alias, a list in another order, defaults inside an object,
 * the value behind a reference. Learned from what the inventory keeps of both; the same value sent again is taken
 * to read the same again.
 */
export class ServiceForms {
  readonly #byResource = new Map<string, Forms>();

  /** Learns from one resource; `name` is what it is known by, whatever its identifier. */
  learn(name: string, sent: JsonObject, shown: JsonObject): void {
    const forms: Forms = new Map();
    for (const [property, value] of Object.entries(sent)) compare(property, value, shown[property], forms);
    if (forms.size > 0) this.#byResource.set(name, forms);
  }

  /** How the service would show a value sent at a path; undefined if it would not show it. */
  shown(name: string, path: readonly string[], value: JsonValue): JsonValue | undefined {
    const forms = this.#byResource.get(name);
    return forms === undefined ? value : shownIn(forms, path.join('/'), value);
  }
}

function compare(path: string, sent: JsonValue, shown: JsonValue | undefined, forms: Forms): void {
  const text = canonicalJson(sent);
  if (shown !== undefined && text === canonicalJson(shown)) return;
  const known = forms.get(path) ?? new Map<string, JsonValue | undefined>();
  forms.set(path, known.set(text, shown));
  if (!isObject(sent) || !isObject(shown)) return;
  for (const [name, value] of Object.entries(sent)) compare(`${path}/${name}`, value, shown[name], forms);
}

function shownIn(forms: Forms, path: string, value: JsonValue): JsonValue | undefined {
  const known = forms.get(path);
  const text = known === undefined ? '' : canonicalJson(value);
  if (known?.has(text)) return known.get(text);
  if (!isObject(value)) return value;
  const members = Object.entries(value).flatMap(([name, inner]) => {
    const form = shownIn(forms, `${path}/${name}`, inner);
    return form === undefined ? [] : [[name, form] as const];
  });
  return Object.fromEntries(members);
}
