import { StringDecoder } from 'node:string_decoder'

/** Longest line handed on in one piece, in characters; a longer one arrives in several. */
export const MAX_LINE_LENGTH = 65_536

/** Cuts a stream of UTF-8 bytes into lines without their line ends (`\n` or `\r\n`), whatever the chunks look like. */
export class Lines {
  readonly #decoder = new StringDecoder('utf8')
  readonly #onLine: (line: string) => void
  #rest = ''

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine
  }

  push(chunk: Buffer): void {
    this.#take(this.#decoder.write(chunk))
  }

  /** Hands on what came after the last line end. */
  end(): void {
    this.#take(this.#decoder.end())
    if (this.#rest !== '') this.#onLine(this.#rest)
    this.#rest = ''
  }

  #take(text: string): void {
    const pieces = (this.#rest + text).split('\n')
    const rest = pieces.pop() ?? ''
    for (const piece of pieces) this.#onLine(this.#shorten(piece.endsWith('\r') ? piece.slice(0, -1) : piece))
    this.#rest = this.#shorten(rest)
  }

  /** Hands on what is too much for one line. @returns what is left */
  #shorten(text: string): string {
    let rest = text
    while (rest.length > MAX_LINE_LENGTH) {
      const cut = cutOf(rest)
      this.#onLine(rest.slice(0, cut))
      rest = rest.slice(cut)
    }
    return rest
  }
}

// Never between the two halves of a character outside the basic plane.
function cutOf(text: string): number {
  const last = text.charCodeAt(MAX_LINE_LENGTH - 1)
  return last >= 0xd800 && last <= 0xdbff ? MAX_LINE_LENGTH - 1 : MAX_LINE_LENGTH
}
