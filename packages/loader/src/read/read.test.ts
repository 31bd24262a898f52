import { type Random, seeded } from '@terrace/kit'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { readJson } from './read-json.ts'
import { readYaml } from './read-yaml.ts'
import { type TemplateNode, toPlain } from './template-node.ts'

const at = (node: TemplateNode | undefined, ...path: string[]): TemplateNode | undefined =>
  path.reduce<TemplateNode | undefined>(
    (inner, key) => (inner?.kind === 'mapping' ? inner.entries.get(key) : undefined),
    node,
  )

describe('reading YAML', () => {
  it('keeps the line of a value where its key is', () => {
    const root = readYaml('a:\n  b: 1\n  c:\n    - x\n  d: |\n    text\n', 'f')
    expect(at(root, 'a', 'b')?.line).toBe(2)
    expect(at(root, 'a', 'c')).toMatchObject({ line: 3, items: [{ line: 4 }] })
    expect(at(root, 'a', 'd')).toMatchObject({ line: 5, value: 'text\n' })
  })

  it('takes words and numbers as YAML 1.1 does, dates as text, and keeps the spelling', () => {
    const root = readYaml('a: Yes\nb: 1.10\nc: 2012-10-17\nd: 0123\n123456789012: x\nNo: y\n', 'f')
    expect(at(root, 'a')).toMatchObject({ value: true })
    expect(at(root, 'b')).toMatchObject({ value: 1.1, text: '1.10' })
    expect(at(root, 'c')).toMatchObject({ value: '2012-10-17' })
    expect(at(root, 'd')).toMatchObject({ text: '0123' })
    expect(at(root, '123456789012')).toMatchObject({ value: 'x' })
    expect(at(root, 'No')).toMatchObject({ value: 'y' })
  })

  it.each([
    ['!Ref A', { Ref: 'A' }],
    ['!Condition A', { Condition: 'A' }],
    ['!GetAtt A.B.C', { 'Fn::GetAtt': ['A', 'B.C'] }],
    ['!GetAtt [A, B]', { 'Fn::GetAtt': ['A', 'B'] }],
    ["!Join [',', [!Ref A, b]]", { 'Fn::Join': [',', [{ Ref: 'A' }, 'b']] }],
    ["{ 'Fn::Sub': x }", { 'Fn::Sub': 'x' }],
    ["!GetAZs ''", { 'Fn::GetAZs': '' }],
  ])('turns %s into its long form', (yaml, expected) => {
    expect(toPlain(readYaml(`a: ${yaml}`, 'f') ?? readJson('0', 'f'))).toEqual({ a: expected })
  })
})

describe('reading JSON', () => {
  it('keeps lines and the spelling of numbers', () => {
    const root = readJson('{\n "a": [\n  1.50,\n  "x"\n ]\n}', 'f')
    expect(at(root, 'a')).toMatchObject({ line: 2, items: [{ text: '1.50', value: 1.5, line: 3 }, { line: 4 }] })
  })

  it.each(['', '{', '{"a" 1}', '{"a":1,}', '[1 2]', '{"a":tru}', '{"a":1} x', '"a', '{"a":"\\x"}', "{'a':1}"])(
    'refuses %s',
    text => expect(() => readJson(text, 'f')).toThrow(/broken/),
  )

  it('decodes escapes as JSON does', () => {
    const value = { 'a"\\': 'tab\t line\n é \u2028 \\" end\\', b: '' }
    expect(toPlain(readJson(JSON.stringify(value), 'f'))).toEqual(value)
  })
})

it('reads the same values from JSON and from YAML, whatever they are', () => {
  const random = seeded('values')
  for (let round = 0; round < 200; round++) {
    const value = { root: arbitrary(random, 4) }
    const json = readJson(JSON.stringify(value, null, random.integer(3)), 'f')
    const yaml = readYaml(stringify(value, { version: '1.1' }), 'f')
    expect(toPlain(json)).toEqual(value)
    expect(yaml && toPlain(yaml)).toEqual(value)
  }
})

function arbitrary(random: Random, depth: number): unknown {
  const kind = random.integer(depth > 0 ? 7 : 5)
  if (kind === 0) return random.integer(100_000) / 8
  if (kind === 1) return random.next() < 0.5
  if (kind < 5) return random.text(random.integer(12), 'aZ09 :-#\'"{}[],&*!|>%@`\\\n\té0yes')
  const items = Array.from({ length: random.integer(4) }, () => arbitrary(random, depth - 1))
  if (kind === 5) return items
  return Object.fromEntries(items.map(item => [random.text(1 + random.integer(5), 'abcNoYes: -#0'), item]))
}
