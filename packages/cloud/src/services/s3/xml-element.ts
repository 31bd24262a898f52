import { NotEmulated } from '../../gateway/errors.ts'
import { itemsOf } from '../../gateway/xml.ts'
import { MalformedXml } from './errors.ts'

/**
 * An element of a request's document. It remembers what was asked for, so that what a document says beyond that is refused
 * by name instead of being ignored.
 */
export class XmlElement {
  readonly #members: Readonly<Record<string, unknown>>
  readonly #path: string
  readonly #children = new Map<string, readonly XmlElement[]>()
  readonly #read = new Set<string>(['#text'])

  constructor(value: unknown, path: string) {
    // An element without elements is its text.
    this.#members = typeof value === 'object' && value !== null ? { ...value } : {}
    this.#path = path
  }

  /** The root of a document. @throws MalformedXml when it is called otherwise */
  static root(document: Readonly<Record<string, unknown>>, name: string): XmlElement {
    if (!Object.hasOwn(document, name)) throw new MalformedXml()
    return new XmlElement(document[name], name)
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#members, name)
  }

  /** @throws MalformedXml when it occurs twice or holds elements */
  text(name: string): string | undefined {
    const values = this.texts(name)
    if (values.length > 1) throw new MalformedXml()
    return values[0]
  }

  /** @throws MalformedXml when it isn't there */
  required(name: string): string {
    const text = this.text(name)
    if (text === undefined) throw new MalformedXml()
    return text
  }

  texts(name: string): readonly string[] {
    return this.#take(name).map(value => {
      if (typeof value === 'string') return value
      throw new MalformedXml()
    })
  }

  /** One of the allowed texts. @throws MalformedXml */
  oneOf<T extends string>(name: string, allowed: readonly T[]): T | undefined {
    const text = this.text(name)
    const found = allowed.find(each => each === text)
    if (text !== undefined && found === undefined) throw new MalformedXml()
    return found
  }

  /** A whole number that isn't negative. @throws MalformedXml */
  count(name: string): number | undefined {
    const text = this.text(name)?.trim()
    if (text !== undefined && !/^\d{1,15}$/.test(text)) throw new MalformedXml()
    return text === undefined ? undefined : Number(text)
  }

  flag(name: string): boolean | undefined {
    const text = this.oneOf(name, ['true', 'false', 'TRUE', 'FALSE'])
    return text === undefined ? undefined : text.toLowerCase() === 'true'
  }

  child(name: string): XmlElement | undefined {
    const children = this.children(name)
    if (children.length > 1) throw new MalformedXml()
    return children[0]
  }

  children(name: string): readonly XmlElement[] {
    const known = this.#children.get(name)
    if (known) return known
    const made = this.#take(name).map(value => new XmlElement(value, `${this.#path}.${name}`))
    this.#children.set(name, made)
    return made
  }

  /** @throws NotEmulated for the first element that nobody asked for */
  finish(operation: string): void {
    const unread = Object.keys(this.#members).find(name => !this.#read.has(name))
    if (unread !== undefined) throw new NotEmulated(`the element ${this.#path}.${unread} of ${operation}`)
    for (const children of this.#children.values()) for (const child of children) child.finish(operation)
  }

  #take(name: string): readonly unknown[] {
    this.#read.add(name)
    return itemsOf(Object.hasOwn(this.#members, name) ? this.#members[name] : undefined)
  }
}
