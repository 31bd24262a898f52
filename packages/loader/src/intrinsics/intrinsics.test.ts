// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are placeholders of templates
import { TerraceError } from '@terrace/kit'
import { describe, expect, it } from 'vitest'
import { collectGaps } from '../gaps.ts'
import { parseTemplate } from '../read/read-template.ts'
import { evaluateStack } from '../stack/evaluate-stack.ts'
import { sectionsOf } from '../template/sections.ts'

const HEAD = `
Transform: AWS::LanguageExtensions
Parameters:
  Name: { Type: String, Default: books }
  List: { Type: CommaDelimitedList, Default: 'a, b,c' }
  Count: { Type: Number, Default: 3 }
Mappings:
  Map: { top: { text: found, list: [x, y] } }
Conditions:
  Holds: !Equals [!Ref Name, books]
  Fails: !Not [!Condition Holds]
  Both: !And [!Condition Holds, !Not [!Condition Fails]]
  Either: !Or [!Condition Fails, !Equals [!FindInMap [Map, top, text], Found]]
Resources:
  Topic: { Type: AWS::SNS::Topic, Properties: { TopicName: news } }
  Subject:
    Type: AWS::SSM::Parameter
    Properties:
      Type: String
      Name: subject
`

/** Evaluates a property written in YAML and gives it as text, lists joined by a bar. */
function evaluated(yaml: string): string {
  const file = 'stack.yaml'
  const template = sectionsOf(parseTemplate(`${HEAD}      Value: !Join ['|', ${yaml}]\n`, file), file)
  const environment = {
    stack: 'stack',
    region: 'us-west-1',
    account: '123456789012',
    publicNames: { loadBalancer: 'elb.amazonaws.com', distribution: 'cloudfront.net' },
  }
  const exported = (name: string) =>
    name === 'other:Id' ? { name, value: 'id-1', stack: 'other', place: { file }, needs: ['other/Id'] } : undefined
  const gaps = collectGaps()
  const { resources } = evaluateStack({
    template,
    environment,
    parameters: {},
    exported,
    constructPaths: new Map(),
    gaps,
  })
  const node = resources[1]?.properties.entries.get('Value')
  return node?.kind === 'scalar' ? node.text : 'not text'
}

describe('an intrinsic function gives', () => {
  it.each([
    ['[!Ref Name]', 'books'],
    ['[!Ref Count]', '3'],
    ['!Ref List', 'a|b|c'],
    ['[!Ref Topic]', 'arn:aws:sns:us-west-1:123456789012:news'],
    [
      '[!Ref AWS::Region, !Ref AWS::AccountId, !Ref AWS::Partition, !Ref AWS::URLSuffix]',
      'us-west-1|123456789012|aws|amazonaws.com',
    ],
    ['[!Ref AWS::StackName, !Ref AWS::NoValue, x]', 'stack|x'],
    ['[!GetAtt Topic.TopicName]', 'news'],
    ["[{ 'Fn::GetAtt': [Topic, TopicArn] }]", 'arn:aws:sns:us-west-1:123456789012:news'],
    ["[!Sub '${Name}-${Topic.TopicName}-${!Name}-$HOME-$(x)']", 'books-news-${Name}-$HOME-$(x)'],
    ["[!Sub ['${a}/${Name}', { a: !Ref Count }]]", '3/books'],
    ["[!Join [',', !Ref List]]", 'a,b,c'],
    ["!Split ['|', 'a||c|']", 'a||c|'],
    ["[!Select ['1', !Split [',', 'a,b']]]", 'b'],
    ["!GetAZs ''", 'us-west-1a|us-west-1b'],
    ['!GetAZs eu-west-1', 'eu-west-1a|eu-west-1b|eu-west-1c'],
    ["[{ 'Fn::Base64': 'é' }]", 'w6k='],
    ['[!FindInMap [Map, top, text]]', 'found'],
    ['!FindInMap [Map, top, list]', 'x|y'],
    ['[!FindInMap [Map, none, text, { DefaultValue: other }]]', 'other'],
    ['[!If [Holds, 1, 2], !If [Fails, 1, 2], !If [Both, 1, 2], !If [Either, 1, 2]]', '1|2|1|2'],
    ['[!If [Fails, x, !Ref AWS::NoValue], y]', 'y'],
    ['[!If [Holds, fine, !Select [9, [a]]]]', 'fine'],
    ["[!ImportValue 'other:Id']", 'id-1'],
    [
      '!Cidr [192.168.0.0/24, 6, 5]',
      '192.168.0.0/27|192.168.0.32/27|192.168.0.64/27|192.168.0.96/27|192.168.0.128/27|192.168.0.160/27',
    ],
    ['[!Select [1, !Cidr [10.0.0.0/16, 2]]]', '10.0.1.0/24'],
    ['[!Length [a, b]]', '2'],
    ["[!ToJsonString { a: [1, true, 'x'], b: !Ref Name }]", '{"a":[1,true,"x"],"b":"books"}'],
  ])('%s → %s', (yaml, expected) => expect(evaluated(yaml)).toBe(expected))
})

describe('an intrinsic function refuses', () => {
  it.each([
    ['[!Join [!Ref Name, [a]]]', 'LOAD_BAD_FUNCTION', 'literal text as the delimiter'],
    ["[!Join [',', [!Ref List]]]", 'LOAD_BAD_FUNCTION', 'one item is a list'],
    ["[!Sub '${List}']", 'LOAD_BAD_FUNCTION', 'it is a list'],
    ['[!Select [-1, [a]]]', 'LOAD_BAD_FUNCTION', 'whole number'],
    ['!Cidr [10.0.0.0/24, 3, 7]', 'LOAD_BAD_FUNCTION', 'cannot cut 3 ranges of 128 addresses'],
    ['!Cidr [10.0.0.300/24, 3, 7]', 'LOAD_BAD_FUNCTION', 'IPv4 block'],
    ['[!FindInMap [Map, none, text]]', 'LOAD_UNKNOWN_MAPPING', 'Map.none'],
    ['[!If [Maybe, 1, 2]]', 'LOAD_UNKNOWN_CONDITION', '"Maybe"'],
    ['[!GetAtt Topic]', 'LOAD_BAD_FUNCTION', 'a dot between them'],
    ['[!Transform { Name: Macro }]', 'LOAD_UNKNOWN_FUNCTION', 'Fn::Transform'],
    ['[!RefAll String]', 'LOAD_UNKNOWN_FUNCTION', 'Fn::RefAll'],
    ['[!ImportValue nothing]', 'LOAD_UNKNOWN_EXPORT', '"nothing"'],
  ])('%s with %s', (yaml, code, text) => {
    const refused = () => evaluated(yaml)
    expect(refused).toThrow(text)
    try {
      refused()
    } catch (error) {
      expect(error instanceof TerraceError && error.code).toBe(code)
    }
  })
})
