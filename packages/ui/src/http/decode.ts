/** Turns a JSON value into a type, or throws a sentence that says where it is something else. */
export type Decoder<T> = (value: unknown, at?: string) => T

const wrong = (at: string, wanted: string, value: unknown): never => {
  throw new TypeError(`${at} should be ${wanted}, but is ${JSON.stringify(value)?.slice(0, 80) ?? 'missing'}`)
}

/** A JSON string. */
export const text: Decoder<string> = (value, at = 'the answer') =>
  typeof value === 'string' ? value : wrong(at, 'a text', value)

/** A JSON number. */
export const number: Decoder<number> = (value, at = 'the answer') =>
  typeof value === 'number' ? value : wrong(at, 'a number', value)

/** A JSON boolean. */
export const boolean: Decoder<boolean> = (value, at = 'the answer') =>
  typeof value === 'boolean' ? value : wrong(at, 'true or false', value)

/** One of a few texts. */
export const oneOf =
  <const T extends string>(...allowed: readonly T[]): Decoder<T> =>
  (value, at = 'the answer') =>
    allowed.find(candidate => candidate === value) ?? wrong(at, `one of ${allowed.join(', ')}`, value)

/** The same or null; what is missing counts as null. */
export const nullable =
  <T>(decode: Decoder<T>): Decoder<T | null> =>
  (value, at) =>
    value === null || value === undefined ? null : decode(value, at)

/** A list of the same. */
export const list =
  <T>(decode: Decoder<T>): Decoder<readonly T[]> =>
  (value, at = 'the answer') =>
    Array.isArray(value) ? value.map((entry, index) => decode(entry, `${at}[${index}]`)) : wrong(at, 'a list', value)

/** An object with at least these fields; an API may add others. */
export const object =
  <Shape extends Readonly<Record<string, unknown>>>(
    fields: {
      readonly [Name in keyof Shape]: Decoder<Shape[Name]>
    },
  ): Decoder<Shape> =>
  (value, at = 'the answer') => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return wrong(at, 'an object', value)
    const source: Readonly<Record<string, unknown>> = { ...value }
    const entries = Object.keys(fields).map(name => [name, fields[name]?.(source[name], `${at}.${name}`)] as const)
    return Object.fromEntries(entries) as Shape
  }

/** Nothing is expected; whatever came is not looked at. */
export const nothing: Decoder<undefined> = () => undefined
