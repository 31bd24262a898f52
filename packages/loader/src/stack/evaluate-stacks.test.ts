import { describe, expect, it } from 'vitest'
import { collectGaps } from '../gaps.ts'
import { parseTemplate } from '../read/read-template.ts'
import { sectionsOf } from '../template/sections.ts'
import { evaluateStacks, type StackSource } from './evaluate-stacks.ts'

const source = (name: string, yaml: string, dependencies: readonly string[] = []): StackSource => ({
  name,
  template: sectionsOf(parseTemplate(yaml, `${name}.yaml`), `${name}.yaml`),
  constructPaths: new Map(),
  dependencies,
})

const evaluate = (...sources: readonly StackSource[]) => {
  const publicNames = { loadBalancer: 'elb.amazonaws.com', distribution: 'cloudfront.net' }
  return evaluateStacks(
    sources,
    { region: 'us-east-1', account: '123456789012', parameters: {}, publicNames },
    collectGaps(),
  )
}

const topic = 'Resources: { Topic: { Type: AWS::SNS::Topic, Properties: { TopicName: news } } }\n'
const exporting = (name: string) => `${topic}Outputs: { Topic: { Value: !Ref Topic, Export: { Name: ${name} } } }\n`
const importing = (name: string) =>
  `Resources:\n  Note:\n    Type: AWS::SSM::Parameter\n    Properties: { Type: String, Value: !ImportValue ${name} }\n`

describe('several stacks', () => {
  it('are evaluated after those they import from, though nothing declares it', () => {
    const stacks = evaluate(source('b', importing('topic')), source('a', exporting('topic')))
    expect(stacks.map(({ environment }) => environment.stack)).toEqual(['a', 'b'])
    expect(stacks[1]?.evaluated.resources[0]?.needs).toEqual(['a/Topic'])
    expect(stacks[0]?.evaluated.exports[0]?.value).toBe('arn:aws:sns:us-east-1:123456789012:news')
  })

  it('that export the same name are refused', () => {
    expect(() => evaluate(source('a', exporting('x')), source('b', exporting('x')))).toThrow(
      expect.objectContaining({ code: 'LOAD_DUPLICATE_EXPORT', place: { file: 'b.yaml', line: 2 } }),
    )
  })

  it('that wait for each other in declarations are refused', () => {
    expect(() => evaluate(source('a', topic, ['b']), source('b', topic, ['a']))).toThrow('a → b → a')
  })

  it('that import from each other are refused at the import', () => {
    const both = (own: string, other: string) =>
      `${importing(other)}Outputs: { O: { Value: x, Export: { Name: ${own} } } }\n`
    expect(() => evaluate(source('a', both('x', 'y')), source('b', both('y', 'x')))).toThrow(
      expect.objectContaining({ code: 'LOAD_UNKNOWN_EXPORT', place: { file: 'a.yaml', line: 4 } }),
    )
  })
})

describe('a reference in a branch that is not taken', () => {
  it('makes no circle and no dependency', () => {
    const yaml = `Conditions: { Loop: !Equals [a, b] }
Resources:
  A: { Type: AWS::SNS::Topic, Properties: { DisplayName: !If [Loop, !Ref B, alone] } }
  B: { Type: AWS::SNS::Topic, Properties: { DisplayName: !Ref A } }
`
    const [stack] = evaluate(source('s', yaml))
    expect(stack?.evaluated.resources.map(({ needs }) => needs)).toEqual([[], ['s/A']])
    expect(() => evaluate(source('s', yaml.replace('[a, b]', '[a, a]')))).toThrow('A → B → A')
  })
})
