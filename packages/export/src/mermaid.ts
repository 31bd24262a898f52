/** Builds the text of a Mermaid flowchart: nodes, groups of nodes, and arrows, in the order they are added. */
export class Flowchart {
  readonly #lines: string[]
  readonly #names = new Map<string, string>()
  #depth = 1

  constructor(direction: 'LR' | 'TB') {
    this.#lines = [`flowchart ${direction}`]
  }

  /** @param id  any text; the same id is the same node @param label  lines of text */
  node(id: string, shape: 'box' | 'round' | 'store' | 'person', ...label: string[]): void {
    const text = `"${label.map(plain).join('<br/>')}"`
    const shapes = { box: `[${text}]`, round: `(${text})`, store: `[(${text})]`, person: `([${text}])` }
    this.#line(`${this.#name(id)}${shapes[shape]}`)
  }

  /** What `inside` adds stands in a frame with that title. */
  group(id: string, title: string, inside: () => void): void {
    this.#line(`subgraph ${this.#name(id)} ["${plain(title)}"]`)
    this.#depth++
    inside()
    this.#depth--
    this.#line('end')
  }

  arrow(from: string, to: string, label?: string): void {
    const text = label ? ` -- "${plain(label)}" -->` : ' -->'
    this.#line(`${this.#name(from)}${text} ${this.#name(to)}`)
  }

  /** The text, without a final line end. */
  toString(): string {
    return this.#lines.join('\n')
  }

  // Ids of the template hold characters that Mermaid would take for its own.
  #name(id: string): string {
    const known = this.#names.get(id)
    if (known) return known
    const name = `n${this.#names.size + 1}`
    this.#names.set(id, name)
    return name
  }

  #line(text: string): void {
    this.#lines.push(`${'  '.repeat(this.#depth)}${text}`)
  }
}

const plain = (text: string): string => text.replaceAll('"', '#quot;').replaceAll('<', '#lt;')
