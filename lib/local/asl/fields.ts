/** Reads an object of a definition field by field. Collects problems instead of stopping at the first. */
import { isObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import { Template } from './template.ts';

const CODED = /^[A-Z]+(_[A-Z]+)+: /;

export class Fields {
  readonly path: string;
  readonly problems: string[];
  private readonly object: JsonObject;

  constructor(value: JsonValue | undefined, path: string, problems: string[]) {
    this.path = path;
    this.problems = problems;
    this.object = isObject(value) ? value : {};
    if (!isObject(value)) this.wrong('expected an object');
  }

  has(field: string): boolean {
    return this.object[field] !== undefined;
  }

  raw(field: string): JsonValue | undefined {
    return this.object[field];
  }

  wrong(what: string, field?: string): void {
    const coded = CODED.test(what) ? what : `SCHEMA_VALIDATION_FAILED: ${what}`;
    this.problems.push(`${coded} at ${field === undefined ? this.path : `${this.path}/${field}`}`);
  }

  /** Reports every field that is not in the list, by name. */
  only(allowed: ReadonlySet<string>, why: string): void {
    for (const field of Object.keys(this.object)) {
      if (!allowed.has(field)) this.wrong(`Field '${field}' ${why}`, field);
    }
  }

  string(field: string): string | undefined {
    const value = this.object[field];
    if (value === undefined || typeof value === 'string') return value;
    this.wrong(`expected a string, got ${JSON.stringify(value)}`, field);
    return undefined;
  }

  required(field: string): string {
    const value = this.string(field);
    if (value === undefined) this.wrong('a string is required', field);
    return value ?? '';
  }

  number(field: string, least: number, fallback: number): number;
  number(field: string, least: number): number | undefined;
  number(field: string, least: number, fallback?: number): number | undefined {
    const value = this.object[field];
    if (value === undefined) return fallback;
    if (typeof value === 'number' && value >= least) return value;
    this.wrong(`expected a number of at least ${least}, got ${JSON.stringify(value)}`, field);
    return fallback;
  }

  boolean(field: string): boolean {
    const value = this.object[field] ?? false;
    if (typeof value !== 'boolean') this.wrong(`expected a boolean, got ${JSON.stringify(value)}`, field);
    return value === true;
  }

  list(field: string): JsonValue[] {
    const value = this.object[field] ?? [];
    if (Array.isArray(value)) return value;
    this.wrong(`expected a list, got ${JSON.stringify(value)}`, field);
    return [];
  }

  /** Returns the value of a field as a template. Evaluation errors name the field by `label`. */
  template(field: string, label: string = field): Template | undefined {
    const value = this.object[field];
    if (value === undefined) return undefined;
    const template = new Template(value, label);
    for (const problem of template.problems)
      this.wrong(problem.what, field + problem.field.slice(label.length));
    return template;
  }

  child(field: string): Fields {
    return new Fields(this.object[field], `${this.path}/${field}`, this.problems);
  }

  item(field: string, index: number): Fields {
    return new Fields(this.list(field)[index], `${this.path}/${field}[${index}]`, this.problems);
  }
}
