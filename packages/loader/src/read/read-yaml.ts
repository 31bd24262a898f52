import {
  type Alias,
  isAlias,
  isScalar,
  isSeq,
  LineCounter,
  type ParsedNode,
  parseDocument,
  type Scalar,
  type YAMLError,
  type YAMLMap,
} from 'yaml'
import { loadError } from '../errors.ts'
import { longForm } from './short-forms.ts'
import { atLine, mappingNode, scalarNode, sequenceNode, type TemplateNode, textNode } from './template-node.ts'

/**
 * Reads YAML 1.1 as CloudFormation does, with the line of every value and short function tags in their long form.
 * Timestamps stay text (`2012-10-17`), and numbers keep their spelling.
 *
 * @param file  named in errors only
 * @throws TerraceError LOAD_SYNTAX, LOAD_DUPLICATE_KEY, LOAD_UNKNOWN_FUNCTION
 * @see "CloudFormation template formats" in the AWS CloudFormation User Guide: aliases are not supported
 */
export function readYaml(text: string, file: string): TemplateNode | undefined {
  const lines = new LineCounter()
  const document = parseDocument<ParsedNode>(text, {
    version: '1.1',
    lineCounter: lines,
    logLevel: 'silent',
    prettyErrors: false,
    uniqueKeys: false,
  })
  const lineAt = (offset: number) => lines.linePos(offset).line
  const failure = document.errors[0]
  if (failure) throw syntaxError(failure, file, lineAt(failure.pos[0]))
  return document.contents ? new YamlConverter(file, lineAt).node(document.contents) : undefined
}

class YamlConverter {
  readonly #file: string
  readonly #lineAt: (offset: number) => number

  constructor(file: string, lineAt: (offset: number) => number) {
    this.#file = file
    this.#lineAt = lineAt
  }

  node(node: ParsedNode): TemplateNode {
    const line = this.#lineAt(node.range[0])
    if (isAlias(node)) throw this.#alias(node, line)
    const value = this.#untagged(node, line)
    return node.tag?.startsWith('!') && !node.tag.startsWith('!!')
      ? longForm(node.tag.slice(1), value, this.#file)
      : value
  }

  #untagged(node: Exclude<ParsedNode, Alias.Parsed>, line: number): TemplateNode {
    if (isScalar(node)) return this.#scalar(node, line)
    if (isSeq(node)) {
      return sequenceNode(
        node.items.map(item => this.node(item)),
        line,
      )
    }
    return this.#mapping(node, line)
  }

  #scalar(node: Scalar, line: number): TemplateNode {
    const { value, source } = node
    // The library takes y and n for booleans too, CloudFormation does not.
    if (typeof value === 'boolean' && source?.length === 1) return textNode(source, line)
    if (typeof value === 'boolean' || value === null) return scalarNode(value, line)
    if (typeof value === 'number') return { kind: 'scalar', value, text: source ?? String(value), line }
    return textNode(typeof value === 'string' ? value : (source ?? String(value)), line)
  }

  #mapping(node: YAMLMap.Parsed, line: number): TemplateNode {
    const entries = new Map<string, TemplateNode>()
    for (const { key, value } of node.items) {
      const keyLine = this.#lineAt(key.range[0])
      if (!isScalar(key))
        throw loadError('LOAD_SYNTAX', 'a key must be plain text', { file: this.#file, line: keyLine })
      // Keys such as 123456789012 or Yes are text, whatever YAML 1.1 makes of them.
      const name = key.type === 'PLAIN' ? (key.source ?? String(key.value)) : String(key.value)
      const earlier = entries.get(name)
      if (earlier) throw this.#duplicate(name, keyLine, earlier.line)
      entries.set(name, value ? atLine(this.node(value), keyLine) : scalarNode(null, keyLine))
    }
    return mappingNode(entries, line)
  }

  #duplicate(key: string, line: number, earlier: number) {
    const message = `the key ${JSON.stringify(key)} is here for the second time, the first is in line ${earlier}`
    return loadError('LOAD_DUPLICATE_KEY', message, { file: this.#file, line }, 'keep one of the two')
  }

  #alias(node: Alias, line: number) {
    const message = `the YAML alias *${node.source} is not supported by CloudFormation`
    return loadError('LOAD_SYNTAX', message, { file: this.#file, line }, 'write the value out')
  }
}

function syntaxError(error: YAMLError, file: string, line: number) {
  const hint =
    error.code === 'MULTIPLE_TAGS'
      ? 'two short function forms cannot follow each other: write the outer one as "Fn::Base64:" and the inner one below it'
      : 'check indentation, quotes and colons at this line and the one above'
  const reason = error.message.split('\n')[0]?.replace(/\.$/, '') ?? ''
  return loadError(
    'LOAD_SYNTAX',
    `broken YAML: ${reason.charAt(0).toLowerCase()}${reason.slice(1)}`,
    { file, line },
    hint,
    error,
  )
}
