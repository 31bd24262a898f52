/**
 * A value of a template with the line it was written on, counted from 1. The line of a mapping's value is that of its
 * key. Before resolution it may hold intrinsic functions in their long form; after it, it holds none.
 */
export type TemplateNode = ScalarNode | SequenceNode | MappingNode

export interface ScalarNode {
  readonly kind: 'scalar'
  readonly value: string | number | boolean | null
  /** As written: `1.10` stays `1.10` where CloudFormation takes a string. */
  readonly text: string
  readonly line: number
}

export interface SequenceNode {
  readonly kind: 'sequence'
  readonly items: readonly TemplateNode[]
  readonly line: number
}

export interface MappingNode {
  readonly kind: 'mapping'
  readonly entries: ReadonlyMap<string, TemplateNode>
  readonly line: number
}

export const textNode = (text: string, line: number): ScalarNode => ({ kind: 'scalar', value: text, text, line })

export const scalarNode = (value: string | number | boolean | null, line: number): ScalarNode => ({
  kind: 'scalar',
  value,
  text: String(value),
  line,
})

export const sequenceNode = (items: readonly TemplateNode[], line: number): SequenceNode => ({
  kind: 'sequence',
  items,
  line,
})

export const mappingNode = (entries: ReadonlyMap<string, TemplateNode>, line: number): MappingNode => ({
  kind: 'mapping',
  entries,
  line,
})

/** The same node with another line: a value is placed where its key is. */
export const atLine = (node: TemplateNode, line: number): TemplateNode =>
  node.line === line ? node : { ...node, line }

/** The node as plain JavaScript values, without lines. */
export function toPlain(node: TemplateNode): unknown {
  if (node.kind === 'scalar') return node.value
  if (node.kind === 'sequence') return node.items.map(toPlain)
  return Object.fromEntries([...node.entries].map(([key, value]) => [key, toPlain(value)]))
}

/** What the node is, for messages: `the text "abc"`, `the number 5`, `a list`, `a mapping`. */
export function describe(node: TemplateNode): string {
  if (node.kind === 'sequence') return 'a list'
  if (node.kind === 'mapping') return 'a mapping'
  if (node.value === null) return 'nothing'
  if (typeof node.value === 'string') return `the text ${JSON.stringify(shorten(node.value))}`
  return `the ${typeof node.value} ${node.text}`
}

const shorten = (text: string) => (text.length > 60 ? `${text.slice(0, 57)}…` : text)
