import { loadError } from '../errors.ts'
import { mappingNode, scalarNode, sequenceNode, type TemplateNode, textNode } from './template-node.ts'

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const SPACE = /[ \t\r\n]*/y
const WORDS = { true: true, false: false, null: null } as const

/**
 * Reads JSON and keeps the line of every value; `JSON.parse` forgets them.
 *
 * @param file  named in errors only
 * @throws TerraceError LOAD_SYNTAX, LOAD_DUPLICATE_KEY
 */
export function readJson(text: string, file: string): TemplateNode {
  return new JsonReader(text, file).document()
}

class JsonReader {
  readonly #text: string
  readonly #file: string
  #at = 0
  #line = 1
  #counted = 0

  constructor(text: string, file: string) {
    this.#text = text
    this.#file = file
  }

  document(): TemplateNode {
    const node = this.#value()
    this.#space()
    if (this.#at < this.#text.length) throw this.#unexpected('the end of the file')
    return node
  }

  #value(): TemplateNode {
    this.#space()
    const line = this.#here()
    const first = this.#text[this.#at]
    if (first === '{') return this.#mapping(line)
    if (first === '[') return this.#sequence(line)
    if (first === '"') return textNode(this.#string(), line)
    for (const [word, value] of Object.entries(WORDS)) {
      if (!this.#text.startsWith(word, this.#at)) continue
      this.#at += word.length
      return scalarNode(value, line)
    }
    NUMBER.lastIndex = this.#at
    const digits = NUMBER.exec(this.#text)?.[0]
    if (digits === undefined) throw this.#unexpected('a value')
    this.#at += digits.length
    return { kind: 'scalar', value: Number(digits), text: digits, line }
  }

  #mapping(line: number): TemplateNode {
    const entries = new Map<string, TemplateNode>()
    this.#at++
    if (this.#closes('}')) return mappingNode(entries, line)
    do {
      this.#space()
      const keyLine = this.#here()
      if (this.#text[this.#at] !== '"') throw this.#unexpected('a key in double quotes')
      const key = this.#string()
      const earlier = entries.get(key)
      if (earlier) throw this.#duplicate(key, keyLine, earlier.line)
      this.#expect(':')
      const value = this.#value()
      entries.set(key, value.line === keyLine ? value : { ...value, line: keyLine })
    } while (this.#continues('}'))
    return mappingNode(entries, line)
  }

  #sequence(line: number): TemplateNode {
    const items: TemplateNode[] = []
    this.#at++
    if (this.#closes(']')) return sequenceNode(items, line)
    do items.push(this.#value())
    while (this.#continues(']'))
    return sequenceNode(items, line)
  }

  #string(): string {
    const start = this.#at
    let end = start
    do {
      end = this.#text.indexOf('"', end + 1)
      if (end < 0) throw this.#unexpected('a closing quote')
    } while (this.#isEscaped(end))
    this.#at = end + 1
    const raw = this.#text.slice(start + 1, end)
    // Most strings have nothing to decode, and JSON.parse per string is the slowest part of reading.
    if (!raw.includes('\\') && !hasControlCharacter(raw)) return raw
    try {
      return JSON.parse(`"${raw}"`) as string
    } catch (cause) {
      throw loadError(
        'LOAD_SYNTAX',
        'broken text in JSON: a bad escape or a line break inside quotes',
        this.#place(),
        undefined,
        cause,
      )
    }
  }

  #isEscaped(at: number): boolean {
    let slashes = 0
    while (this.#text[at - 1 - slashes] === '\\') slashes++
    return slashes % 2 === 1
  }

  #closes(bracket: string): boolean {
    this.#space()
    if (this.#text[this.#at] !== bracket) return false
    this.#at++
    return true
  }

  #continues(bracket: string): boolean {
    if (this.#closes(bracket)) return false
    if (this.#text[this.#at] !== ',') throw this.#unexpected(`"," or "${bracket}"`)
    this.#at++
    return true
  }

  #expect(character: string): void {
    this.#space()
    if (this.#text[this.#at] !== character) throw this.#unexpected(`"${character}"`)
    this.#at++
  }

  #space(): void {
    SPACE.lastIndex = this.#at
    SPACE.exec(this.#text)
    this.#at = SPACE.lastIndex
  }

  #here(): number {
    for (; this.#counted < this.#at; this.#counted++) if (this.#text.charCodeAt(this.#counted) === 10) this.#line++
    return this.#line
  }

  #place() {
    return { file: this.#file, line: this.#here() }
  }

  #unexpected(wanted: string) {
    const found = this.#at >= this.#text.length ? 'the end of the file' : JSON.stringify(this.#text[this.#at])
    return loadError('LOAD_SYNTAX', `broken JSON: found ${found} where ${wanted} should be`, this.#place())
  }

  #duplicate(key: string, line: number, earlier: number) {
    return loadError(
      'LOAD_DUPLICATE_KEY',
      `the key ${JSON.stringify(key)} is here for the second time, the first is in line ${earlier}`,
      { file: this.#file, line },
      'keep one of the two',
    )
  }
}

function hasControlCharacter(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) < 32) return true
  return false
}
