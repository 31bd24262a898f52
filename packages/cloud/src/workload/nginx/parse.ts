import { TerraceError } from '@terrace/kit'

/** One word of a configuration. */
export interface Word {
  /** As written, with its quotes and escapes. */
  readonly raw: string
  /** Without quotes; escapes of quotes, backslashes, tabs and line ends are resolved, as NGINX does. */
  readonly text: string
}

/** `name arguments;` or `name arguments { block }`. */
export interface Directive {
  readonly name: string
  /** The name as it was written: in a map it may be quoted. */
  readonly raw?: string
  readonly words: readonly Word[]
  readonly block?: readonly Directive[]
  /** From 1. */
  readonly line: number
}

/**
 * Reads NGINX's configuration: words, quoted words, comments, blocks. Knows no directive; blocks of code in another
 * language (`…_by_lua_block`) can't be read by these rules and are refused.
 *
 * @see nginx.org "Beginner's Guide", "Configuration File's Structure", and `ngx_conf_read_token` for quoting
 * @throws TerraceError NGINX_SYNTAX with the line
 */
export function parseNginx(text: string): readonly Directive[] {
  return new Parser(text).all()
}

const SPACE = /\s/

class Parser {
  readonly #text: string
  #at = 0
  #line = 1

  constructor(text: string) {
    this.#text = text
  }

  all(): readonly Directive[] {
    const directives = this.#block()
    if (this.#at < this.#text.length) throw this.#error('unexpected "}"')
    return directives
  }

  /** Until the end or a closing brace, which stays. */
  #block(): readonly Directive[] {
    const directives: Directive[] = []
    for (;;) {
      this.#skip()
      if (this.#at >= this.#text.length || this.#peek() === '}') return directives
      directives.push(this.#directive())
    }
  }

  #directive(): Directive {
    const line = this.#line
    const words: Word[] = []
    for (;;) {
      this.#skip()
      const next = this.#peek()
      if (next === '') throw this.#error('unexpected end of file, expecting ";" or "}"')
      if (next === '}') throw this.#error('unexpected "}"')
      if (next === ';' || next === '{') {
        const [first, ...rest] = words
        if (!first) throw this.#error(`unexpected "${next}"`)
        this.#next()
        return {
          name: first.text,
          raw: first.raw,
          words: rest,
          line,
          ...(next === '{' ? { block: this.#inside(first.text) } : {}),
        }
      }
      words.push(this.#word())
    }
  }

  #inside(name: string): readonly Directive[] {
    if (name.endsWith('_block')) throw this.#error(`"${name}" holds code of another language, which can't run here`)
    const directives = this.#block()
    if (this.#peek() !== '}') throw this.#error('unexpected end of file, expecting "}"')
    this.#next()
    return directives
  }

  #word(): Word {
    const quote = this.#peek()
    return quote === '"' || quote === "'" ? this.#quoted(quote) : this.#plain()
  }

  #quoted(quote: string): Word {
    const start = this.#at
    let text = ''
    this.#next()
    for (;;) {
      const character = this.#next()
      if (character === '') throw this.#error(`unexpected end of file, expecting ${quote}`)
      if (character === quote) break
      text += character === '\\' ? this.#escaped() : character
    }
    const after = this.#peek()
    if (after !== '' && !SPACE.test(after) && !';{)'.includes(after)) throw this.#error(`unexpected "${after}"`)
    return { raw: this.#text.slice(start, this.#at), text }
  }

  #plain(): Word {
    const start = this.#at
    let text = ''
    for (;;) {
      const character = this.#peek()
      if (character === '' || SPACE.test(character) || character === ';') break
      // `${name}` is a variable, any other brace a block.
      if (character === '{' && !text.endsWith('$')) break
      this.#next()
      text += character === '\\' ? this.#escaped() : character
      if (character === '{') text += this.#variable()
    }
    return { raw: this.#text.slice(start, this.#at), text }
  }

  #variable(): string {
    let text = ''
    for (;;) {
      const character = this.#next()
      if (character === '') throw this.#error('unexpected end of file, expecting "}"')
      text += character
      if (character === '}') return text
    }
  }

  // What stands after a backslash; one that is none of NGINX's stays with its backslash, as regular expressions need it.
  #escaped(): string {
    const character = this.#next()
    if (character === 't') return '\t'
    if (character === 'r') return '\r'
    if (character === 'n') return '\n'
    return character === '"' || character === "'" || character === '\\' ? character : `\\${character}`
  }

  #skip(): void {
    for (;;) {
      const character = this.#peek()
      if (character === '#') while (this.#peek() !== '' && this.#peek() !== '\n') this.#next()
      else if (character !== '' && SPACE.test(character)) this.#next()
      else return
    }
  }

  #peek(): string {
    return this.#text[this.#at] ?? ''
  }

  #next(): string {
    const character = this.#peek()
    if (character !== '') this.#at++
    if (character === '\n') this.#line++
    return character
  }

  #error(message: string): TerraceError {
    return new TerraceError('NGINX_SYNTAX', `NGINX configuration, line ${this.#line}: ${message}`)
  }
}
