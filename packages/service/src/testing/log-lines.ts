/** One line of a service's log. */
export type LogLine = Readonly<Record<string, unknown>> & { readonly message: string }

/** Gathers what a service writes to standard output, and waits for lines instead of waiting for time. */
export class LogLines {
  readonly lines: LogLine[] = []
  readonly #waiting = new Set<() => void>()
  #rest = ''

  /** Takes output as it comes, in whatever pieces. */
  readonly write = (text: string): void => {
    const parts = (this.#rest + text).split('\n')
    this.#rest = parts.pop() ?? ''
    for (const part of parts) if (part !== '') this.lines.push(JSON.parse(part) as LogLine)
    for (const check of [...this.#waiting]) check()
  }

  /** The first line, past or to come, with this message. */
  next(message: string, from = 0): Promise<LogLine> {
    return new Promise(resolve => {
      const check = () => {
        const line = this.lines.slice(from).find(one => one.message === message)
        if (!line) return
        this.#waiting.delete(check)
        resolve(line)
      }
      this.#waiting.add(check)
      check()
    })
  }
}
