import { describe, expect, it } from 'vitest'
import { parseTemplate } from '../read/read-template.ts'
import { PropertyReader } from './property-reader.ts'

const reader = (yaml: string) => new PropertyReader(parseTemplate(yaml, 'f.yaml'), 'P', 'f.yaml')

describe('a property', () => {
  it('is coerced between text, number and boolean as CloudFormation does', () => {
    const properties = reader('a: "8"\nb: 8\nc: "True"\nd: true\ne: 1.10\n')
    expect([properties.number('a'), properties.text('b')]).toEqual([8, '8'])
    expect([properties.boolean('c'), properties.text('d')]).toEqual([true, 'true'])
    expect([properties.number('e'), properties.text('e')]).toEqual([1.1, '1.10'])
  })

  it('that is not there is absent, an empty list or an empty mapping', () => {
    const properties = reader('a: 1')
    expect([properties.text('x'), properties.number('x'), properties.object('x')]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
    expect([properties.texts('x'), properties.objects('x'), properties.dictionary('x')]).toEqual([[], [], {}])
  })

  it.each([
    ['a: {}', (p: PropertyReader) => p.text('a'), 'P.a must be text, not a mapping'],
    ['a: x', (p: PropertyReader) => p.number('a'), 'P.a must be a number, not the text "x"'],
    ['a: ""', (p: PropertyReader) => p.number('a'), 'P.a must be a number'],
    ['a: 9', (p: PropertyReader) => p.number('a', { least: 1, most: 5 }), 'a number from 1 to 5, not the number 9'],
    ['a: 2', (p: PropertyReader) => p.boolean('a'), 'P.a must be true or false'],
    ['a: x', (p: PropertyReader) => p.texts('a'), 'P.a must be a list'],
    ['a: [[]]', (p: PropertyReader) => p.texts('a'), 'one item is a list'],
    ['a: [x]', (p: PropertyReader) => p.objects('a'), 'a list of mappings'],
    ['a: ~', (p: PropertyReader) => p.text('a'), 'takes no null'],
    ['a: HTTPX', (p: PropertyReader) => p.oneOf('a', ['HTTP', 'HTTPS']), 'did you mean "HTTP"?'],
    ['b: 1', (p: PropertyReader) => p.requiredText('a'), 'P.a is missing'],
  ])('%s of the wrong kind is refused', (yaml, read, message) => expect(() => read(reader(yaml))).toThrow(message))

  it('that nobody asked for is listed, also inside of what was read, with its line', () => {
    const properties = reader('a: 1\nb:\n  c: 2\n  d: 3\ne: [{ f: 1, g: 2 }]\nh: 4\n')
    properties.text('a')
    properties.object('b')?.number('c')
    for (const item of properties.objects('e')) item.text('f')
    properties.withoutEffect({ h: 'it is for people' })
    expect(properties.unread()).toEqual([
      { path: 'P.b.d', line: 4 },
      { path: 'P.e.0.g', line: 5 },
    ])
  })

  it('that is read in two places counts as read in both', () => {
    const properties = reader('a: { b: 1, c: 2 }')
    properties.object('a')?.text('b')
    properties.object('a')?.text('c')
    expect(properties.unread()).toEqual([])
  })
})
