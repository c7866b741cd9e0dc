/** A JSON value with its text. Each is computed from the other at most once. */
import type { JsonValue } from '../../model/json.ts';

/** Quota on a state's input, output and arguments: "Step Functions service quotas", 256 KiB in UTF-8. */
export const PAYLOAD_BYTES_MAX = 262_144;

export class Data {
  private parsed: JsonValue | undefined;
  private json: string | undefined;

  private constructor(parsed: JsonValue | undefined, json: string | undefined) {
    this.parsed = parsed;
    this.json = json;
  }

  static of(value: JsonValue): Data {
    return new Data(value, undefined);
  }

  /** @throws SyntaxError if the text is not JSON */
  static parse(text: string): Data {
    return new Data(JSON.parse(text) as JsonValue, text);
  }

  get value(): JsonValue {
    if (this.parsed === undefined) this.parsed = JSON.parse(this.text) as JsonValue;
    return this.parsed;
  }

  get text(): string {
    if (this.json === undefined) this.json = JSON.stringify(this.parsed ?? null);
    return this.json;
  }

  get isTooLarge(): boolean {
    return textIsTooLarge(this.text);
  }
}

export function textIsTooLarge(text: string): boolean {
  if (text.length > PAYLOAD_BYTES_MAX) return true;
  return text.length * 3 > PAYLOAD_BYTES_MAX && Buffer.byteLength(text) > PAYLOAD_BYTES_MAX;
}
