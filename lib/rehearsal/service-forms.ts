import { canonicalJson, isObject, type JsonObject, type JsonValue } from '../model/json.ts';

/** What was sent at a path, as text, and what the service showed there afterwards. Undefined: nothing. */
type Forms = Map<string, Map<string, JsonValue | undefined>>;

/**
 * How services represent what they are sent: the ARN for an alias, a list in another order, defaults inside an object,
 * the value of a reference. Learned from the inventory, which stores both. The same value sent again is assumed to be
 * represented the same way.
 */
export class ServiceForms {
  readonly #byResource = new Map<string, Forms>();

  /** Learns from one resource. `name` identifies it independently of its identifier. */
  learn(name: string, sent: JsonObject, shown: JsonObject): void {
    const forms: Forms = new Map();
    for (const [property, value] of Object.entries(sent)) compare(property, value, shown[property], forms);
    if (forms.size > 0) this.#byResource.set(name, forms);
  }

  /** Returns how the service would show a value sent at a path, or undefined if it would not show it. */
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
