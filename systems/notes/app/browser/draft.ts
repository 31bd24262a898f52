/** What was typed into a form, by field. */
export type Draft = Readonly<Record<string, string>>

/** Keeps what is typed into a form on this device until it is saved. Without storage it does nothing. */
export class DraftStore {
  readonly #key: string

  /** @param name  of the form: `new`, or the note's id */
  constructor(name: string) {
    this.#key = `notes.draft.${name}`
  }

  read(): Draft | undefined {
    try {
      const parsed: unknown = JSON.parse(localStorage.getItem(this.#key) ?? 'null')
      return typeof parsed === 'object' && parsed !== null ? (parsed as Draft) : undefined
    } catch {
      return undefined
    }
  }

  write(draft: Draft): void {
    try {
      localStorage.setItem(this.#key, JSON.stringify(draft))
    } catch {
      // Full or forbidden: the page itself still has the text.
    }
  }

  forget(): void {
    try {
      localStorage.removeItem(this.#key)
    } catch {
      // As above.
    }
  }
}
