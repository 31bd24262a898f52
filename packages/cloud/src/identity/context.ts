/** The values of a call that conditions ask for. Keys such as `aws:SourceArn` don't care about case. */
export class RequestContext {
  readonly #values = new Map<string, readonly string[]>()

  constructor(values: ContextValues = {}) {
    this.#add(values)
  }

  /** The values of a key; nothing when the call doesn't have it. */
  get(key: string): readonly string[] | undefined {
    return this.#values.get(key.toLowerCase())
  }

  /** All keys, in lower case. */
  keys(): readonly string[] {
    return [...this.#values.keys()]
  }

  /** The one value of a key, as policy variables need it. */
  single(key: string): string | undefined {
    const values = this.get(key)
    return values?.length === 1 ? values[0] : undefined
  }

  /** This context and more; a later value of the same key wins. */
  with(values: ContextValues): RequestContext {
    const copy = new RequestContext()
    for (const [key, value] of this.#values) copy.#values.set(key, value)
    copy.#add(values)
    return copy
  }

  #add(values: ContextValues): void {
    for (const [key, value] of Object.entries(values)) {
      if (value === undefined) continue
      this.#values.set(key.toLowerCase(), typeof value === 'string' ? [value] : value)
    }
  }
}

/** Condition keys and their values; what is undefined is not there. */
export type ContextValues = Readonly<Record<string, string | readonly string[] | undefined>>
